"""The report on deals that went quiet; its figures are in tests/cases/report/stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from scopes import SALES, deal, rows, scope, visit

from pipecli.core.pipeline import Rot, RotClock, Stage
from pipecli.core.visit import Truncated
from pipecli.reports.stale import stale

LEAD = Stage("lead", "Lead", rot=Rot(timedelta(days=5), RotClock.STAGE))
PIPELINE = replace(SALES, stages=[LEAD, *SALES.stages[1:]])


def test_a_deal_whose_entry_nobody_saw_is_counted_from_when_it_was_seen_and_said() -> None:
    visits = [visit("a", "lead", 30, None, truncated=Truncated.START_UNKNOWN), visit("b", "lead", 20, None)]
    entered = {one.deal: one.entered.date() for one in visits}
    asked = replace(scope([deal("a", "lead"), deal("b", "lead")], visits, pipelines=(PIPELINE,)), entered=entered)
    (table,) = stale(asked)
    found = rows(table, "deal")
    assert [(name, row["quiet"], row["over"]) for (name,), row in found.items()] == [
        ("b", timedelta(days=20), timedelta(days=15)),
        ("a", timedelta(days=10), timedelta(days=5)),
    ]
    assert table.notes == ("1 deal counted from when first seen: the entry is older than the history",)


def test_a_deal_in_an_unknown_stage_marks_the_report_as_incomplete() -> None:
    (table,) = stale(scope([deal("a", "nowhere")]))
    assert table.incomplete
    assert table.empty == "no open deal"


def test_the_dead_come_before_the_rotting_however_long_these_are_over() -> None:
    deals = [deal("a", "lead", created=date(2025, 12, 1)), deal("b", "lead", created=date(2026, 1, 30))]
    visits = [visit("b", "lead", -300, None), visit("a", "lead", 39, None)]
    entered = {one.deal: one.entered.date() for one in visits}
    (table,) = stale(replace(scope(deals, visits, pipelines=(PIPELINE,)), entered=entered))
    assert [(name, row["rot"]) for (name,), row in rows(table, "deal").items()] == [("a", "dead"), ("b", "rotting")]


def test_nobody_says_of_a_deal_without_a_day_that_it_is_not_dead() -> None:
    (table,) = stale(scope([deal("a", "lead"), deal("b", "lead", created=date(2026, 1, 30))]))
    assert table.notes == (
        "1 deal not dead, in stages without a rot limit: lead",
        "1 deal without a day to count from: lead",
    )
