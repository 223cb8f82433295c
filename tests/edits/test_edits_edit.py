from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from contexts import DEAL, PIPELINE, SETTINGS, ZONE, context

from pipecli.edits.edit import Edited, plan

if TYPE_CHECKING:
    from pipecli.edits.plan import Plan

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
SINCE = f"{DEAL}stage_since: 2026-11-10\n"


def edited(
    text: str, before: str = SINCE, pipeline: str = PIPELINE, settings: str = SETTINGS, force: str | None = None
) -> Plan:
    facts = context(before, pipeline, settings)
    return plan(facts.workspace, facts, Edited(deal="acme", text=text.encode(), force=force, now=NOW))


def codes(result: Plan) -> list[str]:
    return [problem.code for problem in result.refusals]


def test_the_text_is_taken_as_it_is() -> None:
    text = f"# mine\n{SINCE}value:    5\n"
    result = edited(text)
    assert (result.edits[0].content.decode(), result.refusals, result.moved) == (text, (), ())
    assert (result.subject, result.edits[0].summary) == ("Edit acme", "edited")


@pytest.mark.parametrize(
    ("since", "written", "at"),
    [
        ("2026-11-10", "2026-11-23", NOW),
        ("2026-11-20", "2026-11-20", date(2026, 11, 20)),
        ("2026-11-23", "2026-11-23", NOW),
        ("2026-11-20T09:00+01:00", "2026-11-20T09:00+01:00", datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)),
    ],
)
def test_another_stage_is_a_move_since_the_day_that_the_person_wrote_or_today(
    since: str, written: str, at: date
) -> None:
    result = edited(SINCE.replace("lead", "proposal").replace("2026-11-10", since))
    assert result.refusals == ()
    assert result.edits[0].content.decode() == SINCE.replace("lead", "proposal").replace("2026-11-10", written)
    assert [(m.source, m.target, m.at) for m in result.moved] == [("sales/lead", "sales/proposal", at)]
    assert (result.subject, result.edits[0].summary) == ("Edit acme and move it to proposal", "lead -> proposal")


def test_a_deal_without_stage_since_gets_one_with_its_move() -> None:
    after = edited(DEAL.replace("lead", "proposal"), DEAL).edits[0].content.decode()
    assert after == DEAL.replace("lead", "proposal") + "stage_since: 2026-11-23\n"


@pytest.mark.parametrize(("written", "owner"), [("owner: sam\n", "kim"), ("owner: kim\n", "kim")])
def test_a_hand_off_gives_the_deal_its_owner(written: str, owner: str) -> None:
    handed = PIPELINE.replace("id: proposal,", "id: proposal, handoff: {owner: closer},")
    team = "members: {sam: {name: Sam}, kim: {name: Kim, roles: [closer]}}\n"
    facts = context(f"{SINCE}owner: sam\n", handed, SETTINGS, team=team)
    text = f"{SINCE.replace('lead', 'proposal')}{written}"
    result = plan(facts.workspace, facts, Edited(deal="acme", text=text.encode(), now=NOW))
    assert result.refusals == ()
    assert f"owner: {owner}\n" in result.edits[0].content.decode()
    assert result.edits[0].summary == "lead -> proposal, owner sam -> kim"


def test_the_gates_of_a_move_are_asked_of_the_text_as_it_is_written() -> None:
    pipeline = PIPELINE.replace("id: proposal,", "id: proposal, entry: [value > 0, stage_age < 1d],")
    assert codes(edited(SINCE.replace("lead", "proposal"), pipeline=pipeline)) == ["gate-entry"]
    assert codes(edited(SINCE.replace("lead", "proposal") + "value: 5\n", pipeline=pipeline)) == []
    assert codes(edited(SINCE.replace("lead", "proposal"), pipeline=pipeline, force="x")) == []


def test_policies_are_asked_of_every_change() -> None:
    settings = f"{SETTINGS}policies: [{{name: p, when: [new.value < old.value], require: [reason is set]}}]\n"
    assert codes(edited(f"{SINCE}value: 4\n", f"{SINCE}value: 5\n", settings=settings)) == ["gate-policy"]
    assert codes(edited(f"{SINCE}value: 6\n", f"{SINCE}value: 5\n", settings=settings)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("title: [\n", ["yaml-syntax"]),
        (f"{SINCE}value: x\nfoo: 1\n", ["invalid-value", "unknown-key"]),
        (f"{SINCE}company: nowhere\n", ["unknown-company"]),
        (SINCE.replace("lead", "nowhere"), ["unknown-stage"]),
        (SINCE.replace("sales", "nowhere"), ["unknown-pipeline"]),
        (SINCE.replace("lead", "won"), ["closed-without-date"]),
        (SINCE.replace("lead", "proposal").replace("2026-11-10", "2026-11-09"), ["dates-out-of-order"]),
        ("", ["missing-key", "missing-key", "missing-key"]),
    ],
)
def test_every_mistake_is_found_with_its_place(text: str, found: list[str]) -> None:
    assert sorted(codes(edited(text))) == sorted(found)
    assert all(problem.line for problem in edited(text).refusals if problem.code != "dates-out-of-order")


def test_a_file_that_was_broken_can_be_mended() -> None:
    result = edited(SINCE, "title: [\n")
    assert (result.refusals, result.moved, result.edits[0].before) == ((), (), b"title: [\n")


def test_the_present_id_for_an_alias_is_no_move() -> None:
    assert edited(SINCE.replace("lead", "proposal"), SINCE.replace("lead", "offer")).moved == ()
