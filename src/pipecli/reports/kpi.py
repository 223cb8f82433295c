"""What a key figure is: its unit, which end of its band can be missed, its value with the deals behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipecli.core.value import Band
    from pipecli.reports.snapshot import Snapshot

Value = Fraction | Withheld | None


class Unit(StrEnum):
    """In what a figure is told."""

    SHARE = "share"
    DAYS = "days"
    TIMES = "times"
    NUMBER = "number"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its value, of how many, of which deals in words; and its currency, where it is money."""

    value: Value
    n: int
    of: str
    currency: str = ""
    deals: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Kpi:
    """A key figure: how it is called, its unit, how it is computed, and what misses its band.

    What is `fine_above` may be more than the band's upper end, what is `fine_below` less than the lower one.
    """

    says: str
    unit: Unit
    figures: Callable[[Snapshot], Sequence[Figure]]
    fine_above: bool = False
    fine_below: bool = False

    def missed(self, value: Value, band: Band | None) -> str | None:
        """Return whether a value is `below` or `above` its band; nothing where it is within, or cannot be told."""
        if band is None or value is None or isinstance(value, Withheld):
            return None
        if value < Fraction(band.low) and not self.fine_below:
            return "below"
        return "above" if value > Fraction(band.high) and not self.fine_above else None


def told(value: Fraction | Decimal, unit: Unit, currency: str = "", *, sign: bool = False) -> str:
    """Return a value in the words of a person, rounded half to even; a difference has its sign."""
    number, plus = Fraction(value), "+" if sign and value > 0 else ""
    if unit is Unit.SHARE:
        return f"{plus}{_tenths(number * 100)}{' pp' if sign else '%'}"
    if unit is Unit.MONEY:
        return f"{plus}{round(number):,}" + (f" {currency}" if currency else "")
    return f"{plus}{_tenths(number) if number.denominator > 1 else f'{int(number):,}'}" + {
        Unit.DAYS: " d",
        Unit.TIMES: "×",
    }.get(unit, "")


def told_band(band: Band | None, kpi: Kpi) -> str | None:
    """Return a band in words, without a lower end of 0 that cannot be missed."""
    if band is None:
        return None
    low, high = (_bare(end, kpi.unit) for end in band)
    return f"to {high}" if kpi.fine_below and not band.low else f"{low} to {high}"


def _bare(end: Decimal, unit: Unit) -> str:
    if unit is Unit.SHARE:
        return f"{(end * 100).normalize():f}%"
    return f"{end.normalize():,f}" + {Unit.DAYS: " d", Unit.TIMES: "×"}.get(unit, "")


def _tenths(number: Fraction) -> str:
    return f"{Decimal(round(number * 10)).scaleb(-1):,f}"
