"""Every figure of the golden fixture, as a fraction."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sample_visits import GOLDEN_NOW, days, golden

from pipecli.core.visit import End
from pipecli.metrics.average import mean, median
from pipecli.metrics.outcome import ends
from pipecli.metrics.sample import rate
from pipecli.metrics.stay import DealStay, by_deal, stays
from pipecli.metrics.survival import kaplan_meier

STAYS = stays(golden(), GOLDEN_NOW)
CURVE = kaplan_meier(STAYS.observations)


def test_completed_stays() -> None:
    assert STAYS.completed == tuple(map(days, (3, 4, 5, 6, 7, 10, 10, 20)))
    assert mean(STAYS.completed) == days(8.125)
    assert median(STAYS.completed) == days(6.5)


def test_open_ages() -> None:
    ages = sorted(one.duration for one in STAYS.observations if one.cause is None)
    assert ages == [days(age) for age in (2, 12, 28, 32, 35)]


def test_the_entries_add_up() -> None:
    assert STAYS.entries == 13 == len(STAYS.completed) + STAYS.still_there + sum(STAYS.excluded.values())


@pytest.mark.parametrize(
    ("age", "share"),
    [
        (0, Fraction(1)),
        (2.9, Fraction(1)),
        (3, Fraction(11, 12)),
        (4, Fraction(5, 6)),
        (5, Fraction(3, 4)),
        (6, Fraction(2, 3)),
        (7, Fraction(7, 12)),
        (10, Fraction(5, 12)),
        (19.9, Fraction(5, 12)),
        (20, Fraction(5, 16)),
        (35, Fraction(5, 16)),
    ],
)
def test_survival(age: float, share: Fraction) -> None:
    assert CURVE.survival(days(age)) == share


def test_quantiles() -> None:
    found = [CURVE.quantile(Fraction(percent, 100)) for percent in (25, 50, 75, 90)]
    assert found == [days(5), days(10), None, None]


def test_cumulative_incidence() -> None:
    assert CURVE.last == days(35)
    assert CURVE.incidence(days(35)) == {"advanced": Fraction(1, 2), "lost": Fraction(3, 16)}


def test_shares_of_the_ends() -> None:
    counts = ends(golden())
    advanced, lost = counts[End.ADVANCED], counts[End.LOST]
    assert rate(advanced, advanced + lost) == Fraction(3, 4)
    assert rate(advanced, sum(counts.values())) == Fraction(6, 13)


def test_a_deal_that_comes_back() -> None:
    found = by_deal(golden(), GOLDEN_NOW)["D03"]
    assert found == DealStay(first=days(10), latest=days(10), cumulative=days(20))
