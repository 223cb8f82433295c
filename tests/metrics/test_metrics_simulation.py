"""Drawing the future: as a plain loop draws it, and near what can be worked out."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from pipecli.core.table import Withheld
from pipecli.metrics.simulation import QUANTILES, Chance, Drawn, simulate, so_far

D = Decimal


def chance(amount: str, *by: float, lines: tuple[str, ...] = ("a",)) -> Chance:
    return Chance(D(amount), by, lines)


def test_the_same_seed_draws_the_same_and_another_one_something_else() -> None:
    chances = [chance(str(number), 0.2, 0.5) for number in range(1, 20)]
    assert simulate(chances, 2, 50, 7) == simulate(chances, 2, 50, 7)
    assert simulate(chances, 2, 50, 7) != simulate(chances, 2, 50, 8)
    assert simulate(chances, 2, 50, 7).drawn["a"][0].sums[:5] == (37, 50, 26, 63, 40)


def test_as_a_plain_loop_draws_it() -> None:
    chances = [chance("1.50", 0.2, 0.5, 0.6), chance("20", 0.0, 0.0, 0.9, lines=("a", "b")), chance("0.001", 1, 1, 1)]
    random, runs = Random(3), 40  # noqa: S311 -- what is drawn
    expected = {line: [[D(0)] * runs for _ in range(3)] for line in ("a", "b")}
    for one in chances:
        for run in range(runs):
            number, before = random.random(), 0.0
            for place, upto in enumerate(one.by):
                if before <= number < upto:
                    for line in one.lines:
                        expected[str(line)][place][run] += one.amount
                before = upto
    found = simulate(chances, 3, runs, 3)
    for line, slices in expected.items():
        assert [[D(units).scaleb(-one.places) for units in one.sums] for one in found.drawn[line]] == slices


def test_what_is_expected_is_worked_out_and_the_average_comes_near() -> None:
    found = simulate([chance("100", 0.25, 0.75), chance("10", 0.5, 0.5)], 2, 20_000, 1)
    assert found.expected["a"] == pytest.approx((30, 50))
    averages = [sum(one.sums) / 20_000 for one in found.drawn["a"]]
    assert averages == pytest.approx([30, 50], abs=1)
    both = so_far(found.drawn["a"])[-1]
    # neither .125, 10 alone .125, 100 alone .375, both .375
    shares = [both.sums.count(amount) / 20_000 for amount in (0, 10, 100, 110)]
    assert shares == pytest.approx([0.125, 0.125, 0.375, 0.375], abs=0.01)
    assert [both.quantile(share) for share in QUANTILES] == [0, 100, 110]
    assert both.reaching(D(100)) == both.sums.count(100) + both.sums.count(110)


def test_quantiles_are_the_nearest_rank() -> None:
    ten = Drawn(tuple(range(100, 0, -10)), 1)
    assert [ten.quantile(share) for share in QUANTILES] == [1, 5, 9]
    assert ten.quantile(Fraction(0)) == 1
    assert ten.quantile(Fraction(1)) == 10
    assert ten.quantile(Fraction(11, 100)) == 2
    assert Drawn((1, 2, 3, 4), 0).quantile(Fraction(1, 2)) == Withheld("n < 5")


def test_nothing_to_draw() -> None:
    assert simulate([], 3, 10, 1).drawn == {}
    assert simulate([chance("5")], 0, 10, 1).drawn == {"a": ()}
    assert simulate([chance("1E+3", 1.0)], 1, 5, 1).drawn["a"][0].quantile(Fraction(1, 2)) == 1000
