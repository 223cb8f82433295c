"""The slices of the time to come into which a simulation sorts what is won: months, cut where a quota's period ends."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipecli.core.calendar import labels, named
from pipecli.reports.due import UNDATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from pipecli.core.calendar import Period
    from pipecli.reports.division import Division
    from pipecli.reports.odds import Odds

LATER = "later"
"""The row of what is won after all those that are shown."""
SHOWN = 12
"""How many months are shown at most, where no period is asked for."""
_DAY = timedelta(days=1)
_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Slices:
    """The slices that end with these days, the first of which begins today; then what is later, and on no known day.

    `names` say in which row each is shown, all of them; None for one that is in no row.
    """

    today: date
    ends: tuple[date, ...]
    names: tuple[str | None, ...]

    def rows(self) -> Sequence[str]:
        """Return the names of the rows in order."""
        return list(dict.fromkeys(name for name in self.names if name is not None))

    def within(self, period: Period) -> Sequence[int]:
        """Return the places of the slices that are in a period, at whose ends some of them end."""
        begins = (self.today, *(end + _DAY for end in self.ends))
        return [at for at, end in enumerate(self.ends) if begins[at] in period and end in period]

    def named(self, name: str) -> Sequence[int]:
        """Return the places of the slices of a row."""
        return [at for at, one in enumerate(self.names) if one == name]

    def row_of(self, day: date | None) -> str | None:
        """Return in which row stands what is due on a day; what is overdue has no known day."""
        if day is None or day < self.today:
            return self.names[-1]
        return self.names[bisect_left(self.ends, day)]

    def by(self, odds: Odds) -> tuple[float, ...]:
        """Return the probabilities of a deal to be won by the end of each slice."""
        dated = (*(odds.won_by(end, self.today) for end in self.ends), odds.won_at_last(self.today))
        return (*dated, odds.ever)


def slices(today: date, period: Period | None, unit: Division, cuts: Iterable[Period]) -> Slices:
    """Return the slices of a period, or of the time to come, so that each of the periods `cuts` is whole slices."""
    names = _names(today, period, unit)
    ends = {named(name, unit.starts).last for name in names}
    ends |= {day for one in cuts for day in (one.first - _DAY, one.last)}
    if period:
        ends |= {period.first - _DAY, period.last}
    ordered = tuple(sorted(day for day in ends if day >= today))
    after: tuple[str | None, str | None] = (None, None) if period else (LATER, UNDATED)
    return Slices(today, ordered, (*(_name(day, names, period, unit) for day in ordered), *after))


def _names(today: date, period: Period | None, unit: Division) -> Sequence[str]:
    if unit.unit is None:
        return []
    first, last = (max(today, period.first), period.last) if period else (today, today + _AHEAD)
    names = list(labels(first, last, unit.unit, unit.starts))
    return names if period else names[:SHOWN]


def _name(end: date, names: Sequence[str], period: Period | None, unit: Division) -> str | None:
    name = unit.of_day(end)
    if period:
        return name if end in period else None
    return name if name in names else LATER
