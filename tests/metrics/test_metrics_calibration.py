"""Shares of deals that were won, and their intervals: by hand, by published examples, by another way to find them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_visits import at, days, visit

from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.table import Withheld
from pipecli.core.visit import End, Truncated, Visit
from pipecli.metrics.calibration import Fate, Fates, fates, wilson
from pipecli.metrics.passage import Result

WON, LOST, GONE = Result.WON, Result.LOST, Result.GONE
SALES = Pipeline(
    "sales",
    "pipelines/sales.yaml",
    "Sales",
    [
        Stage("lead", "Lead"),
        Stage("talks", "Talks"),
        Stage("won", "Won", kind=Kind.WON),
        Stage("kept", "Kept", kind=Kind.WON),
        Stage("lost", "Lost", kind=Kind.LOST),
    ],
)


def test_the_interval_by_hand() -> None:
    # 7 of 10 with z = 1.96: (.7 + 3.8416 / 20 ± 1.96 √(.021 + 3.8416 / 400)) ÷ 1.38416 = (.89208 ± .342924) ÷ 1.38416
    assert wilson(7, 10) == pytest.approx((0.396742, 0.892246), abs=0.00005)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_intervals_of_newcombe(part: int, whole: int, low: float, high: float) -> None:
    """Newcombe 1998, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17:857-872."""
    assert wilson(part, whole) == pytest.approx((low, high), abs=0.00005)


@given(st.integers(1, 500).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_ends_are_where_the_share_would_be_as_far_off_as_chance_allows(sample: tuple[int, int]) -> None:
    part, whole = sample
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole <= high <= 1
    for end in {low, high} - {0.0, 1.0}:
        assert abs(part / whole - end) == pytest.approx(1.959963984540054 * sqrt(end * (1 - end) / whole))


def fate(result: Result | None, length: float | None = 1, *, late: bool = False) -> Fate:
    return Fate("d", result, None if length is None else days(length), late)


def test_the_share_is_of_the_closed_and_below_five_there_is_none() -> None:
    found = Fates((*[fate(WON)] * 2, *[fate(LOST)] * 3, fate(None), *[fate(GONE)] * 4))
    assert (found.won, found.closed, found.share()) == (2, 5, Fraction(2, 5))
    few = Fates((*[fate(WON)] * 4, *[fate(None)] * 9))
    assert [few.share(), few.interval(), few.with_open()] == [Withheld("n < 5")] * 3


def test_with_open_ones_in_the_sample_by_hand() -> None:
    # lost at 1, 2 and 3; won at 10 and 12; three are open at 5: nobody knows of them yet
    found = Fates((*(fate(LOST, day) for day in (1, 2, 3)), fate(WON, 10), fate(WON, 12), *[fate(None, 5)] * 3))
    assert found.share() == Fraction(2, 5)
    assert found.with_open() == pytest.approx(5 / 8)
    odd = Fates((*found.all, fate(WON, None), fate(LOST, 1, late=True)))
    assert odd.with_open() == found.with_open()
    assert Fates(tuple(fate(WON, late=True) for _ in range(5))).with_open() == 0


def path(deal: str, *steps: tuple[str, float], end: End = End.STILL_THERE, left: float | None = None) -> list[Visit]:
    leaving = [entered for _, entered in steps[1:]]
    return [
        replace(visit(deal, entered, after, end if after == left else End.ADVANCED), stage=stage)
        for (stage, entered), after in zip(steps, [*leaving, left], strict=True)
    ]


def test_each_deal_is_counted_once_in_each_stage_that_it_visited() -> None:
    visits = [
        *path("through", ("lead", 0), ("talks", 4), ("won", 9), ("kept", 30)),
        *path("skipped", ("lead", 0), ("won", 5)),
        *path("back", ("lead", 0), ("talks", 2), ("lead", 6), ("talks", 8), ("lost", 20)),
        *path("reopened", ("lead", 0), ("lost", 2), ("talks", 9), ("won", 14)),
        *path("again", ("lead", 0), ("lost", 2), ("lead", 9)),
        *path("removed", ("talks", 3), end=End.REMOVED, left=5),
    ]
    found = fates(visits, SALES, at(40), lambda _: True)
    told = {stage: {one.deal: (one.result, one.length) for one in own.all} for stage, own in found.items()}
    assert told == {
        "lead": {
            "through": (WON, days(9)), "skipped": (WON, days(5)), "back": (LOST, days(20)),
            "reopened": (WON, days(14)), "again": (None, days(40)),
        },
        "talks": {
            "through": (WON, days(5)), "back": (LOST, days(18)), "reopened": (WON, days(5)), "removed": (GONE, days(2)),
        },
    }  # fmt: skip
    later = fates(visits, SALES, at(40), lambda one: one.entered >= at(3))
    assert {stage: [one.deal for one in own.all] for stage, own in later.items()} == {
        "lead": [],
        "talks": ["through", "reopened", "removed"],
    }


def test_what_began_unobserved_is_late() -> None:
    late = [visit("a", 0, None, truncated=Truncated.START_KNOWN), visit("b", 50, None)]
    found = fates(late, SALES, at(40), lambda _: True)["lead"].all
    assert [(one.late, one.length) for one in found] == [(True, days(40)), (False, None)]
