"""Sales velocity: how much is won a day, by how many deals are open, and how often, how high and how fast they win."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from pipecli.core.table import Withheld

NO_TIME = Withheld("cycle of 0 days")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Velocity:
    """The four inputs: open deals, win rate, average won value, cycle; one of them may be withheld, or not known."""

    open_deals: int | Withheld
    win_rate: Fraction | Withheld
    average: Fraction | Withheld | None
    cycle: timedelta | Withheld | None

    def a_day(self) -> Fraction | Withheld | None:
        """Return open deals x win rate x average won value ÷ cycle in days, withheld where one of them is."""
        number, share, value, cycle = self.open_deals, self.win_rate, self.average, self.cycle
        if isinstance(number, Withheld):
            return number
        if isinstance(share, Withheld):
            return share
        if value is None or isinstance(value, Withheld):
            return value
        if cycle is None or isinstance(cycle, Withheld):
            return cycle
        return number * share * value / _days(cycle) if cycle > timedelta(0) else NO_TIME


def _days(length: timedelta) -> Fraction:
    return Fraction(length // timedelta.resolution, _DAY // timedelta.resolution)
