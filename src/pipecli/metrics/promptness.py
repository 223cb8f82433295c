"""How many visits of a stage were over within its target (SLA), of those that have had the time for it.

A visit that began less than the target ago is not judged, be it over or not: the quick ones alone would count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.metrics.sample import rate
from pipecli.metrics.stay import elapsed, length

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta
    from fractions import Fraction

    from pipecli.core.table import Withheld
    from pipecli.core.visit import Visit


@dataclass(frozen=True, slots=True)
class Promptness:
    """The visits that were over within the target, those that were not, and those that began too late to tell."""

    within: tuple[Visit, ...]
    beyond: tuple[Visit, ...]
    undecided: tuple[Visit, ...]

    @property
    def n(self) -> int:
        """The number of visits that were judged."""
        return len(self.within) + len(self.beyond)

    def rate(self) -> Fraction | Withheld:
        """Return within ÷ (within + beyond)."""
        return rate(len(self.within), self.n)


def promptness(visits: Iterable[Visit], target: timedelta, now: datetime) -> Promptness:
    """Return how the visits of one stage, whose lengths are known, stand to its target."""
    within: list[Visit] = []
    beyond: list[Visit] = []
    undecided: list[Visit] = []
    for visit in visits:
        if elapsed(visit.entered, now) < target:
            undecided.append(visit)
        else:
            (beyond if length(visit, now) > target else within).append(visit)
    return Promptness(tuple(within), tuple(beyond), tuple(undecided))
