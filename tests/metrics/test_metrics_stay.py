"""Which visits count, which do not, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_visits import at, days, golden, visit

from pipecli.core.settings import Calendar
from pipecli.core.table import Withheld
from pipecli.core.visit import End, Truncated, Visit
from pipecli.core.worktime import worktime
from pipecli.metrics.average import mean, median
from pipecli.metrics.outcome import ends
from pipecli.metrics.sample import rate
from pipecli.metrics.stay import Excluded, by_deal, elapsed, observe, stays
from pipecli.metrics.survival import START, Observation

NOW = at(40)
MOMENTS = st.integers(-5, 45)


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    left = draw(st.none() | MOMENTS)
    return visit(
        draw(st.sampled_from(["D1", "D2", "D3"])),
        draw(MOMENTS),
        left,
        draw(st.sampled_from([end for end in End if end is not End.STILL_THERE])),
        recorded=draw(MOMENTS),
        truncated=draw(st.sampled_from(Truncated)),
    )


@given(st.lists(visits()))
def test_completed_still_there_and_excluded_add_up_to_the_entries(sample: list[Visit]) -> None:
    found = stays(sample, NOW)
    assert found.entries == len(sample)
    assert found.entries == len(found.completed) + found.still_there + sum(found.excluded.values())
    assert all(length >= START for length in found.completed)
    assert all(one.observed for one in found.observations)


@given(st.lists(visits()))
def test_the_ends_add_up_to_the_entries(sample: list[Visit]) -> None:
    counts = ends(sample)
    assert list(counts) == list(End)
    assert sum(counts.values()) == len(sample)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (visit("D1", 10, 8), Excluded.NEGATIVE),
        (visit("D1", 41, None), Excluded.NEGATIVE),
        (visit("D1", 0, 8, truncated=Truncated.START_UNKNOWN), Excluded.UNKNOWN_START),
        (visit("D1", 0, 8, recorded=9, truncated=Truncated.START_KNOWN), Excluded.UNOBSERVED),
    ],
)
def test_left_out(one: Visit, why: Excluded) -> None:
    assert observe(one, NOW) is why
    assert stays([one], NOW).excluded == {why: 1}


def test_a_truncated_visit_with_a_known_start_enters_late() -> None:
    one = visit("D1", 0, 8, recorded=5, truncated=Truncated.START_KNOWN)
    assert observe(one, NOW) == Observation(days(8), "advanced", days(5))
    assert stays([one], NOW).late == 1


def test_a_visit_that_was_recorded_late_is_not_truncated_by_that() -> None:
    assert observe(visit("D1", 0, 8, recorded=5), NOW) == Observation(days(8), "advanced")


def test_a_truncated_visit_that_was_recorded_before_it_began_enters_at_its_start() -> None:
    one = visit("D1", 3, 8, recorded=2, truncated=Truncated.START_KNOWN)
    assert observe(one, NOW) == Observation(days(5), "advanced")


def test_time_passes_across_a_change_of_the_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before, after = datetime(2026, 3, 28, 12, tzinfo=berlin), datetime(2026, 3, 29, 12, tzinfo=berlin)
    assert after - before == days(1)
    assert elapsed(before, after) == days(23 / 24) == elapsed(before.astimezone(UTC), after)


def test_a_stay_is_measured_as_is_asked() -> None:
    office = worktime(Calendar(), UTC)  # the 1st of January 2026 is a Thursday
    found = stays([visit("D1", 0, 7), visit("D2", 2, 3), visit("D3", 3, 2), visit("D4", 36, None)], NOW, office.between)
    assert found.completed == (START, days(5))
    assert found.excluded == {Excluded.NEGATIVE: 1}
    assert [one.duration for one in found.observations if one.cause is None] == [days(2)]
    late = visit("D1", 0, 12, recorded=5, truncated=Truncated.START_KNOWN)
    assert observe(late, NOW, office.between) == Observation(days(8), "advanced", days(3))


def test_a_deal_with_an_excluded_visit_has_no_stay() -> None:
    sample = [*golden(), visit("D03", 30, 29)]
    assert "D03" not in by_deal(sample, NOW)
    assert by_deal(sample, NOW)["D05"].cumulative == days(35)


def test_the_stays_of_a_deal_are_in_the_order_of_its_lives() -> None:
    again = replace(visit("D1", 20, None), life=2)
    found = by_deal([again, visit("D1", 0, 3)], NOW)["D1"]
    assert (found.first, found.latest, found.cumulative) == (days(3), days(20), days(23))


def test_averages_of_nothing() -> None:
    assert mean([]) is None
    assert median([]) is None


def test_median_of_an_odd_number() -> None:
    assert median([days(9), days(1), days(2)]) == days(2)


def test_no_rate_below_the_floor() -> None:
    assert rate(2, 4) == Withheld("n < 5")
