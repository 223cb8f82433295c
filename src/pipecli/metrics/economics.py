"""What a customer costs, and is worth."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Withheld
from pipecli.metrics.sample import floored

if TYPE_CHECKING:
    from decimal import Decimal

    from pipecli.core.settings import UnitEconomics

NO_CUSTOMER = Withheld("no customer")
NO_SPEND = Withheld("no spend")


def acquisition_cost(spend: Decimal | None, customers: int) -> Fraction | Withheld:
    """Return the spend ÷ the customers won with it (CAC), or why it is withheld."""
    if spend is None:
        return NO_SPEND
    if not customers:
        return NO_CUSTOMER
    return floored(customers, lambda: Fraction(spend) / customers)


def lifetime_value(economics: UnitEconomics) -> Fraction | Withheld:
    """Return revenue of an account a year × gross margin ÷ yearly churn, or what is missing for it."""
    parts = {
        "revenue_per_account": economics.revenue_per_account,
        "gross_margin": economics.gross_margin,
        "churn": economics.churn,
    }
    missing = [name for name, value in parts.items() if value is None]
    revenue, margin, churn = parts.values()
    if revenue is None or margin is None or churn is None:
        return Withheld(f"no {', '.join(missing)}")
    return Fraction(revenue) * Fraction(margin) / Fraction(churn) if churn else Withheld("a churn of 0")


def worth_per_cost(worth: Fraction | Withheld, cost: Fraction | Withheld) -> Fraction | Withheld:
    """Return LTV ÷ CAC, or why it is withheld."""
    if isinstance(cost, Withheld):
        return cost
    if isinstance(worth, Withheld):
        return Withheld("no LTV")
    return worth / cost if cost > 0 else NO_SPEND
