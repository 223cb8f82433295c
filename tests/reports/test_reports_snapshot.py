"""Periods and moments of the key figures, and quotas of periods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scopes import NOW, scope

from pipecli.core.calendar import Period, period
from pipecli.reports.scope import Asked
from pipecli.reports.snapshot import moment_before, moment_of, period_of, preceding, snapshot

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("2026-Q1", "2025-Q4"), ("2026", "2025"), ("2026-03", "2026-02"), ("2026-01", "2025-12"),
        ("2026-W10", "2026-W09"), ("2026-03-05", "2026-03-04"), ("2026-02..2026-03", "2025-12..2026-01"),
        ("2026-02-03..2026-02-05", "2026-01-31..2026-02-02"),
    ],
)  # fmt: skip
def test_the_period_before_has_the_same_length(name: str, before: str) -> None:
    assert preceding(period(name)) == period(before)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_the_period_before_ends_on_the_day_before(first: date, length: int) -> None:
    found = preceding(Period(first, first + length * DAY))
    assert found.last == first - DAY
    assert found.first <= found.last


def test_without_a_period_it_is_the_quarter_of_the_fiscal_year() -> None:
    assert period_of(scope()) == ("2026-Q1", period("2026-Q1"))
    found = scope()
    april = replace(
        found, workspace=replace(found.workspace, settings=replace(found.workspace.settings, fiscal_year_starts=2))
    )
    assert period_of(april) == ("2026-Q1", Period(date(2026, 2, 1), date(2026, 4, 30)))
    assert period_of(replace(found, asked=Asked(period="2026-01")))[0] == "2026-01"


def test_the_period_before_is_looked_at_when_it_had_gone_as_far() -> None:
    quarter, january = period("2026-Q1"), period("2026-01")
    assert (moment_of(quarter, scope()), moment_of(january, scope())) == (
        None,
        datetime(2026, 1, 31, 23, 59, 59, tzinfo=NOW.tzinfo),
    )
    assert moment_before(quarter, scope()) == datetime(2025, 11, 10, tzinfo=NOW.tzinfo)
    assert moment_before(january, scope()) == datetime(2025, 12, 31, 23, 59, 59, tzinfo=NOW.tzinfo)
    march = replace(scope(), now=datetime(2026, 3, 31, 12, tzinfo=ZoneInfo("Europe/Berlin")))
    assert moment_before(period("2026-03"), march).date() == date(2026, 2, 28)
    assert moment_before(period("2027-03"), march).date() == date(2027, 2, 1)


def test_who_came_of_age_in_the_part_of_the_period_that_is_over() -> None:
    found = snapshot("sales", scope(), period("2026-Q1"))
    assert found is not None
    assert found.to_date == Period(date(2026, 1, 1), date(2026, 2, 10))
    assert found.before(30 * DAY) == Period(date(2025, 12, 2), date(2026, 1, 11))
    assert found.before(timedelta(days=999_999)).first == date.min
    assert snapshot("other", scope(), period("2026-Q1")) is None
