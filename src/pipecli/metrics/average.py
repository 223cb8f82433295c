"""Means and medians of lengths and of amounts, exact."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

M = TypeVar("M", timedelta, Fraction)


def mean(values: Sequence[M]) -> M | None:
    """Return the arithmetic mean, of lengths to the microsecond; None of nothing."""
    return sum(values[1:], values[0]) / len(values) if values else None


def median(values: Sequence[M]) -> M | None:
    """Return the middle value, or the mean of the two middle ones; None of nothing."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return mean(ordered[half : half + 1] if len(ordered) % 2 else ordered[half - 1 : half + 1])
