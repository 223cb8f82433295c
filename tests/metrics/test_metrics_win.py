"""Win rates, sizes and cycles, worked out by hand; lives and cohorts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.table import Withheld
from pipecli.metrics.life import Cohort, Life, cohort, time_to_won
from pipecli.metrics.win import Closing, Tally

TODAY = date(2026, 11, 23)
TOO_FEW = Withheld("n < 5")


def days(number: int) -> timedelta:
    return timedelta(days=number)


def won(amount: str | None, cycle: int | None = None) -> Closing:
    return Closing(True, None if amount is None else Decimal(amount), None if cycle is None else days(cycle))


def lost(amount: str | None, cycle: int | None = None, *, decided: bool = True) -> Closing:
    return Closing(False, None if amount is None else Decimal(amount), None if cycle is None else days(cycle), decided)


TALLY = Tally((
    won("100", 10), won("0", 20), won("50.50", 30), won(None, 40), won("200", 50), won("49.50"),
    lost("100", 5), lost("500", 7, decided=False), lost(None),
))  # fmt: skip


def test_counts_and_rates() -> None:
    assert (TALLY.count(won=True), TALLY.count(won=False)) == (6, 3)
    assert TALLY.rate() == Fraction(6, 9)
    assert (TALLY.decided(), TALLY.decided_rate()) == (8, Fraction(6, 8))


def test_values_and_their_rate() -> None:
    assert (TALLY.value(won=True), TALLY.value(won=False)) == (Decimal("400.00"), Decimal(600))
    assert TALLY.value_rate() == Fraction(2, 5)


def test_a_value_of_0_counts_and_none_does_not() -> None:
    assert TALLY.amounts(won=True) == [100, 0, Decimal("50.50"), 200, Decimal("49.50")]
    assert TALLY.average() == Fraction(400, 5)
    assert TALLY.median() == Fraction("50.50")


def test_the_median_of_an_even_number_is_between() -> None:
    assert Tally((*TALLY.closings, won("51"))).median() == Fraction("50.75")


def test_cycles_are_of_the_won_and_of_the_lost_apart() -> None:
    assert (TALLY.cycle(won=True), len(TALLY.cycles(won=True))) == (days(30), 5)
    assert (TALLY.cycle(won=False), len(TALLY.cycles(won=False))) == (TOO_FEW, 2)


def test_below_five_there_are_counts_and_sums_alone() -> None:
    few = Tally((won("10", 1), won("10", 1), lost("10", 1), lost("10", 1)))
    figures = (few.rate(), few.decided_rate(), few.value_rate(), few.average(), few.median(), few.cycle(won=True))
    assert set(figures) == {TOO_FEW}
    assert (few.count(won=True), few.value(won=True)) == (2, Decimal(20))


@pytest.mark.parametrize(
    ("closings", "why"),
    [
        ([won("0")] * 3 + [lost("0")] * 2, "no value"),
        ([won("9")] * 3 + [lost("-1")] * 2, "negative value"),
        ([won("-9")] * 3 + [lost("1")] * 2, "negative value"),
        ([won(None)] * 3 + [lost(None)] * 2, "n < 5"),
    ],
)
def test_where_values_give_no_rate(closings: list[Closing], why: str) -> None:
    assert Tally(tuple(closings)).value_rate() == Withheld(why)


@given(st.lists(st.tuples(st.booleans(), st.none() | st.integers(0, 10**6), st.booleans()), min_size=5))
def test_no_rate_is_above_one(drawn: list[tuple[bool, int | None, bool]]) -> None:
    tally = Tally(
        tuple(
            Closing(is_won, None if amount is None else Decimal(amount), None, is_won or decided)
            for is_won, amount, decided in drawn
        )
    )
    for figure in (tally.rate(), tally.decided_rate(), tally.value_rate()):
        assert isinstance(figure, Withheld) or 0 <= figure <= 1
    assert tally.count(won=True) + tally.count(won=False) == len(drawn)


def life(age: int, length: int | None = None, *, is_won: bool = True) -> Life:
    created = TODAY - days(age)
    return Life(created, None if length is None else created + days(length), is_won and length is not None)


def test_a_cohort_is_of_those_that_had_the_time() -> None:
    lives = [
        life(90, 30),
        life(100, 90),
        life(100, 91),
        life(100, 20, is_won=False),
        life(200),
        life(89, 5),
        life(300, -1),
    ]
    assert cohort(lives, days(90), TODAY) == Cohort(created=5, won=2)
    assert Cohort(5, 2).rate() == Fraction(2, 5)
    assert Cohort(4, 2).rate() == TOO_FEW


def test_the_time_to_won_counts_who_is_still_waiting() -> None:
    curve = time_to_won([life(100, 10), life(100, 20), life(100, 15, is_won=False), life(30)], TODAY)
    assert curve.n == 4
    assert curve.survival(days(10)) == Fraction(3, 4)
    assert curve.survival(days(20)) == Fraction(3, 4) * Fraction(1, 2)
    assert curve.quantile(Fraction(1, 2)) == days(20)


def test_a_contradiction_is_in_no_time_to_won() -> None:
    assert time_to_won([life(10, -1), life(-1)], TODAY).n == 0
