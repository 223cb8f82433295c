"""Quotas and spend by period, brought to another period."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.calendar import Period, named, period
from pipecli.metrics.planned import NO_QUOTA, PARTLY, quota, spent


def amounts(**given: int) -> dict[str, Decimal]:
    return {name.replace("_", "-"): Decimal(amount) for name, amount in given.items()}


QUARTERS = {"2026-Q1": Decimal(10), "2026-Q2": Decimal(20), "2026-Q3": Decimal(30), "2026-Q4": Decimal(40)}


@pytest.mark.parametrize(
    ("by_period", "wanted", "found"),
    [
        (QUARTERS, "2026-Q4", Decimal(40)),
        (QUARTERS, "2026", Decimal(100)),
        (QUARTERS, "2026-Q2..2026-Q3", Decimal(50)),
        ({**QUARTERS, "2026": Decimal(90)}, "2026", Decimal(90)),
        ({"2026-10": Decimal(1), "2026-11": Decimal(2), "2026-12": Decimal(4)}, "2026-Q4", Decimal(7)),
        ({"2026-10": Decimal(1), "2026-12": Decimal(4)}, "2026-Q4", PARTLY),
        (QUARTERS, "2026-11", PARTLY),
        (QUARTERS, "2025-Q4", NO_QUOTA),
        ({}, "2026", NO_QUOTA),
        ({"2026-W48": Decimal(5)}, "2026-W48", Decimal(5)),
    ],
)
def test_a_quota_is_never_divided_and_never_added_twice(by_period: dict[str, Decimal], wanted: str, found: Any) -> None:  # noqa: ANN401
    assert quota(by_period, period(wanted), 1) == found


def test_quotas_are_of_the_fiscal_year() -> None:
    assert quota({"2026-Q1": Decimal(7)}, period("2026-04..2026-06"), 4) == 7


@given(
    st.dictionaries(
        st.sampled_from([*QUARTERS, *(f"2026-{month:02}" for month in range(1, 13)), "2026"]), st.integers(0, 9)
    ),
    st.sampled_from([*QUARTERS, "2026", "2026-07..2026-12"]),
)
def test_a_quota_is_the_sum_of_some_that_follow_one_another_over_the_whole_period(
    drawn: dict[str, int], wanted: str
) -> None:
    by_period = {name: Decimal(amount) for name, amount in drawn.items()}
    whole = period(wanted)
    found = quota(by_period, whole, 1)
    if isinstance(found, Decimal):
        assert found <= sum(by_period.values())
        assert _days(whole) <= {day for name in drawn for day in _days(named(name))}


def _days(span: Period) -> set[int]:
    return set(range(span.first.toordinal(), span.last.toordinal() + 1))


def test_spend_is_of_the_months_that_are_wholly_in_the_period() -> None:
    by_month = {
        "2026-09": amounts(ads=1),
        "2026-10": amounts(ads=10, fair=5),
        "2026-11": amounts(ads=100),
        "2026-Q4": amounts(fair=7),
    }
    found = spent(by_month, period("2026-10..2026-11"), 1)
    assert found.channels == {"ads": 110, "fair": 5}
    assert found.cut == ("2026-Q4",)
    assert spent(by_month, None, 1).channels == {"ads": 111, "fair": 12}
    assert spent({}, None, 1).channels == {}
