"""Sales velocity by hand, and when it is withheld."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from pipecli.core.table import Withheld
from pipecli.metrics.velocity import Velocity

INPUTS = Velocity(84, Fraction(1, 4), Fraction(20000), timedelta(days=60))
FEW = Withheld("n < 5")


def test_open_deals_times_rate_times_value_by_days() -> None:
    assert INPUTS.a_day() == Fraction(84 * 20000, 4 * 60) == 7000
    assert replace(INPUTS, cycle=timedelta(hours=12)).a_day() == 84 * 5000 * 2
    assert replace(INPUTS, open_deals=0).a_day() == 0


@pytest.mark.parametrize("name", ["open_deals", "win_rate", "average", "cycle"])
def test_it_is_withheld_where_an_input_is(name: str) -> None:
    assert replace(INPUTS, **{name: FEW}).a_day() == FEW


def test_nothing_is_divided_by_zero() -> None:
    assert replace(INPUTS, cycle=timedelta(0)).a_day() == Withheld("cycle of 0 days")
    assert replace(INPUTS, cycle=None).a_day() is None
    assert replace(INPUTS, average=None).a_day() is None
