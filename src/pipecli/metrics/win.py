"""Win rates, by count and by value; how large won deals are, and how long closed ones took."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.money import added
from pipecli.core.record import OutcomeClass
from pipecli.core.table import Withheld
from pipecli.metrics.average import mean, median
from pipecli.metrics.sample import floored, rate

if TYPE_CHECKING:
    from datetime import timedelta
    from decimal import Decimal

UNDECIDED = frozenset(
    {OutcomeClass.NO_DECISION, OutcomeClass.UNREACHABLE, OutcomeClass.BAD_FIT, OutcomeClass.DUPLICATE}
)
"""Losses in which nobody decided against us: no decision, or the deal was none."""

NO_VALUE = Withheld("no value")
NEGATIVE = Withheld("negative value")


@dataclass(frozen=True, slots=True)
class Closing:
    """One deal that was won or lost.

    `amount` is its value in the currency of those it is counted with, None where it has none; `cycle` the time from
    its creation to its closing, None where it is not known. `decided` is false for a loss that nobody decided.
    """

    won: bool
    amount: Decimal | None = None
    cycle: timedelta | None = None
    decided: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of closed deals whose amounts are of one currency. A value of 0 is a value."""

    closings: tuple[Closing, ...]

    def count(self, *, won: bool) -> int:
        """Return the number of deals that were won, or lost."""
        return sum(one.won is won for one in self.closings)

    def rate(self) -> Fraction | Withheld:
        """Return won ÷ (won + lost)."""
        return rate(self.count(won=True), len(self.closings))

    def decided(self) -> int:
        """Return the number of deals that were won or lost by a decision."""
        return sum(one.decided for one in self.closings)

    def decided_rate(self) -> Fraction | Withheld:
        """Return won ÷ those that were won or lost by a decision."""
        return rate(self.count(won=True), self.decided())

    def amounts(self, *, won: bool) -> list[Decimal]:
        """Return the values of the won deals, or of the lost ones, that have one."""
        return [one.amount for one in self.closings if one.won is won and one.amount is not None]

    def value(self, *, won: bool) -> Decimal:
        """Return the sum of these values, exact."""
        return added(self.amounts(won=won))

    def value_rate(self) -> Fraction | Withheld:
        """Return won value ÷ (won + lost value); withheld where there is none, or one is below 0."""
        won, lost = Fraction(self.value(won=True)), Fraction(self.value(won=False))
        if won < 0 or lost < 0:
            return NEGATIVE
        n = len(self.amounts(won=True)) + len(self.amounts(won=False))
        return floored(n, lambda: won / (won + lost) if won + lost else NO_VALUE)

    def average(self) -> Fraction | Withheld | None:
        """Return the mean value of the won deals that have one."""
        sizes = self._sizes()
        return floored(len(sizes), lambda: mean(sizes))

    def median(self) -> Fraction | Withheld | None:
        """Return the median value of the won deals that have one."""
        sizes = self._sizes()
        return floored(len(sizes), lambda: median(sizes))

    def cycles(self, *, won: bool) -> list[timedelta]:
        """Return how long the won deals took, or the lost ones, where it is known."""
        return [one.cycle for one in self.closings if one.won is won and one.cycle is not None]

    def cycle(self, *, won: bool) -> timedelta | Withheld | None:
        """Return the median of these times."""
        cycles = self.cycles(won=won)
        return floored(len(cycles), lambda: median(cycles))

    def _sizes(self) -> list[Fraction]:
        return [Fraction(amount) for amount in self.amounts(won=True)]
