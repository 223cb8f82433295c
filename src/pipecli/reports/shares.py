"""Ratios as cells: shares that are floats, since roots and logarithms are in them; and multiples."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.table import Withheld

if TYPE_CHECKING:
    from fractions import Fraction

    from pipecli.core.table import Cell
    from pipecli.metrics.band import Band

_PLACES = 6


def rounded(share: float | None) -> Decimal | None:
    """Return a share with six places, as far as floats are right."""
    return None if share is None else Decimal(f"{share:.{_PLACES}f}").normalize()


def interval(band: Band | Withheld) -> tuple[Cell, Cell]:
    """Return the two ends of an interval, or why it is withheld at both."""
    return (band, band) if isinstance(band, Withheld) else (rounded(band.low), rounded(band.high))


def times(ratio: Fraction | Withheld) -> Decimal | Withheld:
    """Return how many times one is the other, to the hundredth."""
    return ratio if isinstance(ratio, Withheld) else Decimal(round(ratio * 100)).scaleb(-2)
