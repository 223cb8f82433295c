"""Confidence bands: figures worked out by hand, identities, and lifelines."""

from __future__ import annotations

from fractions import Fraction
from math import exp, inf, log, sqrt
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sample_visits import GOLDEN_NOW, days, golden
from test_metrics_survival import SAMPLES

from pipecli.metrics.band import Band, Z, points, quantile_interval
from pipecli.metrics.stay import stays
from pipecli.metrics.survival import Curve, Observation, kaplan_meier

CURVE = kaplan_meier(stays(golden(), GOLDEN_NOW).observations)
HALF = Fraction(1, 2)
CAUSES = ("advanced", "lost", "held")
DISTINCT = st.lists(
    st.tuples(st.integers(1, 200), st.sampled_from([None, "advanced", "lost"])),
    min_size=2,
    max_size=25,
    unique_by=lambda one: one[0],
)


def band_of(share: float, variance: float) -> Band:
    """Return the interval of a share by the delta method for log(-log share), as it is written in the books."""
    error = sqrt(variance) / abs(share * log(share))
    return Band(exp(-exp(log(-log(share)) + Z * error)), exp(-exp(log(-log(share)) - Z * error)))


def at(curve: Curve, age: float) -> Any:  # noqa: ANN401 -- a point, whose optional parts the tests take for granted
    return [point for point in points(curve, CAUSES) if point.step.age <= days(age)][-1]


def test_greenwood_of_the_golden_fixture() -> None:
    # No visit is censored from age 3 to 10: Σ d ÷ n(n - d) is 1/5 - 1/12 = 7/60, and Var S = (5/12)² x 7/60.
    found = at(CURVE, 10).survival
    assert found.share == pytest.approx(5 / 12)
    assert found.band == pytest.approx(band_of(5 / 12, 25 / 144 * 7 / 60))
    # The root of 7/60 is .34157, ln 5/12 is -.87547, e to 1.96 x .34157 ÷ .87547 is 2.1483: 5/12 to its power, or root.
    assert found.band == pytest.approx((0.1525, 0.6653), abs=1e-4)
    # At 20 one of four leaves: 7/60 + 1/12 = 1/5, and S = 5/16.
    assert at(CURVE, 20).survival.band == pytest.approx(band_of(5 / 16, 25 / 256 / 5))


def test_the_incidence_of_the_golden_fixture() -> None:
    # Up to age 10 nobody is censored: 6 of 12 advanced and 1 was lost, and the variances are those of binomial shares.
    found = at(CURVE, 10).incidence
    assert found["advanced"].share == pytest.approx(1 / 2)
    assert found["advanced"].band == pytest.approx(band_of(1 / 2, 1 / 2 * 1 / 2 / 12))
    assert found["lost"].share == pytest.approx(1 / 12)
    assert found["lost"].band == pytest.approx(band_of(1 / 12, 1 / 12 * 11 / 12 / 12))
    assert found["held"] == (0, None)


def test_the_interval_of_the_golden_median() -> None:
    # At 3 days S is 11/12 and Σ is 1/11 - 1/12, at 4 days 10/12 and 1/10 - 1/12; at 20 days 5/16 and 1/5.
    assert at(CURVE, 3).survival.band.low == pytest.approx(0.5390, abs=1e-4)
    assert at(CURVE, 4).survival.band.low == pytest.approx(0.4817, abs=1e-4)
    assert at(CURVE, 20).survival.band.high == pytest.approx(0.5784, abs=1e-4)
    assert quantile_interval(CURVE, HALF) == (days(4), None)


@pytest.mark.parametrize("number", [7, 40])
def test_without_censoring_the_variances_are_binomial(number: int) -> None:
    ends = [CAUSES[i % 3] for i in range(number)]
    curve = kaplan_meier([Observation(days(i + 1), cause) for i, cause in enumerate(ends)])
    for i, point in enumerate(points(curve, CAUSES)):
        left = (number - i - 1) / number
        if left:
            assert point.survival.band == pytest.approx(band_of(left, left * (1 - left) / number))
        for cause in CAUSES:
            share = ends[: i + 1].count(cause) / number
            if share:
                assert point.incidence[cause].band == pytest.approx(band_of(share, share * (1 - share) / number))


@given(SAMPLES)
def test_the_estimates_are_those_of_the_curve_and_lie_in_their_bands(sample: list[Observation]) -> None:
    curve = kaplan_meier(sample)
    for point in points(curve, CAUSES):
        survival, incidence = curve.survival(point.step.age), curve.incidence(point.step.age)
        assert survival is not None
        assert incidence is not None
        assert point.survival.share == pytest.approx(float(survival))
        assert point.survival.share + sum(one.share for one in point.incidence.values()) == pytest.approx(1)
        for cause, one in point.incidence.items():
            assert one.share == pytest.approx(float(incidence.get(cause, 0)))
        for one in (point.survival, *point.incidence.values()):
            assert (one.band is None) == (one.share in (0, pytest.approx(1)))
            assert one.band is None or 0 <= one.band.low <= one.share <= one.band.high <= 1


@settings(max_examples=40, deadline=None)
@given(SAMPLES)
def test_the_band_and_the_interval_are_those_of_lifelines(drawn: list[Observation]) -> None:
    lifelines = pytest.importorskip("lifelines")
    utils = pytest.importorskip("lifelines.utils")
    sample = [*drawn, Observation(days(50), None), Observation(days(50), "advanced")]
    curve = kaplan_meier(sample)
    fitted = lifelines.KaplanMeierFitter().fit(
        [one.duration / days(1) for one in sample],
        [one.cause is not None for one in sample],
        entry=[one.entry / days(1) for one in sample],
        ci_labels=["low", "high"],
    )
    found = fitted.confidence_interval_survival_function_
    for point in points(curve, ()):
        if point.survival.band:
            expected = found.loc[point.step.age / days(1)]
            assert point.survival.band == pytest.approx((expected["low"], expected["high"]), abs=1e-9)
    for percent in (25, 50, 75):
        low, high = utils.qth_survival_times(1 - percent / 100, found).iloc[0][["low", "high"]]
        interval = [None if age is None else age / days(1) for age in quantile_interval(curve, Fraction(percent, 100))]
        assert interval == [None if age == inf else age for age in (low, high)]


@settings(max_examples=40, deadline=None)
@given(DISTINCT)
def test_the_incidence_and_its_band_are_those_of_lifelines(drawn: list[tuple[int, str | None]]) -> None:
    lifelines = pytest.importorskip("lifelines")
    assume(any(cause == "advanced" for _, cause in drawn))
    sample = [*drawn, (300, None)]
    codes = {None: 0, "advanced": 1, "lost": 2}
    fitted = lifelines.AalenJohansenFitter(calculate_variance=True).fit(
        [age for age, _ in sample],
        [codes[cause] for _, cause in sample],
        event_of_interest=1,
        ci_labels=["low", "high"],
    )
    for point in points(kaplan_meier([Observation(days(age), cause) for age, cause in sample]), ["advanced"]):
        age, found = point.step.age / days(1), point.incidence["advanced"]
        assert found.share == pytest.approx(fitted.cumulative_density_.loc[age].iloc[0], abs=1e-9)
        if found.band:
            low, high = fitted.confidence_interval_.loc[age][["low", "high"]]
            assert found.band == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize("number", [1, 3, 10, 49, 1000])
def test_where_all_have_ended_there_is_no_band(number: int) -> None:
    curve = kaplan_meier([Observation(days(i), "advanced") for i in range(number)])
    (*_, last) = points(curve, CAUSES)
    assert last.survival == (0, None)
    assert last.incidence["advanced"].share == pytest.approx(1)
    assert last.incidence["advanced"].band is None


def test_where_all_have_ended_the_upper_end_of_an_interval_is_not_reached() -> None:
    assert quantile_interval(kaplan_meier([Observation(days(i), "lost") for i in (1, 2, 3)]), HALF) == (days(1), None)


def test_nothing_has_no_points() -> None:
    assert list(points(kaplan_meier([]), CAUSES)) == []
    assert quantile_interval(kaplan_meier([]), HALF) == (None, None)
