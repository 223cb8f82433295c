"""Money: exact sums, dated rates, rounding for display."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.money import Price, Total, convert, product, rounded, total

D = Decimal
RATES = {"USD": {date(2026, 11, 1): D("0.91"), date(2026, 10, 1): D("0.92")}}
AMOUNTS = st.decimals(min_value=-(10**18), max_value=10**18, places=9)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 30), None),
        (date(2026, 10, 1), D("92.00")),
        (date(2026, 10, 31), D("92.00")),
        (date(2026, 11, 1), D("91.00")),
        (date(2030, 1, 1), D("91.00")),
    ],
)
def test_the_last_rate_on_or_before_the_day(day: date, expected: Decimal | None) -> None:
    assert convert(D(100), "USD", "EUR", RATES, day) == expected


def test_its_own_currency_needs_no_rate() -> None:
    assert convert(D("1.1"), "EUR", "EUR", {}, date(2026, 1, 1)) == D("1.1")


def test_a_currency_without_rates() -> None:
    assert convert(D(1), "CHF", "EUR", RATES, date(2026, 11, 1)) is None


def test_a_total_counts_what_has_no_rate() -> None:
    day = date(2026, 11, 5)
    prices = [
        Price(D("0.10"), "EUR", day),
        Price(D(100), "USD", day),
        Price(D(7), "CHF", day),
        Price(D(8), "CHF", day),
    ]
    assert total(prices, "EUR", RATES) == Total({"EUR": D("91.1000")}, unpriced=2)


def test_each_amount_is_converted_on_its_own_day() -> None:
    prices = [Price(D(100), "USD", date(2026, 10, 5)), Price(D(100), "USD", date(2026, 11, 5))]
    assert total(prices, "EUR", RATES).of("EUR") == D(183)


def test_without_a_common_currency_there_is_a_total_of_each() -> None:
    day = date(2026, 11, 5)
    prices = [Price(D(1), "EUR", day), Price(D(2), "USD", day), Price(D(3), "EUR", day)]
    found = total(prices, None, RATES)
    assert found == Total({"EUR": D(4), "USD": D(2)})
    assert found.of("CHF") == 0


@given(st.lists(AMOUNTS), AMOUNTS)
def test_sums_and_products_are_exact(amounts: list[Decimal], factor: Decimal) -> None:
    prices = [Price(product(amount, factor), "EUR", date(2026, 1, 1)) for amount in amounts]
    expected = sum((Fraction(amount) * Fraction(factor) for amount in amounts), Fraction(0))
    assert Fraction(total(prices, "EUR", {}).of("EUR")) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("0.125", "EUR", "0.12"),
        ("0.135", "EUR", "0.14"),
        ("1234.5", "JPY", "1234"),
        ("1235.5", "JPY", "1236"),
        ("1", "KWD", "1.000"),
        ("999999999999999999.999", "", "1000000000000000000.00"),
    ],
)
def test_rounded_half_to_even_with_the_places_of_the_currency(amount: str, currency: str, text: str) -> None:
    assert str(rounded(D(amount), currency)) == text
    assert str(rounded(Fraction(amount), currency)) == text


def test_a_mean_is_rounded_once() -> None:
    assert str(rounded(Fraction("0.0250000001"), "EUR")) == "0.03"
    assert str(rounded(Fraction(-2, 3), "EUR")) == "-0.67"
