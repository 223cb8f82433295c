"""The arithmetic of the weighted pipeline: value times probability, and the roll-ups of the forecast categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.money import EXACT, added, product
from pipecli.core.pipeline import Forecast
from pipecli.core.table import Withheld

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

NO_PROBABILITY = Withheld("no probability")
CUMULATED = (Forecast.CLOSED, Forecast.COMMIT, Forecast.BEST_CASE, Forecast.PIPELINE)
"""The categories that a cumulative roll-up adds up, the surest first; what is omitted is in none."""


class Stake(NamedTuple):
    """What is at stake in one deal, each None where it is not known. An amount or a probability of 0 is known."""

    amount: Decimal | None
    probability: Decimal | None
    category: Forecast | None


def value(stakes: Iterable[Stake]) -> Decimal | None:
    """Return the sum of the amounts, exact; None where there are stakes, and none has an amount."""
    found = list(stakes)
    amounts = [one.amount for one in found if one.amount is not None]
    return added(amounts) if amounts or not found else None


def weighted(stakes: Iterable[Stake]) -> Decimal | Withheld | None:
    """Return Σ amount x probability over the stakes that have both, exact; withheld where no amount has a probability.

    None where there are stakes, and none has an amount.
    """
    found = list(stakes)
    valued = [(one.amount, one.probability) for one in found if one.amount is not None]
    parts = [product(amount, probability) for amount, probability in valued if probability is not None]
    if valued and not parts:
        return NO_PROBABILITY
    return added(parts) if valued or not found else None


def single(stakes: Iterable[Stake]) -> Mapping[Forecast, Sequence[Stake]]:
    """Return the stakes of each category by itself; those without a category are in none."""
    groups: dict[Forecast, list[Stake]] = {category: [] for category in Forecast}
    for one in stakes:
        if one.category is not None:
            groups[one.category].append(one)
    return groups


def cumulative(amounts: Mapping[Forecast, Decimal]) -> Mapping[Forecast, Decimal]:
    """Return commit = commit + closed, best case = best case + that, pipeline = all but what is omitted."""
    found: dict[Forecast, Decimal] = {}
    so_far = added(())
    for category in CUMULATED:
        so_far = EXACT.add(so_far, amounts[category])
        found[category] = so_far
    return found
