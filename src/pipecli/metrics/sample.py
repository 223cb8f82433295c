"""The sample floor: below it no percentile and no rate is given, but the counts are."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from pipecli.core.table import Withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from pipecli.metrics.survival import Curve

T = TypeVar("T")

FLOOR = 5
TOO_FEW = Withheld(f"n < {FLOOR}")
NOT_REACHED = Withheld("not reached")


def floored(n: int, figure: Callable[[], T]) -> T | Withheld:
    """Return the figure, or that it is withheld since it would rest on fewer than five."""
    return figure() if n >= FLOOR else TOO_FEW


def rate(part: int, whole: int) -> Fraction | Withheld:
    """Return part ÷ whole, exact, or that it is withheld."""
    return floored(whole, lambda: Fraction(part, whole))


def quantile(curve: Curve, share: Fraction) -> timedelta | Withheld:
    """Return the quantile of a curve, or why it is withheld: too few observations, or it is not reached."""
    return quantiles(curve, (share,))[0]


def quantiles(curve: Curve, shares: Sequence[Fraction]) -> list[timedelta | Withheld]:
    """Return the quantiles of a curve, in the order of the shares; each may be withheld as one is."""
    found = floored(curve.n, lambda: curve.quantiles(shares))
    if isinstance(found, Withheld):
        return [found] * len(shares)
    return [NOT_REACHED if length is None else length for length in found]
