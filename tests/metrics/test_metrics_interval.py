"""The interval of a rate."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.table import Withheld
from pipecli.metrics.interval import wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Newcombe 1998, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17:857-872
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_known_intervals(part: int, whole: int, low: float, high: float) -> None:
    found = wilson(part, whole)
    assert not isinstance(found, Withheld)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_below_five_there_is_none() -> None:
    assert wilson(2, 4) == "n < 5"


@given(st.integers(5, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_it_is_within_0_and_1_around_the_rate_and_its_ends_solve_the_equation(one: tuple[int, int]) -> None:
    part, whole = one
    found = wilson(part, whole)
    assert not isinstance(found, Withheld)
    share = part / whole
    assert 0 <= found.low <= share + 1e-12
    assert share - 1e-12 <= found.high <= 1
    for end in found:  # an end is a share p from which the one found is z standard errors of p away
        if 0 < end < 1:
            assert abs(end - share) == pytest.approx(1.959963984540054 * sqrt(end * (1 - end) / whole), rel=1e-6)
