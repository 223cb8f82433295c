"""What of a deal is due."""

from __future__ import annotations

from datetime import date

import pytest
from contexts import DEAL, context

from pipecli.facts.due import Due, due

PLANS = """next_step: {do: Call, due: 2026-11-23}
tasks:
  - {id: t1, do: Write, due: 2026-11-20, for: sam}
  - {id: t2, do: Later, due: 2026-11-24}
  - {id: t3, do: Done, due: 2026-11-20, done: 2026-11-21}
  - {id: t4, do: Some day}
"""


def found(deal: str) -> list[Due]:
    facts = context(deal)
    return due(facts.workspace.deals.values(), facts)


def test_the_oldest_stands_first_and_what_is_done_or_to_come_is_left_out() -> None:
    assert found(DEAL + PLANS) == [
        Due(date(2026, 11, 20), "acme", "Write (sam)"), Due(date(2026, 11, 23), "acme", "Call"),
    ]  # fmt: skip


@pytest.mark.parametrize("stage", ["won", "lost", "nowhere"])
def test_a_deal_that_is_closed_has_nothing_due(stage: str) -> None:
    assert found(DEAL.replace("lead", stage) + PLANS) == []


@pytest.mark.parametrize(
    ("until", "days"), [("2026-11-24", []), ("2026-11-23", [20, 23, 23]), ("2026-11-22", [20, 22, 23])]
)
def test_a_hold_silences_a_deal_until_its_day_and_is_due_itself_then(until: str, days: list[int]) -> None:
    held = f"{DEAL}hold: {{until: {until}, reason: budget}}\n{PLANS}"
    assert [one.day.day for one in found(held)] == days
