"""Plans of histories: what each change makes of a deal's file, and who made it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from pipecli.core.pipeline import Kind
from pipecli.core.settings import Member
from pipecli.core.workspace import build
from pipecli.interchange.batch import Batch, Change, State
from pipecli.interchange.batch import Person as There
from pipecli.interchange.commits import People
from pipecli.interchange.plan import Asked, Plan, plan
from pipecli.interchange.stream import Person

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ASKED = Asked(source="crm", now=NOW, history=True, create=True)


def history(*states: State, partial: bool = False) -> Plan:
    """Return the plan of one deal's changes, one a day."""
    changes = (
        Change("1", datetime(2026, 1, day, tzinfo=UTC), "", one, "t.csv", day) for day, one in enumerate(states, 1)
    )
    batch = Batch(changes=tuple(changes), whole=True, partial=frozenset("1" if partial else ""))
    return plan(build([("pipe.yaml", b"name: x\n")]), batch, ASKED)


def test_a_stage_of_the_same_name_in_another_pipeline_is_another_stage() -> None:
    first = State(stage="Lead", pipeline="a")
    second = replace(first, pipeline="b")
    found = history(first, replace(first, title="x"), second, replace(second, kind=Kind.LOST))
    assert [(step.pipeline, step.stage.id, step.moved) for step in found.steps] == [
        ("a", "lead", True), ("a", "lead", False), ("b", "lead", True), ("b", "lost", True),
    ]  # fmt: skip
    since = [step.values["stage_since"] for step in found.steps]
    assert since == [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 1, 3, 4)]
    assert found.steps[-1].values["outcome"] == {"stage": "lead"}


def test_a_deal_that_is_lost_in_another_pipeline_than_it_was_in_names_no_stage_of_that() -> None:
    found = history(State(stage="Only here", pipeline="a"), State(stage="Lead", pipeline="b", kind=Kind.LOST))
    assert not found.problems
    assert found.steps[-1].values["outcome"] == {"stage": "lead"}


def test_a_change_of_nothing_that_is_kept_is_no_step() -> None:
    state = State(stage="Lead", pipeline="a")
    assert len(history(state, replace(state, fields={"Seats": "5"}), replace(state, title="x")).steps) == 2


def test_a_deal_was_created_with_its_first_change_unless_it_is_known_to_have_been_there_before() -> None:
    assert history(State(stage="Lead", pipeline="a")).steps[0].values["created"] == date(2026, 1, 1)
    assert history(State(stage="Lead", pipeline="a"), partial=True).steps[0].values["created"] is None


def test_people_are_known_by_their_keys_and_are_members_where_the_team_has_them() -> None:
    members = {"kim": Member("Kim Lee", "kim@example.com"), "sam": Member("Sam Roe")}
    there = {
        "4": There("K. Lee", "KIM@example.com"),
        "5": There("Sam Roe"),
        "6": There("Ann", "a@x.org"),
        "7": There("Bo"),
    }
    people = People(members, {**there, "7": There("Bo")}, Person("Me", "me@x.org"))
    assert [people.named(key) for key in ("4", "5", "6", "7", "8", "")] == [
        Person("Kim Lee", "kim@example.com"), Person("Sam Roe", "sam@import.invalid"), Person("Ann", "a@x.org"),
        Person("Bo", "bo@import.invalid"), Person("8", "8@import.invalid"), Person("Me", "me@x.org"),
    ]  # fmt: skip
