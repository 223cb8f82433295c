"""Time zones by name, and periods: years, quarters, months and weeks.

Years and quarters are those of the workspace's fiscal year. It is named by the calendar year in which it begins:
where it starts in April, `2026-Q1` is April to June of 2026, and `2026` ends in March of 2027. Months are those
of the calendar, weeks those of ISO 8601. In a workspace that says nothing, the fiscal year is the calendar's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipecli.core.value import parse_day, parse_period

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY = timedelta(days=1)
_JANUARY = 1
_A_MONTH = timedelta(days=31)
_A_QUARTER = timedelta(days=92)


class Unit(StrEnum):
    """Into what time is divided."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


def zone(name: str) -> ZoneInfo:
    """Return the time zone with this name; UTC where there is none, which the rule `unknown-timezone` reports."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def period(text: str, starts: int = _JANUARY) -> Period:
    """Return the period that a text names: `2026`, `2026-Q4`, `2026-11`, `2026-W48`, a day, or two with `..` between.

    `starts` is the month in which the fiscal year begins. Raises `ValueError` with a message for a person.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return _read(text, starts)
    ends = _read(first, starts), _read(last, starts)
    if ends[1].last < ends[0].first:
        raise ValueError(f"{last} is before {first}")
    return Period(ends[0].first, ends[1].last)


def label(day: date, unit: Unit, starts: int = _JANUARY) -> str:
    """Return the name of the week, month, quarter or year that a day is in, as `period` reads it."""
    if unit is Unit.WEEK:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if unit is Unit.MONTH:
        return f"{day:%Y-%m}"
    year, month = divmod(_month(day) - (starts - 1), 12)
    return f"{year}-Q{month // 3 + 1}" if unit is Unit.QUARTER else str(year)


def named(name: str, starts: int = _JANUARY) -> Period:
    """Return the period that has a label."""
    year, _, rest = name.partition("-")
    if rest.startswith("W"):
        return _week(int(year), int(rest[1:]))
    if rest.startswith("Q"):
        return _months(int(year) * 12 + starts - 1 + 3 * (int(rest[1:]) - 1), 3)
    return _months(int(year) * 12 + int(rest) - 1, 1) if rest else _months(int(year) * 12 + starts - 1, 12)


def labels(first: date, last: date, unit: Unit, starts: int = _JANUARY) -> Iterator[str]:
    """Yield the names of the weeks, months, quarters or years from that of one day to that of another."""
    while first <= last:
        name = label(first, unit, starts)
        yield name
        first = named(name, starts).last + _DAY


def part(whole: Period | None) -> Unit:
    """Return in what a period is best divided; all time is in quarters, as is whatever is longer than one."""
    if whole is None or whole.last - whole.first >= _A_QUARTER:
        return Unit.QUARTER
    return Unit.MONTH if whole.last - whole.first >= _A_MONTH else Unit.WEEK


def _read(text: str, starts: int) -> Period:
    if text.count("-") == 2:  # noqa: PLR2004 -- year, month and day
        day = parse_day(text)
        return Period(day, day)
    return named(parse_period(text), starts)


def _week(year: int, week: int) -> Period:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        raise ValueError(f"the year {year} has no week {week}") from None
    return Period(monday, monday + 6 * _DAY)


def _months(first: int, number: int) -> Period:
    """Return so many months from one on, which is counted from the year 0."""
    return Period(_begin(first), _begin(first + number) - _DAY)


def _begin(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
