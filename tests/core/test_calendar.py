"""Periods by name, and names of periods."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.calendar import Period, Unit, label, labels, part, period, zone

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
STARTS = st.integers(1, 12)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2026-07-03", date(2026, 7, 3), date(2026, 7, 3)),
        ("2026-07..2026-09", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-07-03..2026-07-10", date(2026, 7, 3), date(2026, 7, 10)),
        ("2026-Q1..2026-W30", date(2026, 1, 1), date(2026, 7, 26)),
    ],
)
def test_a_period_runs_from_its_first_day_to_its_last(text: str, first: date, last: date) -> None:
    assert period(text) == Period(first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 4, 1), date(2027, 3, 31)),
        ("2026-Q1", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026-Q4", date(2027, 1, 1), date(2027, 3, 31)),
        ("2026-04", date(2026, 4, 1), date(2026, 4, 30)),
    ],
)
def test_years_and_quarters_are_those_of_the_fiscal_year_named_by_its_beginning(
    text: str, first: date, last: date
) -> None:
    assert period(text, 4) == Period(first, last)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a period is written like 2026, 2026-Q4, 2026-11 or 2026-W48"),
        ("2026-13", "a period is written like"),
        ("2026-Q5", "a period is written like"),
        ("last quarter", "a period is written like"),
        ("2026-07..", "a period is written like"),
        ("2026-07...2026-09", "a period is written like"),
        ("2027-W53", "the year 2027 has no week 53"),
        ("2026-02-30", "there is no day 2026-02-30"),
        ("0000", "the year 0000 is not between 1900 and 2199"),
        ("2200-01-01", "the year 2200 is not between 1900 and 2199"),
        ("2026-09..2026-07", "2026-07 is before 2026-09"),
    ],
)
def test_what_is_no_period(text: str, message: str) -> None:
    with pytest.raises(ValueError, match="^" + message.replace("..", r"\.\.")):
        period(text)


@given(DAYS, st.sampled_from(Unit), STARTS)
def test_a_day_is_in_the_period_that_its_label_names(day: date, unit: Unit, starts: int) -> None:
    name = label(day, unit, starts)
    if 1900 <= int(name[:4]) <= 2199:
        found = period(name, starts)
        assert day in found
        assert {label(found.first, unit, starts), label(found.last, unit, starts)} == {name}


@given(DAYS, st.integers(0, 800), st.sampled_from(Unit), STARTS)
def test_the_labels_between_two_days_are_those_of_the_days_between(
    first: date, length: int, unit: Unit, starts: int
) -> None:
    days = [first + timedelta(days=number) for number in range(length + 1)]
    assert list(labels(first, days[-1], unit, starts)) == list(dict.fromkeys(label(day, unit, starts) for day in days))


@pytest.mark.parametrize(
    ("whole", "unit"),
    [
        ("2026", "quarter"),
        ("2026-Q3..2026-Q4", "quarter"),
        ("2026-Q3", "month"),
        ("2026-08", "week"),
        ("2026-W30", "week"),
    ],
)
def test_a_period_is_divided_into_some_parts(whole: str, unit: str) -> None:
    assert part(period(whole)) == unit


def test_all_time_is_divided_into_quarters() -> None:
    assert part(None) is Unit.QUARTER


def test_an_unknown_zone_is_utc() -> None:
    assert zone("Nowhere/At all").key == "UTC"
