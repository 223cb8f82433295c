"""Periods as people say them, seen from a day (`last-quarter`, `ytd`), and the period before another.

Years and quarters are those of the fiscal year, as everywhere; weeks begin on Monday (ISO 8601).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipecli.core.calendar import Period, Unit, label, named

if TYPE_CHECKING:
    from collections.abc import Mapping

_DAY = timedelta(days=1)
_WEEK = 7 * _DAY
_THIS: Mapping[str, Unit] = {**{f"this-{unit}": unit for unit in Unit}, "fiscal": Unit.YEAR}
_LAST: Mapping[str, Unit] = {f"last-{unit}": unit for unit in Unit}
_TO_DATE: Mapping[str, Unit] = {"ytd": Unit.YEAR, "qtd": Unit.QUARTER, "mtd": Unit.MONTH}

WORDS = (*_THIS, *_LAST, *_TO_DATE)
"""The words that name a period. `fiscal` is `this-year`; `ytd`, `qtd` and `mtd` end with the day that they are said."""


def said(word: str, today: date, starts: int = 1) -> Period | None:
    """Return the period that a word names on a day; None for what is none of the words.

    `starts` is the month in which the fiscal year begins.
    """
    if unit := _THIS.get(word):
        return _around(today, unit, starts)
    if unit := _LAST.get(word):
        return _around(_around(today, unit, starts).first - _DAY, unit, starts)
    if unit := _TO_DATE.get(word):
        return Period(_around(today, unit, starts).first, today)
    return None


def previous(whole: Period, word: str = "", starts: int = 1) -> Period:
    """Return the period before one: as many whole months before whole months, else as many days.

    Before what `word` names to date (`ytd`) it is as many days of the year, quarter or month before, or all of it.
    """
    if unit := _TO_DATE.get(word):
        before = _around(whole.first - _DAY, unit, starts)
        return Period(before.first, min(before.first + (whole.last - whole.first), before.last))
    if months := _months(whole):
        return _shifted(whole, -months)
    length = whole.last - whole.first + _DAY
    return Period(whole.first - length, whole.last - length)


def a_year_before(whole: Period) -> Period:
    """Return the period one year before: whole weeks 52 weeks, all else twelve months before."""
    if _months(whole):
        return _shifted(whole, -12)
    if whole.first.weekday() == 0 and (whole.last - whole.first + _DAY) % _WEEK == timedelta():
        return Period(whole.first - 52 * _WEEK, whole.last - 52 * _WEEK)
    return Period(months_away(whole.first, -12), months_away(whole.last, -12))


def months_away(day: date, months: int) -> date:
    """Return the same day of another month, or its last one where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _around(day: date, unit: Unit, starts: int) -> Period:
    return named(label(day, unit, starts), starts)


def _months(whole: Period) -> int:
    """Return how many whole months a period has; 0 where it begins or ends within one."""
    after = whole.last + _DAY
    if whole.first.day != 1 or after.day != 1:
        return 0
    return (after.year - whole.first.year) * 12 + after.month - whole.first.month


def _shifted(whole: Period, months: int) -> Period:
    return Period(months_away(whole.first, months), months_away(whole.last + _DAY, months) - _DAY)
