"""The order of an agenda: what is at stake, by how urgent it is; and the commands that settle it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from contexts import DEAL, PIPELINE, SETTINGS, TODAY, context

from pipecli.facts.agenda import Todo, What, agenda
from pipecli.reports.agenda import command, ranked, table, urgency, when

if TYPE_CHECKING:
    from pipecli.facts.derived import Context
    from pipecli.reports.agenda import Ranked

STEP = "next_step: {{do: Call, due: {0}}}\nvalue: {1}\nstage_since: 2026-11-20\n"


def deal(due: str, value: str, stage: str = "proposal") -> str:
    return DEAL.replace("lead", stage) + STEP.format(due, value)


def found(facts: Context) -> list[Ranked]:
    return ranked(agenda(facts.workspace.deals.values(), facts, TODAY + timedelta(days=7)), facts)


def order(settings: str = SETTINGS, **deals: str) -> list[str]:
    return [one.todo.deal.id for one in found(context(deal("2026-12-24", "1"), settings=settings, **deals))]


@pytest.mark.parametrize(
    ("what", "late", "expected"),
    [
        (What.TASK, 0, 1), (What.TASK, 7, 2), (What.STEP, 3, Fraction(10, 7)), (What.STEP, 28, 5), (What.STEP, 400, 5),
        (What.TASK, -1, Fraction(1, 2)), (What.HOLD, -7, Fraction(1, 8)), (What.DEAD, 50, 1), (What.ROTTING, 14, 3),
        (What.RESPONSE, 1, 2), (What.RESPONSE, 9, 5),
    ],
)  # fmt: skip
def test_urgency_grows_with_the_weeks(what: What, late: int, expected: Fraction) -> None:
    one = context().workspace.deals["acme"]
    assert urgency(Todo(what, one, "", TODAY - timedelta(days=late)), TODAY) == expected
    assert urgency(Todo(What.UNPLANNED, one, ""), TODAY) == 1


def test_more_money_and_more_delay_stand_first_and_what_has_no_value_last() -> None:
    assert order(
        deals__small=deal("2026-11-23", "1000"),
        deals__late=deal("2026-11-09", "400"),
        deals__large=deal("2026-11-24", "9000"),
        deals__lead=deal("2026-11-23", "4500", "lead"),
        deals__none=deal("2026-11-01", "~"),
    ) == ["large", "late", "small", "lead", "none"]  # 2250, 600, 500, 450


def test_a_stage_without_a_probability_counts_the_value() -> None:
    assert [one.stake for one in found(context(deal("2026-11-23", "10", "talks")))] == [Decimal(10)]


def test_amounts_are_compared_in_the_currency_of_the_workspace() -> None:
    rates = "USD: {2026-01-01: 0.5}\n"
    dollars = f"{deal('2026-11-23', '1000')}currency: USD\n"
    francs = f"{deal('2026-11-23', '9999')}currency: CHF\n"
    facts = context(deal("2026-11-23", "800"), deals__usd=dollars, deals__chf=francs, rates=rates)
    rows = found(facts)
    assert [(one.todo.deal.id, one.stake) for one in rows] == [
        ("acme", Decimal(400)), ("usd", Decimal(250)), ("chf", None),
    ]  # fmt: skip
    assert table(rows, facts, "Agenda").notes == ("1 deal without a rate to EUR: last",)
    nameless = context(dollars, settings="name: x\n", deals__chf=francs)
    assert [one.stake for one in found(nameless)] == [None, None]
    assert table(found(nameless), nameless, "x").notes == (
        "2 deals of several currencies, and pipe.yaml names none: last",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tasks: [{id: t1, do: x, due: 2026-11-23}]\n", "pipe task done acme t1"),
        ("next_step: {do: x, due: 2026-11-23}\n", 'pipe next acme "…" --due +3d'),
        ("stage_since: 2026-11-20\n", 'pipe next acme "…" --due +3d'),
        ("stage_since: 2026-11-20\nexpected_close: 2026-11-20\n", "pipe set acme expected_close=+2w"),
        ("created: 2026-11-20\n", "pipe log acme call"),
        ("stage_since: 2026-11-01\n", "pipe log acme call"),
        ("created: 2026-09-01\n", 'pipe recycle acme --until +90d --reason "…"'),
        ("hold: {until: 2026-11-23, reason: x}\nstage_since: 2026-11-20\n", "pipe hold acme --off"),
    ],
)
def test_each_names_the_command_that_settles_it(text: str, expected: str) -> None:
    assert found(context(DEAL + text))[0].command == expected


def test_a_stage_clock_is_settled_by_a_move_and_a_hold_by_reopening() -> None:
    by_stage = PIPELINE.replace("{after: 14d}", "{after: 2d, clock: stage}")
    assert found(context(f"{DEAL}stage_since: 2026-11-20\n", by_stage))[0].command == "pipe move acme proposal"
    held = f"{DEAL}hold: {{until: 2026-11-23, reason: x}}\n".replace("lead", "delayed")
    assert found(context(held))[0].command == "pipe reopen acme --stage lead"


def test_when_is_told_in_words() -> None:
    one = context().workspace.deals["acme"]
    days = {what: when(Todo(what, one, "", TODAY - timedelta(days=3)), TODAY) for what in What}
    assert (days[What.TASK], days[What.DEAD], days[What.RESPONSE]) == ("3 d late", "3 d over", "3 d ago")
    assert when(Todo(What.TASK, one, "", TODAY + timedelta(days=1)), TODAY) == "Tue 2026-11-24"
    assert when(Todo(What.UNPLANNED, one, ""), TODAY) == "today"


def test_a_limit_cuts_and_says_so() -> None:
    facts = context(deal("2026-11-20", "1"), deals__b=deal("2026-11-23", "2"))
    short = table(found(facts), facts, "Agenda", limit=1)
    assert (len(short.rows), short.notes) == (1, ("1 of 2: --limit 0 shows all",))
    assert short.facts == (("n", "2"), ("overdue", "1"))
    assert command(found(facts)[0].todo, facts).startswith("pipe next b")
