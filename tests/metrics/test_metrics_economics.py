"""What a customer costs, and is worth."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from pipecli.core.settings import UnitEconomics
from pipecli.core.table import Withheld
from pipecli.metrics.economics import acquisition_cost, lifetime_value, worth_per_cost

D = Decimal


def test_the_cost_of_a_customer() -> None:
    assert acquisition_cost(D(900), 7) == Fraction(900, 7)
    assert acquisition_cost(D(0), 5) == 0
    assert acquisition_cost(None, 5) == "no spend"
    assert acquisition_cost(D(900), 0) == "no customer"
    assert acquisition_cost(D(900), 4) == "n < 5"


def test_what_a_customer_is_worth_needs_all_three() -> None:
    assert lifetime_value(UnitEconomics(D(12000), D("0.8"), D("0.12"))) == 80000
    assert lifetime_value(UnitEconomics(D(12000), None, None)) == "no gross_margin, churn"
    assert lifetime_value(UnitEconomics(D(12000), D("0.8"), D(0))) == "a churn of 0"


def test_the_one_for_the_other() -> None:
    assert worth_per_cost(Fraction(9), Fraction(3)) == 3
    assert worth_per_cost(Fraction(9), Fraction(0)) == "no spend"
    assert worth_per_cost(Withheld("no churn"), Fraction(3)) == "no LTV"
    assert worth_per_cost(Fraction(9), Withheld("no customer")) == "no customer"
