"""Pipedrive's log of changes as a batch: saves, lives, won and lost, and what the other files say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from pipecli.core.pipeline import Kind
from pipecli.core.problem import PipeError
from pipecli.interchange.batch import Batch, File, NamedStage, Organisation, Person, Somebody
from pipecli.interchange.pipedrive_changelog import read

if TYPE_CHECKING:
    from pipecli.interchange.batch import Change

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
HEAD = "deal_id,change_time,changed_field_key,new_value\n"
STAGES = "stage_id,stage_name\n1,Lead\n2,Offer\n"
USERS = "id,name,email\n7,Ada,ada@example.com\n8,Ben,\n9,Nobody,\n"
FIELDS = (
    "ID,FIELD_KEY,NAME,FIELD_VALUE_OPTIONS\n"
    '1,lost_reason,Lost reason,"[{""id"": ""1"", ""label"": ""Price""}, {""id"": 2, ""label"": ""Timing""}]"\n'
    '2,label,Label,"[{""id"": 5, ""label"": ""hot""}, {""id"": 6, ""label"": ""new""}]"\n'
    f"3,{'ab' * 20},Seats,\n"
)


def batch(rows: str, **others: str) -> Batch:
    texts = {"deal_changes": HEAD + rows, "stages": STAGES, "users": USERS, "fields": FIELDS} | others
    return read([File(f"{name}.csv", text.encode()) for name, text in texts.items() if text], NOW)


def of(found: Batch, case: str) -> list[Change]:
    return [change for change in found.changes if change.case == case]


def test_a_deal_is_created_then_has_stages_and_owners_and_is_lost_for_a_reason() -> None:
    found = batch(
        "1,2026-01-05 23:30:00,add_time,2026-01-05T23:30:00\n"
        "1,2026-01-06 10:00:00,user_id,7\n"
        "1,2026-01-07 10:00:00,stage_id,1\n"
        "1,2026-01-08 10:00:00,user_id,8\n"
        "1,2026-01-09 10:00:00,lost_reason,2\n"
    )
    told = [(c.state.stage, c.state.owner, c.state.kind, c.state.reason) for c in of(found, "1")]
    assert told == [
        ("Created", "", None, ""),
        ("Created", "7", None, ""),
        ("Lead", "7", None, ""),
        ("Lead", "8", None, ""),
        ("Lead", "8", Kind.LOST, "Timing"),
    ]
    assert found.changes[0].moment == datetime(2026, 1, 5, 23, 30, tzinfo=UTC)
    assert found.changes[0].state.created == date(2026, 1, 6), "the day in the workspace's zone"
    assert (found.whole, found.partial, found.problems, found.spoiled) == (True, frozenset(), (), frozenset())
    assert found.people == {"7": Person("Ada", "ada@example.com"), "8": Person("Ben")}
    assert [stage.name for stage in found.stages] == ["Created", "Lead", "Offer", "Won", "Lost"]


def test_the_rows_of_a_moment_are_one_change_and_what_changes_nothing_is_none() -> None:
    found = batch(
        "1,2026-01-05 10:00:00,add_time,2026-01-05 10:00:00\n"
        "1,2026-01-05 10:00:00,title,Big one\n"
        "1,2026-01-05 10:00:00,stage_id,1\n"
        "1,2026-01-06 10:00:00,stage_id,1\n"
        "1,2026-01-07 10:00:00,stage_id,2\n"
        "1,2026-01-07 10:00:00,stage_id,1\n"
    )
    assert [(c.state.title, c.state.stage, c.line) for c in found.changes] == [
        ("Big one", "Lead", 2), ("Big one", "Offer", 6), ("Big one", "Lead", 7),
    ]  # fmt: skip
    assert found.stages[0] == NamedStage("Lead", Kind.OPEN), "nobody was in no stage"


def test_the_status_decides_where_it_is_told() -> None:
    found = batch(
        "1,2026-01-05 10:00:00,add_time,2026-01-05 10:00:00\n"
        "1,2026-01-05 10:00:00,stage_id,1\n"
        "1,2026-01-06 10:00:00,lost_reason,1\n"
        "1,2026-01-07 10:00:00,status,lost\n"
        "1,2026-01-07 10:00:00,lost_time,2026-01-06 23:30:00\n"
        "1,2026-01-08 10:00:00,stage_id,2\n"
        "1,2026-01-09 10:00:00,status,open\n"
        "1,2026-01-10 10:00:00,status,won\n"
        "1,2026-01-10 10:00:00,lost_time,\n"
    )
    told = [(c.state.stage, c.state.kind, c.state.reason, c.state.closed_on) for c in found.changes]
    assert told == [
        ("Lead", None, "", None),
        ("Lead", Kind.LOST, "Price", date(2026, 1, 7)),
        ("Offer", Kind.LOST, "Price", date(2026, 1, 7)),
        ("Offer", None, "", None),
        ("Offer", Kind.WON, "", None),
    ]


def test_without_a_status_a_stage_or_a_blank_reason_opens_a_lost_deal_again() -> None:
    rows = "".join(
        f"1,2026-01-{day:02} 10:00:00,{key},{value}\n"
        for day, (key, value) in enumerate(
            [("add_time", ""), ("stage_id", 1), ("lost_reason", 1), ("stage_id", 2), ("lost_reason", "no money"),
             ("lost_reason", "")], start=1,
        )
    )  # fmt: skip
    told = [(c.state.stage, c.state.kind, c.state.reason) for c in batch(rows).changes]
    assert told[1:] == [
        ("Lead", None, ""), ("Lead", Kind.LOST, "Price"), ("Offer", None, ""), ("Offer", Kind.LOST, "no money"),
        ("Offer", None, ""),
    ]  # fmt: skip


FIRST = "5,2026-01-01 10:00:00,add_time,2026-01-01 10:00:00\n5,2026-03-01 10:00:00,stage_id,1\n"
SECOND = "5,2026-02-01 10:00:00,add_time,2026-02-01 10:00:00\n5,2026-02-02 10:00:00,stage_id,2\n"


@pytest.mark.parametrize(
    "rows",
    [
        FIRST + SECOND,
        SECOND + FIRST,
        "".join(reversed((FIRST + SECOND).splitlines(keepends=True))),
        (FIRST + SECOND) * 2,
    ],
    ids=["in order", "out of order", "newest first", "exported twice"],
)
def test_an_id_that_was_created_twice_has_two_lives(rows: str) -> None:
    found = batch(rows)
    assert [(c.case, c.state.stage, f"{c.moment:%m-%d}") for c in found.changes] == [
        ("5", "Created", "01-01"), ("5/2", "Created", "02-01"), ("5/2", "Offer", "02-02"), ("5", "Lead", "03-01"),
    ]  # fmt: skip
    assert any("two deals were created" in remark and "5" in remark for remark in found.remarks)


def test_rows_may_stand_in_any_order_and_of_the_same_second_keep_that_of_the_file() -> None:
    rows = [
        "1,2026-01-05 10:00:00,add_time,2026-01-05 10:00:00\n",
        "1,2026-01-06 10:00:00,stage_id,1\n",
        "1,2026-01-06 10:00:00,stage_id,2\n",
        "1,2026-01-07 10:00:00,title,x\n",
    ]
    for text in (rows, [rows[3], *rows[:3]], rows[::-1]):
        assert [c.state.stage for c in batch("".join(text)).changes] == ["Created", "Lead", "Offer", "Offer"]


def test_what_a_deal_is_without_its_creation_is_told() -> None:
    found = batch("1,2026-01-05 10:00:00,stage_id,1\n")
    assert found.partial == {"1"}
    assert [change.state.created for change in found.changes] == [None]
    assert any("without a row of add_time" in remark for remark in found.remarks)


def test_values_money_dates_tags_and_own_fields() -> None:
    keys = {
        "add_time": "2026-01-05 10:00:00", "value": "1200.50", "currency": "EUR", "probability": "20",
        "expected_close_date": "2026-03-01", "label": '"5, 6"', "ab" * 20: "120", "update_time": "2026-01-05",
        "org_id": "3", "person_id": "4", "title": "x",
    }  # fmt: skip
    rows = "".join(f"1,2026-01-05 10:00:00,{key},{value}\n" for key, value in keys.items())
    found = batch(
        rows + f"1,2026-01-06 10:00:00,{'ab' * 20},\n1,2026-01-06 10:00:00,value,\n1,2026-01-06 10:00:00,org_id,99\n",
        organizations="id,name,address_country\n3,Acme,DE\n",
        persons="id,name,email,phone,org_id\n4,Eve,eve@example.com,1,3\n5,Odd,,,77\n",
    )
    first, last = (change.state for change in found.changes)
    assert (str(first.value), first.currency, str(first.probability)) == ("1200.50", "EUR", "0.2")
    assert (first.expected_close, first.tags) == (date(2026, 3, 1), ("hot", "new"))
    assert (first.company, first.contacts, dict(first.fields)) == ("3", ("4",), {"Seats": "120"})
    assert (last.value, dict(last.fields), last.company) == (None, {}, "")
    assert found.companies == {"3": Organisation(name="Acme", country="DE")}
    assert found.contacts["4"] == Somebody(name="Eve", email="eve@example.com", phone="1", company="3")
    assert found.contacts["5"].company == "", "77 is no organisation that is known"
    assert "fields that are not read: update_time (1 row)" in found.remarks
    assert "values of org_id that are not in organizations.csv, left out: 99" in found.remarks


def test_a_deal_that_was_deleted_is_left_out() -> None:
    rows = "1,2026-01-05,add_time,\n1,2026-01-06,status,deleted\n2,2026-01-05,add_time,\n"
    found = batch(rows)
    assert {change.case for change in found.changes} == {"2"}
    assert "deleted in Pipedrive, and left out: 1" in found.remarks


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,2026-01-09,stage_id,3", "column 'new_value': there is no stage 3"),
        ("1,2026-01-09,stage_id,", "it is blank"),
        ("1,2026-01-09,lost_reason,3", "lost_reason has no option 3"),
        ("1,2026-01-09,status,wonn", "there is no status 'wonn'"),
        ("1,2026-01-09,value,many", "a number is written"),
        ("1,2026-01-09,currency,euro", "three capital letters"),
        ("1,,stage_id,1", "column 'change_time': it is blank"),
        ("1,2027-01-09,stage_id,1", "in the future"),
        ("1,2026-01-01,stage_id,1", "was created only later, in line 2"),
        ("1,2026-01-09,stage_id", "3 cells where the header has 4"),
        (",2026-01-09,stage_id,1", "column 'deal_id': it is blank"),
        ("1,2026-01-09,user_id,\x1b[2J", "control characters"),
    ],
)
def test_a_row_that_cannot_be_used_spoils_its_deal(row: str, words: str) -> None:
    found = batch(f"1,2026-01-05,add_time,2026-01-05\n{row}\n2,2026-01-05,add_time,2026-01-05\n")
    (problem,) = found.problems
    assert (problem.path, problem.line, problem.excerpt) == ("deal_changes.csv", 3, row)
    assert words in problem.message
    assert problem.hint
    assert found.spoiled == ({"1"} if row.startswith("1") else set())


def test_stages_are_those_of_the_list_in_its_order_else_those_of_the_fields() -> None:
    rows = "1,2026-01-05,add_time,\n1,2026-01-06,stage_id,12\n"
    stages = "id,name,pipeline_name,order_nr\n12,Lead,New business,2\n11,First,New business,1\n20,Lead,Renewal,1\n"
    found = batch(rows, stages=stages)
    assert [(one.name, one.pipeline) for one in found.stages[1:4]] == [
        ("First", "New business"), ("Lead", "New business"), ("Lead", "Renewal"),
    ]  # fmt: skip
    assert [change.state.pipeline for change in found.changes] == ["New business"] * 2
    fields = 'field_key,name,options\nstage_id,Stage,"[{""id"": 12, ""label"": ""From fields""}]"\n'
    found = batch(rows, stages="", fields=fields)
    assert [change.state.stage for change in found.changes] == ["Created", "From fields"]


def test_a_stage_that_is_called_won_is_not_taken_for_success() -> None:
    found = batch("1,2026-01-05,stage_id,1\n", stages="id,name\n1,WON\n")
    assert found.stages == (NamedStage("WON", Kind.OPEN), NamedStage("Lost", Kind.LOST))


def test_files_that_are_missing_are_named() -> None:
    with pytest.raises(PipeError, match=r"there is no deal_changes\.csv"):
        read([File("stages.csv", STAGES.encode())], NOW)
    with pytest.raises(PipeError, match="what are the stages called"):
        batch("1,2026-01-05,stage_id,1\n", stages="")
    found = batch("1,2026-01-05,user_id,7\n", users="")
    assert "owners who are not in users.csv, and are called by their ids: 7" in found.remarks


def test_activities_are_counted_and_left_out() -> None:
    found = batch("1,2026-01-05,add_time,\n", activity="activity_id,deal_id\n1,1\n2,1\n3,77\n")
    assert "activities are not imported; of these deals, activity.csv has 2" in found.remarks
