"""The report on the first response."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scopes import DAY_0, NOW, SALES, SUPPORT, deal, rows, scope, visit

from pipecli.core.problem import PipeError
from pipecli.core.record import Activity, ActivityKind, Direction
from pipecli.core.settings import Calendar
from pipecli.core.table import Withheld
from pipecli.core.value import Band
from pipecli.metrics.response import Response, service, times
from pipecli.render.medium import Medium
from pipecli.render.table import text
from pipecli.reports.first_response import first_response

if TYPE_CHECKING:
    from pipecli.core.record import Deal
    from pipecli.core.visit import Visit

HOUR = timedelta(hours=1)
TOO_FEW, NOT_REACHED = Withheld("n < 5"), Withheld("not reached")
FIRST = date(2026, 1, 5)
"""A Monday."""
NINE = datetime.combine(FIRST, time(9), UTC)


def call(hours: float, direction: Direction | None = Direction.OUT, kind: str = "call") -> Activity:
    return Activity(NINE + hours * HOUR, ActivityKind(kind), direction)


def called(name: str, *hours: float, stage: str = "lead", **given: Any) -> Deal:  # noqa: ANN401 -- any field of a deal
    return deal(name, stage, created=FIRST, activities=[call(one) for one in hours], **given)


def seen(*names: str) -> list[Visit]:
    """Return a visit of each deal that began at nine."""
    return [visit(name, "lead", (NINE - DAY_0) / timedelta(days=1), None) for name in names]


def total(deals: list[Deal], visits: list[Visit] | None = None, **asked: Any) -> dict[str, Any]:  # noqa: ANN401
    known = seen(*(one.id for one in deals)) if visits is None else visits
    return first_response(scope(deals, known, **asked))[0].records()[0]


def test_from_the_moment_of_creation_to_the_first_outbound_touch() -> None:
    deals = [called(f"d{hours}", hours, hours + 50) for hours in (1, 2, 3, 10, 30)]
    row = total(deals)
    assert [row[name] for name in ("n", "answered", "waiting", "met", "missed")] == [5, 5, 0, 4, 1]
    assert (row["p50"], row["p90"], row["share"]) == (3 * HOUR, 30 * HOUR, Fraction(4, 5))


def test_neither_a_note_nor_what_came_in_is_a_response() -> None:
    own = [call(1, Direction.IN), call(2, kind="note"), call(3, None), call(7)]
    deals = [deal(f"d{at}", "lead", created=FIRST, activities=own) for at in range(5)]
    assert total(deals)["p50"] == 7 * HOUR


def test_who_waits_is_counted_and_late_once_it_is_late() -> None:
    fresh = deal("fresh", "lead", created=NOW.date())
    deals = [*(called(f"d{hours}", hours) for hours in (1, 2, 3)), called("never"), fresh]
    new = visit("fresh", "lead", 40 - 1 / 24, None)
    row = total(deals, [*seen("d1", "d2", "d3", "never"), new])
    assert [row[name] for name in ("n", "answered", "waiting", "met", "missed")] == [5, 3, 2, 3, 1]
    assert row["share"] == TOO_FEW
    assert row["p90"] == NOT_REACHED


def test_who_was_closed_unanswered_waited_until_then() -> None:
    lost = called("lost", stage="lost", closed_on=FIRST)
    row = total([lost, *(called(f"d{hours}", hours) for hours in (1, 2, 3, 4))])
    assert [row[name] for name in ("met", "missed")] == [4, 0]


def test_without_the_hour_the_day_begins_at_midnight() -> None:
    deals = [called(f"d{hours}", hours) for hours in (1, 2, 3, 4, 5)]
    (table,) = first_response(scope(deals))
    assert table.records()[0]["p50"] == (9 + 3) * HOUR
    assert table.notes == ("5 deals counted from the begin of the day of creation: its hour is not known",)
    four = replace(SALES, targets={"first_response": Band(Decimal(0), Decimal(4))})
    deals = [*deals, called("next", 24 + 5), called("over", 15 + 5)]
    row = first_response(scope(deals, pipelines=(four,)))[0].records()[0]
    assert (row["met"], row["missed"]) == (0, 2)
    assert row["share"] == TOO_FEW
    deals = deals[:5]
    late = [visit(one.id, "lead", 30, None) for one in deals]
    assert first_response(scope(deals, late))[0].records()[0]["p50"] == 12 * HOUR


def test_what_is_left_out_is_told() -> None:
    early, unknown = called("early", -3), deal("unknown", "lead", activities=[call(3)])
    (table,) = first_response(scope([early, unknown], seen("early")))
    assert table.records()[0]["n"] == 0
    assert table.notes == (
        "1 deal left out: without a day of creation",
        "1 deal left out: answered, or closed, before the creation",
    )


def test_business_time_and_the_limit_of_one_business_day() -> None:
    nine_to_five = Calendar(hours=(time(9), time(17)))
    deals = [called(f"d{hours}", hours) for hours in (1, 4, 8, 25, 24 * 7)]  # the fourth on Tuesday at ten
    row = total(deals, calendar=nine_to_five, business_days=True)
    assert (row["p50"], row["met"], row["missed"]) == (1, 3, 2)
    (table,) = first_response(scope(deals, seen("d1"), calendar=nine_to_five, business_days=True))
    assert dict(table.facts)["in time"] == "1 business day"


def test_the_limit_is_the_target_in_hours_of_the_pipeline_or_the_workspace() -> None:
    deals = [called(f"d{hours}", hours) for hours in (1, 2, 3, 10, 30)]
    found = scope(deals, seen(*(one.id for one in deals)))
    four = {"first_response": Band(Decimal(0), Decimal("2.5"))}
    settings = replace(found.workspace.settings, targets=four)
    (table,) = first_response(replace(found, workspace=replace(found.workspace, settings=settings)))
    assert (table.records()[0]["met"], dict(table.facts)["in time"]) == (2, "2.5 hours")
    own = replace(SALES, targets={"first_response": Band(Decimal(0), Decimal(1))})
    workspace = replace(found.workspace, settings=settings, pipelines={"sales": own})
    assert first_response(replace(found, workspace=workspace))[0].records()[0]["met"] == 1


def test_by_a_fact_and_by_month_and_by_nothing_else() -> None:
    deals = [*(called(f"d{at}", 2, owner="sam") for at in range(5)), called("x", 3)]
    _, by_owner = first_response(scope(deals, seen("d0"), by="owner"))
    assert {key: row["n"] for key, row in rows(by_owner, "group").items()} == {
        ("sam",): 5,
        (Withheld("not given"),): 1,
    }
    _, by_month = first_response(scope([*deals, deal("m", "lead", created=date(2026, 3, 1))], by="month"))
    assert [(row["group"], row["n"]) for row in by_month.records()] == [("2026-01", 6)]
    later = deal("m", "lead", created=date(2025, 11, 1))
    _, by_month = first_response(scope([*deals, later], by="month"))
    assert [(row["group"], row["n"]) for row in by_month.records()] == [("2025-11", 1), ("2025-12", 0), ("2026-01", 6)]
    with pytest.raises(PipeError, match="no fact 'onwer'"):
        first_response(scope(deals, by="onwer"))


def test_a_period_is_of_creation() -> None:
    deals = [called("a", 1), deal("b", "lead", created=date(2026, 2, 1))]
    assert total(deals, [], period="2026-02")["n"] == 1


def test_behind_each_count_are_its_deals() -> None:
    deals = [*(called(f"d{hours}", hours, owner="sam") for hours in (1, 2, 30)), called("never")]
    for table in first_response(scope(deals, seen("d1"), explain=True, by="owner")):
        for row, behind in zip(table.records(), table.behind, strict=True):
            counts = ("n", "answered", "waiting", "met", "missed")
            assert {name: len(behind[name]) for name in counts} == {name: row[name] for name in counts}


@given(st.lists(st.tuples(st.integers(0, 99), st.booleans()), max_size=20), st.integers(0, 99))
def test_nobody_is_both_in_time_and_late(waits: list[tuple[int, bool]], allowed: int) -> None:
    known = [Response(f"d{at}", hours * HOUR, answered, hours * HOUR) for at, (hours, answered) in enumerate(waits)]
    found = service(known, allowed * HOUR)
    assert not set(found.met) & set(found.missed)
    rest = [one for one in known if one.deal not in {*found.met, *found.missed}]
    assert all(not one.answered and one.waited <= allowed * HOUR for one in rest)
    assert len(times(known, [Fraction(1, 2)])) == 1


@pytest.mark.parametrize("width", [60, 80])
def test_it_fits_and_says_when_there_is_nothing(width: int) -> None:
    tables = first_response(scope([called("a", 3, owner="sam")], pipelines=(SALES, SUPPORT), by="owner"))
    assert max(map(len, text(tables, Medium(width=width)).splitlines())) <= width
    assert "no pipeline" in first_response(scope(pipelines=()))[0].notes[0]
