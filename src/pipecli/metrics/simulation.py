"""A Monte Carlo simulation of which open deals are won, and when: sums of what is won by slices of time, run by run.

Each deal is drawn by itself, in each run by one number: below its probability of being won in the first slice it is won
in that, below the probability of the first two in the second, and so on; above all of them it is not won. That is the
same as drawing first whether it is won, and then when. The numbers are those of `random.Random(seed).random()`, which
Python keeps the same from version to version, drawn in the order of the deals.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import fsum
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.money import EXACT
from pipecli.metrics.sample import floored

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from pipecli.core.table import Withheld


QUANTILES = (Fraction(1, 10), Fraction(1, 2), Fraction(9, 10))
"""P10, P50 and P90: nine of ten runs bring at least P10."""


class Chance(NamedTuple):
    """One deal: what it is worth, the probability of being won by the end of each slice, and the lines it counts in."""

    amount: Decimal
    by: tuple[float, ...]
    lines: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was won in each run, in the smallest unit that all amounts are whole numbers of."""

    sums: tuple[int, ...]
    places: int

    def __add__(self, other: Drawn) -> Drawn:
        return Drawn(tuple(map(int.__add__, self.sums, other.sums)), self.places)

    def quantile(self, share: Fraction) -> Decimal | Withheld:
        """Return the least sum that at least this share of the runs do not exceed; withheld of fewer than five runs."""
        rank = -(-share * len(self.sums) // 1)
        return floored(len(self.sums), lambda: self._amount(sorted(self.sums)[max(int(rank), 1) - 1]))

    def reaching(self, amount: Decimal) -> int:
        """Return how many runs reach an amount."""
        return sum(self._amount(one) >= amount for one in self.sums)

    def _amount(self, units: int) -> Decimal:
        return EXACT.scaleb(Decimal(units), -self.places)


@dataclass(frozen=True, slots=True)
class Simulation:
    """What was drawn, by line and slice, and what is won on the average of all there is to draw."""

    drawn: Mapping[Hashable, tuple[Drawn, ...]]
    expected: Mapping[Hashable, tuple[float, ...]]


def simulate(chances: Iterable[Chance], slices: int, runs: int, seed: int) -> Simulation:
    """Return what so many runs draw; the same chances in the same order and the same seed make the same."""
    order = list(chances)
    places = max((-int(one.amount.as_tuple().exponent) for one in order), default=0)
    lines = list(dict.fromkeys(line for one in order for line in one.lines))
    sums = {line: [[0] * runs for _ in range(slices)] for line in lines}
    draw = Random(seed).random  # noqa: S311 -- a simulation, no secret
    for one in order:
        units = int(EXACT.scaleb(one.amount, places))
        top, own = one.by[-1] if one.by else 0.0, [sums[line] for line in one.lines]
        for run, number in enumerate([draw() for _ in range(runs)]):
            if number < top:
                place = bisect_right(one.by, number)
                for line in own:
                    line[place][run] += units
    return Simulation(
        {line: tuple(Drawn(tuple(of_slice), places) for of_slice in found) for line, found in sums.items()},
        {line: _expected(some, slices) for line, some in _by_line(order).items()},
    )


def _by_line(chances: Iterable[Chance]) -> Mapping[Hashable, Sequence[Chance]]:
    found: dict[Hashable, list[Chance]] = {}
    for one in chances:
        for line in one.lines:
            found.setdefault(line, []).append(one)
    return found


def _expected(chances: Sequence[Chance], slices: int) -> tuple[float, ...]:
    """Return the expected value of what is won in each slice."""
    return tuple(
        fsum(float(one.amount) * (one.by[at] - (one.by[at - 1] if at else 0.0)) for one in chances)
        for at in range(slices)
    )


def so_far(drawn: Iterable[Drawn]) -> list[Drawn]:
    """Return the sums of the first slice, of the first two, and so on."""
    return list(accumulate(drawn))
