"""How good forecasts were, held against what came.

Brier 1950, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78:1-3. The figures are
estimates, and so floats.
"""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DECILES = 10


class Said(NamedTuple):
    """The probability of being won that was said of a deal, and whether it was."""

    probability: float
    won: bool


class Foretold(NamedTuple):
    """The value that was foretold for a month, and the value that came."""

    value: float
    came: float


def brier(said: Sequence[Said]) -> float:
    """Return the mean of (probability - 1 if won, else 0)²: 0 is perfect, .25 is what one half of everything earns."""
    return fsum((one.probability - one.won) ** 2 for one in said) / len(said)


def mean_said(said: Sequence[Said]) -> float:
    """Return the mean of the probabilities that were said."""
    return fsum(one.probability for one in said) / len(said)


def deciles(said: Iterable[Said]) -> Mapping[int, Sequence[Said]]:
    """Return what was said by tenths of the probability: 0 is below 10 %, 9 is 90 % and more."""
    found: dict[int, list[Said]] = {place: [] for place in range(DECILES)}
    for one in said:
        found[min(int(one.probability * DECILES), DECILES - 1)].append(one)
    return found


def bias(months: Sequence[Foretold]) -> float | None:
    """Return Σ foretold ÷ Σ came - 1: above 0 where too much was foretold; None where nothing came."""
    came = fsum(one.came for one in months)
    return fsum(one.value for one in months) / came - 1 if came else None


def errors(months: Iterable[Foretold]) -> Sequence[float]:
    """Return |foretold - came| ÷ came of each month in which something came; their mean is the MAPE."""
    return [abs(one.value - one.came) / abs(one.came) for one in months if one.came]
