"""What is to be done about deals."""

from __future__ import annotations

from datetime import date

import pytest
from contexts import DEAL, PIPELINE, TODAY, context

from pipecli.facts.agenda import Todo, What, agenda, planned

PLANS = """next_step: {do: Call, due: 2026-11-23}
tasks:
  - {id: t1, do: Write, due: 2026-11-20, for: sam}
  - {id: t2, do: Later, due: 2026-11-24}
  - {id: t3, do: Done, due: 2026-11-20, done: 2026-11-21}
  - {id: t4, do: Some day}
"""
CALLED = "activities: [{at: 2026-11-20T10:00+01:00, kind: call, direction: out}]\n"
SINCE = "stage_since: 2026-11-20\n"


def todos(deal: str, until: date = TODAY, pipeline: str = PIPELINE) -> list[Todo]:
    facts = context(deal, pipeline)
    return list(agenda(facts.workspace.deals.values(), facts, until))


def told(deal: str, until: date = TODAY, pipeline: str = PIPELINE) -> list[tuple[str, str, str]]:
    return [(one.what, one.text, str(one.day or "")) for one in todos(deal, until, pipeline)]


def due(deal: str) -> list[tuple[int, str]]:
    facts = context(deal)
    return [(one.day.day, one.text) for one in planned(facts.workspace.deals.values(), facts, TODAY) if one.day]


def test_the_oldest_stands_first_and_what_is_done_or_to_come_is_left_out() -> None:
    assert due(DEAL + PLANS) == [(20, "Write"), (23, "Call")]
    assert [one.person for one in todos(f"{DEAL}owner: kim\n{PLANS}")] == ["kim", "sam"]
    ahead = told(DEAL + PLANS, date(2026, 11, 24))
    assert ("task", "Later", "2026-11-24") in ahead


@pytest.mark.parametrize("stage", ["lost", "nowhere"])
def test_nothing_is_to_be_done_about_a_lost_deal(stage: str) -> None:
    assert told(DEAL.replace("lead", stage) + PLANS) == []


def test_of_a_won_deal_the_tasks_remain() -> None:
    assert told(DEAL.replace("lead", "won") + PLANS) == [("task", "Write", "2026-11-20")]


@pytest.mark.parametrize(
    ("until", "days"), [("2026-11-24", []), ("2026-11-23", [20, 23, 23]), ("2026-11-22", [20, 22, 23])]
)
def test_a_hold_silences_a_deal_until_its_day_and_is_due_itself_then(until: str, days: list[int]) -> None:
    held = f"{DEAL}hold: {{until: {until}, reason: budget}}\n{PLANS}"
    assert [day for day, _ in due(held)] == days


def test_a_hold_is_told_until_the_deal_is_taken_up_again() -> None:
    held = f"{DEAL}hold: {{until: 2026-11-20, reason: budget}}\n"
    assert told(held) == [("hold ends", "budget", "2026-11-20")]
    assert told(held + CALLED) == [("no next step", "nothing is planned", "")]
    coming = held.replace("11-20", "11-25")
    assert told(coming) == []
    assert told(coming, date(2026, 11, 30)) == [("hold ends", "budget", "2026-11-25")]
    assert told(coming.replace("lead", "delayed"), date(2026, 11, 25)) == [("hold ends", "budget", "2026-11-25")]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("created: 2026-11-20\n", What.RESPONSE),
        (f"created: 2026-11-20\n{CALLED}", What.UNPLANNED),
        (f"created: 2026-11-20\n{CALLED.replace('out', 'in')}", What.RESPONSE),
        (f"created: 2026-11-20\n{CALLED.replace('call, direction: out', 'meeting')}", What.UNPLANNED),
        (f"created: 2026-11-20\n{CALLED.replace('call, direction: out', 'note')}", What.RESPONSE),
        ("created: 2026-11-01\n", What.RESPONSE),
        ("created: 2026-09-24\n", What.DEAD),
        (f"created: 2026-10-01\n{CALLED.replace('11-20', '11-01')}", What.ROTTING),
        (f"created: 2026-09-01\n{CALLED}", What.DEAD),
        (SINCE, What.UNPLANNED),
    ],
)
def test_one_state_of_an_open_deal_is_told(more: str, expected: What) -> None:
    assert [one.what for one in todos(DEAL + more)] == [expected]


def test_who_asks_for_a_first_response_is_in_a_stage_in_which_deals_come_in() -> None:
    created = f"{DEAL}created: 2026-11-20\n".replace("lead", "proposal")
    assert [one.what for one in todos(created)] == [What.UNPLANNED]
    rules = PIPELINE.replace("stages:", "moves: {create_in: [offer]}\nstages:")
    assert [one.what for one in todos(created, pipeline=rules)] == [What.RESPONSE]


def test_a_quiet_deal_says_by_which_clock() -> None:
    assert told(f"{DEAL}created: 2026-09-14\n") == [("dead", "not heard for 70 days (limit 60)", "2026-11-13")]
    assert told(f"{DEAL}created: 2026-10-01\n{CALLED.replace('11-20', '11-01')}") == [
        ("rotting", "nothing done for 22 days (limit 14)", "2026-11-15")
    ]
    by_stage = PIPELINE.replace("{after: 14d}", "{after: 2d, clock: stage}")
    assert told(f"{DEAL}{SINCE}", pipeline=by_stage) == [("rotting", "in its stage for 3 days (limit 2)", "2026-11-22")]


def test_a_close_that_passed_is_told_and_one_to_come_where_that_is_asked_for() -> None:
    deal = f"{DEAL}{SINCE}expected_close: 2026-11-22\n"
    assert told(deal) == [("expected close", "it has passed", "2026-11-22")]
    assert told(deal.replace("11-22", "11-23")) == [("no next step", "nothing is planned", "")]
    ahead = told(deal.replace("11-22", "11-25"), date(2026, 11, 30))
    assert ahead == [("expected close", "it is to come", "2026-11-25")]


def test_a_step_or_a_task_without_a_day_is_a_plan() -> None:
    assert told(f"{DEAL}{SINCE}next_step: {{do: Call}}\n") == []
    assert told(f"{DEAL}{SINCE}tasks: [{{id: t1, do: Call}}]\n") == []
    assert told(f"{DEAL}{SINCE}tasks: [{{id: t1, do: Call, done: 2026-11-20}}]\n") == [
        ("no next step", "nothing is planned", "")
    ]
