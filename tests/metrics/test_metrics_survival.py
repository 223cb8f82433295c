"""Kaplan-Meier against lifelines, Aalen-Johansen against its invariants, and the conventions at the edges."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_visits import days

from pipecli.metrics.survival import START, Curve, Observation, kaplan_meier

CAUSES = st.sampled_from([None, "advanced", "lost", "held"])
WHOLE = st.builds(Observation, st.integers(0, 30).map(days), CAUSES, st.just(START))


@st.composite
def late(draw: st.DrawFn) -> Observation:
    """Draw one that was observed from a half day on: no entry falls on an end, where lifelines differs."""
    entry = draw(st.integers(0, 20))
    start = days(entry - 0.5) if entry else START
    return Observation(start + days(draw(st.integers(1, 20)) - (0.5 if entry else 0)), draw(CAUSES), start)


SAMPLES = st.lists(WHOLE | late(), min_size=1, max_size=25)


def ages(curve: Curve) -> list[timedelta]:
    """Return the ages at which a curve is defined and may change."""
    return [step.age for step in curve.steps] if curve.last is not None else []


@settings(max_examples=40, deadline=None)
@given(SAMPLES)
def test_as_lifelines_has_it(drawn: list[Observation]) -> None:
    lifelines = pytest.importorskip("lifelines")
    # Two that outlast all others: where the risk set becomes empty, lifelines refuses to fit.
    sample = [*drawn, Observation(days(50), None), Observation(days(50), "advanced")]
    curve = kaplan_meier(sample)
    fitted = lifelines.KaplanMeierFitter().fit(
        [one.duration / days(1) for one in sample],
        [one.cause is not None for one in sample],
        entry=[one.entry / days(1) for one in sample],
    )
    for age in ages(curve):
        found = curve.survival(age)
        assert found is not None
        assert float(found) == pytest.approx(fitted.predict(age / days(1)), abs=1e-9)


@given(SAMPLES)
def test_incidence_and_survival_add_up_to_one(sample: list[Observation]) -> None:
    curve = kaplan_meier(sample)
    for age in (*ages(curve), curve.last or START):
        incidence, survival = curve.incidence(age), curve.survival(age)
        if incidence is None or survival is None:
            assert (incidence, survival) == (None, None)
            continue
        assert sum(incidence.values()) + survival == 1
        assert all(0 <= share <= 1 for share in incidence.values())


@given(SAMPLES)
def test_survival_falls_and_the_quantile_is_its_inverse(sample: list[Observation]) -> None:
    curve = kaplan_meier(sample)
    found = [curve.survival(age) for age in ages(curve)]
    assert found == sorted((share for share in found if share is not None), reverse=True)
    for percent in (10, 50, 75, 90):
        share = Fraction(percent, 100)
        reached = [age for age, left in zip(ages(curve), found, strict=True) if left is not None and left <= 1 - share]
        assert curve.quantile(share) == min(reached, default=None)


@given(st.lists(WHOLE, min_size=1, max_size=25))
def test_the_order_of_the_observations_does_not_matter(sample: list[Observation]) -> None:
    assert kaplan_meier(sample) == kaplan_meier(reversed(sample))


def test_without_censoring_it_is_the_share_that_lasts_longer() -> None:
    curve = kaplan_meier([Observation(days(length), "advanced") for length in (1, 2, 2, 4)])
    assert [curve.survival(days(age)) for age in (1, 2, 4)] == [Fraction(3, 4), Fraction(1, 4), Fraction(0)]


def test_one_that_is_censored_when_another_ends_is_at_risk_there() -> None:
    curve = kaplan_meier([Observation(days(3), None), Observation(days(3), "advanced")])
    assert curve.survival(days(3)) == Fraction(1, 2)


def test_one_that_enters_when_another_ends_is_not_at_risk_there() -> None:
    sample = [
        Observation(days(3), "advanced"),
        Observation(days(9), None),
        Observation(days(9), None, days(3)),
    ]
    assert kaplan_meier(sample).survival(days(3)) == Fraction(1, 2)


def test_a_stay_of_no_length_counts() -> None:
    curve = kaplan_meier([Observation(START, "advanced"), Observation(days(1), None)])
    assert curve.survival(START) == Fraction(1, 2)
    assert curve.quantile(Fraction(1, 2)) == START


def test_a_late_entry_is_at_risk_from_then_on_only() -> None:
    sample = [
        Observation(days(2), "advanced"),
        Observation(days(6), "advanced"),
        Observation(days(8), "advanced", days(5)),
        Observation(days(9), "advanced", days(5)),
    ]
    curve = kaplan_meier(sample)
    assert [step.at_risk for step in curve.steps] == [2, 3, 2, 1]
    assert curve.survival(days(6)) == Fraction(1, 2) * Fraction(2, 3)


def test_a_risk_set_that_empties_before_others_enter_ends_the_curve() -> None:
    sample = [
        Observation(days(1), "advanced"),
        Observation(days(2), "advanced"),
        *(Observation(days(20), "advanced", days(10)) for _ in range(50)),
    ]
    curve = kaplan_meier(sample)
    assert curve.gap == days(2)
    assert curve.survival(days(1)) == Fraction(1, 2)
    assert curve.survival(days(2)) is None
    assert curve.incidence(days(20)) is None
    assert curve.quantile(Fraction(1, 2)) == days(1)
    assert curve.quantile(Fraction(3, 4)) is None


def test_where_all_enter_late_nothing_is_known() -> None:
    curve = kaplan_meier([Observation(days(20), "advanced", days(10))] * 5)
    assert curve.gap == START
    assert curve.survival(START) is None
    assert curve.quantile(Fraction(1, 2)) is None


@pytest.mark.parametrize(
    "unseen",
    [
        Observation(days(-1), "advanced"),
        Observation(days(3), "lost", days(3)),
        Observation(days(3), None, days(4)),
    ],
)
def test_what_was_never_under_observation_is_left_out(unseen: Observation) -> None:
    curve = kaplan_meier([unseen])
    assert (curve.n, curve.last, curve.survival(START), curve.quantile(Fraction(1, 2))) == (
        0,
        None,
        None,
        None,
    )


def test_many_observations_stay_exact_and_quick() -> None:
    sample = [Observation(timedelta(seconds=7 * i % 5003), "abc"[i % 3] if i % 4 else None) for i in range(5000)]
    curve = kaplan_meier(sample)
    incidence, survival = curve.incidence(days(1)), curve.survival(days(1))
    assert incidence is not None
    assert survival is not None
    assert sum(incidence.values()) + survival == 1


def test_a_quantile_that_the_curve_just_reaches_is_decided_exactly() -> None:
    number = 3000
    curve = kaplan_meier([Observation(timedelta(seconds=i + 1), "advanced") for i in range(number)])
    for part in range(1, 100):
        share = Fraction(part, 100)
        assert curve.quantile(share) == timedelta(seconds=number * part // 100)
        assert curve.quantile(share + Fraction(1, 10**12)) == timedelta(seconds=number * part // 100 + 1)
    assert curve.quantile(Fraction(1)) == timedelta(seconds=number)


def test_all_have_not_ended_while_one_is_left() -> None:
    curve = kaplan_meier([Observation(days(i), "advanced" if i < 40 else None) for i in range(1, 41)])
    assert curve.quantile(Fraction(39, 40)) == days(39)
    assert curve.quantile(Fraction(1)) is None
