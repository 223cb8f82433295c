"""Drop-off: by hand, against the funnel's figures, and by what must always hold."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from sample_visits import GOLDEN_NOW, at, golden
from test_metrics_funnel import NEVER, SALES, THROUGH, WAYS, drawn, way

from pipecli.core.table import Withheld
from pipecli.core.visit import End, Visit
from pipecli.metrics.course import Mode, courses
from pipecli.metrics.drop_off import DropOff, drop_off
from pipecli.metrics.funnel import Counting

if TYPE_CHECKING:
    from collections.abc import Iterable


def of(visits: Iterable[Visit], stage: str) -> DropOff:
    return drop_off((one for one in visits if one.stage == stage), lambda _: True)


def test_the_golden_fixture() -> None:
    found = drop_off(golden(), lambda _: True)
    counts = {end: len(lives) for end, lives in found.ends.items() if lives}
    assert len(found.entered) == 12
    assert counts == {End.ADVANCED: 5, End.LOST: 2, End.STILL_THERE: 5}
    assert found.rate() == Fraction(2, 12)
    assert found.lost == [("D03", 1), ("D08", 1)]


def test_who_was_lost_once_is_lost_whatever_came_later() -> None:
    visits = way("a", "lead", "lost", "lead", "talk")
    assert of(visits, "lead").lost == [("a", 1)]


def test_of_the_others_the_last_visit_tells() -> None:
    visits = way("a", "lead", "talk", "lead", "later") + way("b", "lead", "talk", "lead")
    found = of(visits, "lead")
    assert found.ends[End.HELD] == [("a", 1)]
    assert found.ends[End.STILL_THERE] == [("b", 1)]


def test_two_lives_are_two_and_the_first_visit_decides_the_period() -> None:
    visits = [
        *way("a", "lead", end=End.REMOVED),
        *way("a", "lead", "lost", start=9, life=2),
        *way("b", "lead", "talk", "lead", "lost", start=6),
    ]
    found = drop_off((one for one in visits if one.stage == "lead"), lambda one: one.entered >= at(7))
    assert (found.entered, found.lost) == ([("a", 2)], [("a", 2)])


def test_no_rate_below_the_floor_nor_of_nobody() -> None:
    assert of(way("a", "lead", "lost"), "lead").rate() == Withheld("n < 5") == of([], "lead").rate()


@given(WAYS, st.booleans())
def test_the_ends_have_all_who_entered_once(ways: list[tuple[list[str], int, End]], handed_off: bool) -> None:
    visits = drawn(ways, handed_off)
    counting = Counting(Mode.REACHED, lambda _: True, GOLDEN_NOW)
    own = courses(visits, SALES, THROUGH)
    for place, stage in enumerate(THROUGH.stages):
        found = of(visits, stage.id)
        assert Counter(found.entered) == Counter(life for lives in found.ends.values() for life in lives)
        passage = counting.passage(own, THROUGH, place, NEVER)
        assert (len(found.entered), len(found.lost)) == (passage.entered, passage.lost)
