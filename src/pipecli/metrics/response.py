"""How long it took until somebody was answered, and how many were within a limit; who still waits is counted, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.metrics.sample import quantiles, rate
from pipecli.metrics.survival import Observation, kaplan_meier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta
    from fractions import Fraction

    from pipecli.core.table import Withheld


@dataclass(frozen=True, slots=True)
class Response:
    """One deal: how long it took to the first answer, or without one, how long it has waited or did until the end.

    `least` is how long it was at least, where the hour of the begin is not known; else the same.
    """

    deal: str
    waited: timedelta
    answered: bool
    least: timedelta


@dataclass(frozen=True, slots=True)
class Service:
    """The deals that were answered within a limit, and those that were not.

    Who waits for less, and of whom the hours are too uncertain to tell, is in neither.
    """

    met: Sequence[str]
    missed: Sequence[str]

    def rate(self) -> Fraction | Withheld:
        """Return met ÷ (met + missed)."""
        return rate(len(self.met), len(self.met) + len(self.missed))


def service(responses: Sequence[Response], limit: timedelta) -> Service:
    """Return who was answered within the limit, and who not."""
    return Service(
        [one.deal for one in responses if one.answered and one.waited <= limit],
        [one.deal for one in responses if one.least > limit],
    )


def times(responses: Sequence[Response], shares: Sequence[Fraction]) -> list[timedelta | Withheld]:
    """Return by when these shares were answered, by Kaplan and Meier (1958), those not answered being censored."""
    observations = (Observation(one.waited, "answered" if one.answered else None) for one in responses)
    return quantiles(kaplan_meier(observations), shares)
