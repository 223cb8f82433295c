"""How many touches a deal had before its outcome: medians, and the share within a band.

Who is still open may be touched again: such a deal has had at least so many, and is censored at that number. The median
over all deals is that of Kaplan and Meier (1958), with the number of touches in the place of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Withheld
from pipecli.metrics.average import median
from pipecli.metrics.sample import floored, quantile, rate
from pipecli.metrics.survival import Observation, kaplan_meier

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipecli.core.value import Band

_ONE = timedelta(days=1)
"""What stands for one touch where a duration is wanted."""
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Touches:
    """Numbers of touches by deal: of those with an outcome, and of those that are open."""

    closed: Mapping[str, int]
    open_so_far: Mapping[str, int]

    def median(self) -> Fraction | Withheld | None:
        """Return the median of the deals with an outcome; the mean of the two in the middle."""
        return middle(self.closed)

    def median_of_all(self) -> Fraction | Withheld:
        """Return the least number by which half of all deals had their outcome, open ones censored."""
        ended = (Observation(number * _ONE, "outcome") for number in self.closed.values())
        going = (Observation(number * _ONE, None) for number in self.open_so_far.values())
        found = quantile(kaplan_meier([*ended, *going]), _HALF)
        return found if isinstance(found, Withheld) else Fraction(found // _ONE)

    def within(self, band: Band) -> Sequence[str]:
        """Return the deals with an outcome whose number is in a band."""
        return [name for name, number in self.closed.items() if band.low <= number <= band.high]

    def share_within(self, band: Band) -> Fraction | Withheld:
        """Return their share."""
        return rate(len(self.within(band)), len(self.closed))


def middle(numbers: Mapping[str, int]) -> Fraction | Withheld | None:
    """Return the median of numbers of touches."""
    return floored(len(numbers), lambda: median([Fraction(number) for number in numbers.values()]))
