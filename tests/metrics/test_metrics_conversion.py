"""Conversion between any two stages: against the funnel's figures, in SQL, and by what must always hold."""

from __future__ import annotations

from itertools import combinations

import pytest
from funnel_in_sql import matrix
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_visits import GOLDEN_NOW, at, days
from test_metrics_funnel import NEVER, SALES, THROUGH, WAYS, drawn, in_rows, way

from pipecli.core.visit import End, Visit
from pipecli.metrics.conversion import Cohort, Coming, Conversion, goal
from pipecli.metrics.course import Mode, courses
from pipecli.metrics.funnel import Counting

PLACES = range(len(THROUGH.stages))
NAMES = [stage.id for stage in THROUGH.stages]


def cohorts(visits: list[Visit], mode: Mode = Mode.REACHED) -> list[Cohort]:
    coming = Coming(mode, lambda _: True, GOLDEN_NOW)
    return list(coming.cohorts(courses(visits, SALES, THROUGH), THROUGH, [NEVER] * len(PLACES)))


def between(visits: list[Visit], start: str, end: str, mode: Mode = Mode.REACHED) -> Conversion:
    first, last = NAMES.index(start), NAMES.index(end)
    return cohorts(visits, mode)[first].to(goal(THROUGH, first, last))


def test_who_came_went_on_is_open_or_ended() -> None:
    visits = [
        *way("on", "lead", "talk", "offer"),
        *way("open", "lead", "talk"),
        *way("held", "lead", "later"),
        *way("lost", "lead", "lost"),
        *way("gone", "lead", end=End.REMOVED),
    ]
    found = between(visits, "lead", "offer")
    assert (found.came, found.on) == (["on", "open", "held", "lost", "gone"], ["on"])
    assert (found.current, found.ended) == (["open", "held"], ["lost", "gone"])


@pytest.mark.parametrize(("mode", "on"), [("reached", ["a", "b", "c"]), ("direct", ["b"]), ("strict", ["a"])])
def test_the_three_modes_from_lead_to_offer(mode: str, on: list[str]) -> None:
    visits = [*way("a", "lead", "talk", "offer"), *way("b", "lead", "offer"), *way("c", "lead", "kept")]
    assert between(visits, "lead", "offer", Mode(mode)).on == on


def test_a_deal_that_came_twice_is_one_and_one_with_two_lives_two() -> None:
    visits = [
        *way("a", "lead", "talk", "lead", "talk"),
        *way("b", "lead", end=End.REMOVED),
        *way("b", "lead", start=9, life=2),
    ]
    found = between(visits, "lead", "talk")
    assert (found.came, found.on) == (["a", "b", "b"], ["a"])


def test_matured_are_those_that_came_long_enough_ago() -> None:
    visits = [one for number in range(10) for one in way(f"d{number}", "lead", "talk", start=30 + number)]
    coming = Coming(Mode.REACHED, lambda _: True, at(40))
    own = courses(visits, SALES, THROUGH)
    found = coming.cohorts(own, THROUGH, [days(5)] * len(PLACES))[0].to(goal(THROUGH, 0, 1))
    assert found.matured == [f"d{number}" for number in range(6)] == found.matured_on
    assert found.matured_rate() == 1
    withheld = coming.cohorts(own, THROUGH, [NEVER] * len(PLACES))[0].to(goal(THROUGH, 0, 1))
    assert (withheld.matured, withheld.matured_rate(), withheld.matured_on) == (NEVER, NEVER, [])


@given(WAYS, st.booleans(), st.sampled_from(Mode))
def test_no_rate_is_above_1_and_all_who_came_are_somewhere(
    ways: list[tuple[list[str], int, End]], handed_off: bool, mode: Mode
) -> None:
    own = cohorts(drawn(ways, handed_off), mode)
    for start, end in combinations(PLACES, 2):
        found = own[start].to(goal(THROUGH, start, end))
        assert sorted(found.came) == sorted([*found.on, *found.current, *found.ended])
        assert set(found.on) <= set(found.came)
        assert len(found.came) == own[start].size()


@given(WAYS, st.booleans(), st.sampled_from(Mode))
def test_to_the_next_stage_and_to_the_first_won_one_as_the_funnel_has_it(
    ways: list[tuple[list[str], int, End]], handed_off: bool, mode: Mode
) -> None:
    visits = drawn(ways, handed_off)
    own, counting = cohorts(visits, mode), Counting(mode, lambda _: True, GOLDEN_NOW)
    for place in PLACES:
        passage = counting.passage(courses(visits, SALES, THROUGH), THROUGH, place, NEVER)
        assert own[place].size() == passage.going.of
        following = THROUGH.next(place)
        if following:
            assert len(own[place].to(following).on) == passage.going.following
        if place < THROUGH.won and mode is Mode.REACHED:
            assert len(own[place].to(goal(THROUGH, place, THROUGH.won)).on) == passage.going.won


@settings(max_examples=100, deadline=None)
@given(WAYS, st.booleans(), st.sampled_from(Mode), st.sampled_from([(0, 99), (3, 12)]))
def test_between_all_stages_as_sql_has_it(
    ways: list[tuple[list[str], int, End]], handed_off: bool, mode: Mode, within: tuple[int, int]
) -> None:
    visits = drawn(ways, handed_off)
    first, last = (at(day).date() for day in within)
    coming = Coming(mode, lambda one: first <= one.entered.date() <= last, GOLDEN_NOW)
    own = coming.cohorts(courses(visits, SALES, THROUGH), THROUGH, [NEVER] * len(PLACES))
    found = {}
    for start, end in combinations(PLACES, 2):
        one = own[start].to(goal(THROUGH, start, end))
        found[NAMES[start], NAMES[end]] = (len(one.came), len(one.on))
    assert found == matrix(*in_rows(visits), mode, first=str(first), last=str(last))


def test_of_nobody_nobody_goes_on() -> None:
    assert between([], "lead", "won") == Conversion([], [], [], [], NEVER, [])
