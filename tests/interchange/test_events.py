"""Event logs, without git: times, changes, ids, stages, and the files of the deals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pipecli.core.pipeline import Kind
from pipecli.core.problem import PipeError
from pipecli.core.value import ID
from pipecli.core.workspace import build, read_file
from pipecli.interchange import events, sheet, stages
from pipecli.interchange.batch import Batch, File
from pipecli.interchange.ids import ids
from pipecli.interchange.plan import Asked, Plan, plan

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
HEAD = "case,stage,time,person,value\n"


def read(rows: str) -> events.Log:
    return events.read(sheet.read((HEAD + rows).encode(), "log.csv"), {}, NOW)


def batch(rows: str) -> Batch:
    return events.batch_of([File("log.csv", (HEAD + rows).encode())], {}, NOW)


def define(names: list[str], *, won: list[str], lost: list[str]) -> stages.Made:
    return stages.define("p", stages.Wanted(names, {}, ()), won=won, lost=lost, currency=None)


def planned(rows: str, *, won: tuple[str, ...] = ("c",), lost: tuple[str, ...] = (), settings: str = "") -> Plan:
    workspace = build([("pipe.yaml", f"name: x\n{settings}".encode())])
    asked = Asked(pipeline="p", source="s", now=NOW, create=True, won=won, lost=lost)
    return plan(workspace, batch(rows), asked)


@pytest.mark.parametrize(
    ("text", "moment", "local"),
    [
        ("1317422324", "2011-09-30T22:38:44+00:00", 0),
        ("1317422324.75", "2011-09-30T22:38:44.750000+00:00", 0),
        ("2026-01-05T10:00:00Z", "2026-01-05T10:00:00+00:00", 0),
        ("2026-01-05 10:00:00+05:30", "2026-01-05T10:00:00+05:30", 0),
        ("2026-01-05T10:00", "2026-01-05T10:00:00+01:00", 1),
        ("2026-07-05", "2026-07-05T00:00:00+02:00", 1),
    ],
)
def test_times(text: str, moment: str, local: int) -> None:
    log = read(f"1,a,{text},,\n")
    assert [event.moment.isoformat() for event in log.events] == [moment]
    assert log.local == local


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,a,,,", "neither seconds"),
        ("1,a,yesterday,,", "neither seconds"),
        ("1,a,20260105,,", "a day or seconds"),
        ("1,a,1317422324000,,", "milliseconds"),
        ("1,a,-5,,", "before 1970"),
        ("1,a,2025-02-30,,", "column 'time': there is no day 2025-02-30"),
        ("1,a,0001-01-01T00:00:00,,", "before 1971"),
        ("1,a,2027-01-01T00:00:00Z,,", "future"),
        (",a,5,,", "the case is blank"),
        ("1,,5,,", "the stage is blank"),
        ("1,a\x1b[2J,5,,", "control characters"),
        (f"{'1' * 201},a,5,,", "longer than"),
        ("1,a,5,,12 apples", "column 'value': '12 apples': a number is written"),
        ("1,a,5", "3 cells where the header has 5"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_where(row: str, words: str) -> None:
    log = read(f"1,a,5,,\n{row}\n2,a,5,,\n")
    assert len(log.events) == 2
    (problem,) = log.problems
    assert (problem.path, problem.line) == ("log.csv", 3)
    assert words in problem.message
    assert problem.hint
    assert problem.excerpt == row


def test_events_are_sorted_by_time_and_keep_the_files_order_within_a_second() -> None:
    log = read("1,b,7,,\n1,a,5,,\n2,x,7,,\n1,c,7,,\n1,d,7.5,,\n1,e,7.25,,\n")
    assert [event.stage for event in log.events] == ["a", "b", "x", "c", "e", "d"]


def test_equal_consecutive_stages_are_no_change_but_another_value_is() -> None:
    found = events.changes(read("1,a,5,,\n1,a,6,,\n1,a,7,,10\n1,a,8,,\n1,b,9,,10\n1,a,9,,\n").events)
    assert [(change.state.stage, change.state.value) for change in found] == [
        ("a", None), ("a", 10), ("b", 10), ("a", 10),
    ]  # fmt: skip


def test_a_deal_keeps_its_number_and_gets_another_where_that_is_taken() -> None:
    wanted = ["173688", "A/1", "A-1", "a 1", "Größe & Co", "con", "verify", "Ключ", "x" * 80, "x" * 90]
    found = ids(wanted, {"a-1"})
    assert list(found.values())[:7] == ["173688", "a-1-2", "a-1-3", "a-1-4", "grosse-co", "con-2", "verify-2"]
    assert len(set(found.values())) == len(wanted)
    assert all(ID.fullmatch(name) for name in found.values())


def test_stages_stand_in_the_order_in_which_cases_first_reach_them() -> None:
    found = events.changes(read("1,b,1,,\n1,a,2,,\n1,b,3,,\n1,z,4,,\n2,b,1,,\n2,z,2,,\n3,c,1,,\n").events)
    assert stages.ordered(found) == ["b", "c", "a", "z"]


def test_kinds_are_told_by_name_or_id_and_closed_stages_stand_last() -> None:
    pipeline, by_name, _ = define(["Won it", "Lost", "In Between", "in-between"], won=["won-it"], lost=["lost"])
    assert [(stage.id, stage.kind) for stage in pipeline.stages] == [
        ("in-between", Kind.OPEN), ("in-between-2", Kind.OPEN), ("won-it", Kind.WON), ("lost", Kind.LOST),
    ]  # fmt: skip
    assert by_name["in-between"].id == "in-between-2"
    record, problems = read_file("pipelines/p.yaml", stages.text(pipeline))
    assert not problems
    assert record == pipeline


def test_a_won_stage_is_added_where_none_is_named() -> None:
    pipeline, _, added = define(["a", "x"], won=[], lost=["x"])
    assert [stage.id for stage in pipeline.stages] == ["a", "won", "x"]
    assert added == ("won",)
    with pytest.raises(PipeError, match="which stages mean success"):
        define(["a", "WON"], won=[], lost=[])


def test_a_stage_that_is_not_there_or_both_is_refused() -> None:
    with pytest.raises(PipeError) as raised:
        define(["Sent", "Paid"], won=["Payed"], lost=[])
    assert "'Paid'" in raised.value.hint
    with pytest.raises(PipeError, match="won and lost"):
        define(["Paid"], won=["Paid"], lost=["paid"])


def test_unknown_stages_are_told_row_by_row_with_the_nearest_name() -> None:
    stages = b"name: P\nstages:\n  - {id: new-lead, name: New Lead}\n  - {id: old, name: Old, retired: true}\n"
    workspace = build([("pipe.yaml", b"name: x\n"), ("pipelines/p.yaml", stages)])
    rows = "1,New lead,5,,\n1,new-laed,6,,\n2,new_lead,7,,\n2,new-laed,8,,\n2,old,9,,\n3,new-lead,9,,\n"
    asked = Asked(pipeline="p", source="s", now=NOW)
    wrong = plan(workspace, batch(rows), asked).problems
    assert [(problem.line, "new-lead" in problem.hint) for problem in wrong] == [(3, True), (5, True), (6, False)]
    rest = plan(workspace, batch(rows), replace(asked, skip_bad=True))
    assert ([step.deal for step in rest.steps], rest.left_out) == (["3"], 2)


def test_the_files_are_those_that_pipe_new_would_write() -> None:
    found = planned(
        "7,a,2026-01-31T23:30:00Z,,\n7,x,2026-02-02T10:00:00+05:30,,1200.50\n7,c,2026-02-03,,\n",
        lost=("x",),
        settings="currency: EUR\ntimezone: Europe/Berlin\n",
    )
    texts = [step.data.decode() for step in found.steps]
    assert {step.path for step in found.steps} == {"deals/2026-02/7.yaml"}, "the month in the workspace's zone"
    assert texts[0] == (
        "title: Case 7\npipeline: p\n\nstage: a\nstage_since: 2026-01-31T23:30+00:00\n\n"
        "created: 2026-02-01\n\nprovenance:\n  source: s\n  id: '7'\n  imported: 2026-11-23\n"
    )
    assert "closed_on: 2026-02-02\noutcome:\n  stage: a\n\nvalue: 1200.50\ncurrency: EUR\n" in texts[1]
    assert "stage: c\nstage_since: 2026-02-03T00:00+01:00\nclosed_on: 2026-02-03\n\nvalue: 1200.50" in texts[2]
    for step in found.steps:
        assert read_file(step.path, step.data)[1] == ()


def test_values_need_a_currency() -> None:
    with pytest.raises(PipeError, match="which currency") as raised:
        planned("1,c,5,,10\n")
    assert "--currency EUR" in raised.value.hint
    assert planned("1,c,5,,\n").problems == ()


def test_cases_that_are_known_are_left_out() -> None:
    deal = b"title: x\npipeline: p\nstage: c\nprovenance: {source: s, id: '1'}\n"
    stages = b"name: P\nstages: [{id: c, name: C, kind: won}]\n"
    pairs = [("pipe.yaml", b"name: x\n"), ("deals/1.yaml", deal), ("pipelines/p.yaml", stages)]
    asked = Asked(pipeline="p", source="s", now=NOW, create=True, won=("c",))
    found = plan(build(pairs), batch("1,c,5,,\n2,c,6,,\n"), replace(asked, create=False, won=()))
    assert ([step.deal for step in found.steps], found.known) == (["2"], 1)
    assert plan(build(pairs), batch("1,c,5,,\n"), asked).steps == ()


def test_moments_of_the_same_second_stay_in_order() -> None:
    found = planned("1,a,5,,\n1,b,5,,\n1,c,5,,\n")
    assert [step.stage.id for step in found.steps] == ["a", "b", "c"]
    assert {step.change.moment for step in found.steps} == {datetime.fromtimestamp(5, UTC)}


@pytest.mark.parametrize("text", ["2026", "45234", "1999"])
def test_a_year_or_a_spreadsheets_day_is_not_taken_for_seconds(text: str) -> None:
    log = read(f"1,a,{text},,\n")
    assert [problem.code for problem in log.problems] == ["unusable-row"]
    assert "a spreadsheet's day" in log.problems[0].message
