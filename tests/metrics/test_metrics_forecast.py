"""Weighted pipeline and roll-ups, by hand."""

from __future__ import annotations

from decimal import Decimal

from pipecli.core.pipeline import Forecast
from pipecli.core.table import Withheld
from pipecli.metrics.forecast import Stake, cumulative, single, value, weighted

D = Decimal


def stake(amount: str | None, probability: str | None, category: Forecast | None = None) -> Stake:
    return Stake(D(amount) if amount else None, D(probability) if probability else None, category)


def test_a_probability_of_0_is_one_and_a_missing_one_is_left_out() -> None:
    stakes = [stake("100", "0.25"), stake("1000", "0"), stake("10", None), stake(None, "0.9"), stake("0", "1")]
    assert value(stakes) == 1110
    assert weighted(stakes) == 25


def test_nothing_to_weigh() -> None:
    assert value([]) == 0
    assert weighted([]) == 0
    assert value([stake(None, "0.5")]) is None
    assert weighted([stake(None, "0.5")]) is None
    assert weighted([stake("5", None)]) == Withheld("no probability")
    assert weighted([stake("5", "0")]) == 0


def test_a_sum_is_exact() -> None:
    assert weighted([stake("0.1", "0.1")] * 3) == D("0.03")
    assert weighted([stake("999999999999999.99", "0.333333")]) == D("333332999999999.99666667")


def test_roll_ups() -> None:
    stakes = [
        stake("1", None, Forecast.OMITTED),
        stake("20", None, Forecast.PIPELINE),
        stake("300", None, Forecast.BEST_CASE),
        stake("4000", None, Forecast.COMMIT),
        stake("50000", None, Forecast.CLOSED),
        stake("600000", None, None),
    ]
    sums = {category: value(some) or D(0) for category, some in single(stakes).items()}
    assert list(sums.values()) == [1, 20, 300, 4000, 50000]
    rolled = {"closed": 50000, "commit": 54000, "best_case": 54300, "pipeline": 54320}
    assert {str(category): amount for category, amount in cumulative(sums).items()} == rolled
