"""Periods as people say them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.calendar import Period, period
from pipecli.core.relative import WORDS, a_year_before, months_away, previous, said

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("this-week", "2026-W47"),
        ("last-week", "2026-W46"),
        ("this-month", "2026-11"),
        ("last-month", "2026-10"),
        ("this-quarter", "2026-Q4"),
        ("last-quarter", "2026-Q3"),
        ("this-year", "2026"),
        ("last-year", "2025"),
        ("fiscal", "2026"),
        ("ytd", "2026-01-01..2026-11-20"),
        ("qtd", "2026-10-01..2026-11-20"),
        ("mtd", "2026-11-01..2026-11-20"),
    ],
)
def test_a_word_names_a_period(word: str, written: str) -> None:
    assert said(word, TODAY) == period(written)


def test_years_and_quarters_are_those_of_the_fiscal_year() -> None:
    assert said("fiscal", date(2026, 3, 31), 4) == Period(date(2025, 4, 1), date(2026, 3, 31))
    assert said("last-quarter", date(2026, 4, 1), 4) == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert said("ytd", date(2026, 3, 31), 4) == Period(date(2025, 4, 1), date(2026, 3, 31))
    assert said("this-quarter", date(2026, 1, 15), 2) == Period(date(2025, 11, 1), date(2026, 1, 31))


def test_any_other_word_is_none() -> None:
    assert said("2026-Q4", TODAY) is None


@pytest.mark.parametrize(
    ("written", "before", "year_before"),
    [
        ("2026-Q3", "2026-Q2", "2025-Q3"),
        ("2026-Q1", "2025-Q4", "2025-Q1"),
        ("2024-02", "2024-01", "2023-02"),
        ("2025-02", "2025-01", "2024-02"),
        ("2026", "2025", "2025"),
        ("2026-07..2026-08", "2026-05..2026-06", "2025-07..2025-08"),
        ("2026-W01", "2025-W52", "2024-12-30..2025-01-05"),
        ("2026-11-10..2026-11-14", "2026-11-05..2026-11-09", "2025-11-10..2025-11-14"),
        ("2024-02-29", "2024-02-28", "2023-02-28"),
    ],
)
def test_the_period_before_and_a_year_before(written: str, before: str, year_before: str) -> None:
    assert previous(period(written)) == period(before)
    assert a_year_before(period(written)) == period(year_before)


@pytest.mark.parametrize(
    ("word", "today", "before"),
    [
        ("ytd", date(2026, 11, 20), "2025-01-01..2025-11-20"),
        ("qtd", date(2026, 11, 20), "2026-07-01..2026-08-20"),
        ("mtd", date(2026, 3, 31), "2026-02"),
        ("qtd", date(2026, 6, 30), "2026-Q1"),
    ],
)
def test_what_is_to_date_has_as_many_days_before(word: str, today: date, before: str) -> None:
    whole = said(word, today)
    assert whole is not None
    assert previous(whole, word) == period(before)


DAYS = st.dates(date(1970, 1, 1), date(2100, 12, 31))


@given(DAYS, st.sampled_from(WORDS), st.integers(1, 12))
def test_a_period_and_the_one_before_touch(today: date, word: str, starts: int) -> None:
    whole = said(word, today, starts)
    assert whole is not None
    assert ("last" in word) == (today not in whole)
    before = previous(whole, "" if "td" not in word else word, starts)
    if word not in ("ytd", "qtd", "mtd"):
        assert before.last + timedelta(days=1) == whole.first
    assert before.first <= before.last < whole.first


@given(DAYS, st.integers(-30, 30))
def test_months_away_and_back_are_the_same_month(day: date, months: int) -> None:
    there = months_away(day, months)
    assert (months_away(there, -months).year, months_away(there, -months).month) == (day.year, day.month)
    assert there.day <= day.day
