"""Exact money: amounts of one currency, dated rates, totals that never add two currencies.

Amounts are decimals and stay exact through every sum and product; they are rounded for display alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Rates = Mapping[str, Mapping[date, Decimal]]
"""One unit of a currency in the workspace's currency, from each day on."""

EXACT = Context(prec=160, traps=[Inexact, InvalidOperation])
"""Wide enough for sums of amount times rate times probability; it never rounds in silence."""

_DISPLAY = Context(prec=160, rounding=ROUND_HALF_EVEN)
_MINOR_UNITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"), 0),
    **dict.fromkeys(("PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


class Price(NamedTuple):
    """An amount of a currency (the empty string where none is named), and the day on which it is valued."""

    amount: Decimal
    currency: str
    day: date


@dataclass(frozen=True, slots=True)
class Total:
    """Sums by currency, and how many amounts are in none of them because no rate was usable."""

    amounts: Mapping[str, Decimal]
    unpriced: int = 0

    def of(self, currency: str) -> Decimal:
        """Return the sum in one currency; 0 where there is none."""
        return self.amounts.get(currency, Decimal(0))


def product(amount: Decimal, factor: Decimal) -> Decimal:
    """Return amount times factor, exact."""
    return EXACT.multiply(amount, factor)


def added(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum of amounts of one currency, exact."""
    result = Decimal(0)
    for amount in amounts:
        result = EXACT.add(result, amount)
    return result


def convert(amount: Decimal, currency: str, to: str, rates: Rates, day: date) -> Decimal | None:
    """Return the amount in `to`, the workspace's currency, exact; None where there is no usable rate.

    The usable rate is the last one on or before the day. Rates are quoted in the workspace's currency alone,
    so nothing is converted by way of it into a third.
    """
    if currency == to:
        return amount
    rate = rate_on(currency, rates, day)
    return None if rate is None else product(amount, rate)


def rate_on(currency: str, rates: Rates, day: date) -> Decimal | None:
    """Return the last rate of a currency on or before the day, or None."""
    dated = rates.get(currency, {})
    last = max((since for since in dated if since <= day), default=None)
    return None if last is None else dated[last]


def total(prices: Iterable[Price], to: str | None, rates: Rates) -> Total:
    """Return the sum in `to`, or a sum for each currency where `to` is None.

    What cannot be converted is counted in `unpriced` and in no sum.
    """
    grouped: dict[tuple[str, date], list[Decimal]] = {}
    for price in prices:
        grouped.setdefault((price.currency, price.day), []).append(price.amount)
    amounts: dict[str, Decimal] = {}
    unpriced = 0
    for (currency, day), members in grouped.items():
        target = currency if to is None else to
        converted = convert(added(members), currency, target, rates, day)
        if converted is None:
            unpriced += len(members)
        else:
            amounts[target] = EXACT.add(amounts.get(target, Decimal(0)), converted)
    return Total(amounts, unpriced)


def places(currency: str) -> int:
    """Return how many decimal places a currency is shown with (ISO 4217; 2 for one that is not listed)."""
    return _MINOR_UNITS.get(currency, 2)


def rounded(amount: Decimal | Fraction, currency: str = "") -> Decimal:
    """Return the amount with the currency's number of places, half to even: for display alone."""
    if isinstance(amount, Fraction):
        return Decimal(round(amount * 10 ** places(currency))).scaleb(-places(currency), context=_DISPLAY)
    return amount.quantize(Decimal(1).scaleb(-places(currency)), context=_DISPLAY)
