"""The funnel: by hand for each mode, and against the same figures in SQL."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from funnel_in_sql import figures
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_visits import GOLDEN_NOW, at, days, golden, visit

from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.table import Withheld
from pipecli.core.visit import End, Visit
from pipecli.metrics.course import Funnel, Mode, courses, funnel
from pipecli.metrics.funnel import Counting, Going, Passage
from pipecli.metrics.outcome import ends
from pipecli.metrics.sample import rate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

STAGES = [
    Stage("lead", "Lead"),
    Stage("talk", "Talk"),
    Stage("trial", "Trial", retired=True),
    Stage("offer", "Offer"),
    Stage("won", "Won", kind=Kind.WON),
    Stage("lost", "Lost", kind=Kind.LOST),
    Stage("later", "Later", kind=Kind.ON_HOLD),
    Stage("kept", "Kept", kind=Kind.WON),
]
SALES = Pipeline("sales", "pipelines/sales.yaml", "Sales", STAGES)
THROUGH = funnel(STAGES)
CLOSED = {"lost": End.LOST, "won": End.ADVANCED, "kept": End.ADVANCED, "later": End.HELD}
NEVER = Withheld("not reached")


def way(deal: str, *stages: str, start: float = 0, life: int = 1, end: End = End.STILL_THERE) -> list[Visit]:
    """Return the visits of a deal that was a day in each stage, and is in the last one, or left it with an end."""
    after = [CLOSED.get(name, End.ADVANCED) for name in stages[1:]]
    return [
        replace(
            visit(
                deal, start + number, start + number + 1 if number < len(after) or end is not End.STILL_THERE else None
            ),
            stage=name,
            life=life,
            end=[*after, end][number],
        )
        for number, name in enumerate(stages)
    ]


def passages(visits: Iterable[Visit], mode: Mode = Mode.REACHED, through: Funnel = THROUGH) -> dict[str, Passage]:
    counting = Counting(mode, lambda _: True, GOLDEN_NOW)
    own = courses(visits, SALES, through)
    return {stage.id: counting.passage(own, through, place, NEVER) for place, stage in enumerate(through.stages)}


def went(visits: Iterable[Visit], stage: str) -> list[tuple[int | None, int | None]]:
    """Return for each mode how many deals went on to the next stage, and how many were won."""
    kept = list(visits)
    found = [passages(kept, mode)[stage].going for mode in Mode]
    return [(going.following, going.won) for going in found]


def test_the_golden_fixture() -> None:
    counts = ends(golden())
    assert rate(counts[End.ADVANCED], sum(counts.values())) == Fraction(6, 13)
    visits = [one for each in golden() for one in _and_after(each)]
    lead = passages(visits, through=funnel(STAGES[:1] + STAGES[4:]))["lead"]
    assert lead.going == Going(of=12, following=6, won=6)
    assert lead.going.following_rate() == Fraction(6, 12)
    assert (lead.entered, lead.lost, lead.drop_off()) == (12, 2, Fraction(2, 12))


def _and_after(one: Visit) -> list[Visit]:
    """Return a visit of the golden fixture, and that of the stage to which it led."""
    after = {End.ADVANCED: "won", End.LOST: "lost"}.get(one.end)
    return [one, replace(visit(one.deal, 50, None), stage=after)] if after else [one]


def test_who_goes_straight_on_goes_on_in_every_mode() -> None:
    assert went(way("d", "lead", "talk"), "lead") == [(1, 0), (1, 0), (1, 0)]


def test_a_skip_reaches_what_was_skipped_and_does_not_enter_it() -> None:
    visits = way("d", "lead", "offer", "won")
    found = passages(visits)
    assert [(found[name].entered, found[name].reached) for name in ("lead", "talk", "offer", "won")] == [
        (1, 1),
        (0, 1),
        (1, 1),
        (1, 1),
    ]
    assert went(visits, "lead") == [(1, 1), (0, 0), (0, 0)]
    assert went(visits, "talk") == [(1, 1), (0, 0), (0, 0)]
    assert went(visits, "offer") == [(1, 1), (1, 1), (1, 1)]


def test_who_came_back_between_went_on_but_not_straight() -> None:
    assert went(way("d", "talk", "lead", "offer", "won"), "talk") == [(1, 1), (0, 0), (1, 1)]


def test_who_comes_again_and_goes_straight_on_then_did_go_straight_on() -> None:
    assert went(way("d", "talk", "lead", "talk", "offer"), "talk") == [(1, 0), (1, 0), (1, 0)]


def test_a_pause_on_hold_is_between() -> None:
    assert went(way("d", "lead", "later", "talk"), "lead") == [(1, 0), (0, 0), (1, 0)]


def test_the_way_through_every_stage_counts_in_any_order_of_steps_back() -> None:
    assert went(way("d", "lead", "talk", "lead", "offer", "won"), "lead") == [(1, 1), (1, 0), (1, 1)]
    assert went(way("d", "lead", "offer", "talk", "won"), "lead") == [(1, 1), (0, 0), (1, 0)]


def test_a_stage_that_is_retired_is_neither_next_nor_needed() -> None:
    visits = way("d", "lead", "talk", "offer", "won")
    assert went(visits, "lead") == [(1, 1), (1, 0), (1, 1)]
    assert went(visits, "talk") == [(1, 1), (1, 0), (1, 1)]
    assert passages(visits)["trial"].reached == 1


def test_any_won_stage_is_a_win() -> None:
    assert went(way("d", "offer", "kept"), "offer") == [(1, 1), (0, 1), (0, 1)]


def test_who_was_lost_and_won_later_is_both() -> None:
    found = passages(way("d", "offer", "lost", "offer", "won"))["offer"]
    assert (found.going, found.lost, found.current) == (Going(1, 1, 1), 1, 0)


def test_who_was_won_and_reopened_is_won_and_no_longer_open() -> None:
    found = passages(way("d", "offer", "won", "talk"))["offer"]
    assert (found.going, found.current) == (Going(1, 1, 1), 0)


def test_who_is_open_or_on_hold_is_neither_won_nor_lost() -> None:
    visits = [
        *way("a", "lead"),
        *way("b", "lead", "later"),
        *way("c", "lead", "lost"),
        *way("d", "lead", end=End.REMOVED),
    ]
    found = passages(visits)["lead"]
    assert (found.going.of, found.going.won, found.lost, found.current) == (4, 0, 1, 2)


def test_two_lives_of_one_deal_are_two() -> None:
    visits = [*way("d", "lead", end=End.REMOVED), *way("d", "lead", "won", start=9, life=2)]
    assert passages(visits)["lead"].going == Going(of=2, following=1, won=1)


def test_what_stands_on_both_sides_of_another_pipeline_is_not_straight() -> None:
    first, second = way("d", "lead", "talk", start=3)
    visits = [replace(first, end=End.HANDED_OFF), second]
    assert went(visits, "lead") == [(1, 0), (0, 0), (1, 0)]


def test_a_stage_that_the_pipeline_lacks_is_between_and_open() -> None:
    assert went(way("d", "lead", "gone", "talk"), "lead") == [(1, 0), (0, 0), (1, 0)]
    assert passages(way("d", "lead", "gone"))["lead"].current == 1


def test_an_open_stage_behind_the_won_ones_does_not_win() -> None:
    through = funnel([STAGES[0], STAGES[4], STAGES[2]])
    assert [stage.id for stage in through.stages] == ["lead", "trial", "won"]


def test_a_pipeline_without_a_won_stage_wins_nothing() -> None:
    through = funnel(STAGES[:2])
    found = passages(way("d", "lead", "talk"), through=through)
    assert (found["lead"].going, found["talk"].going) == (Going(1, 1, None), Going(1, None, None))


def test_matured_are_those_that_came_long_enough_ago() -> None:
    visits = [one for number in range(10) for one in way(f"d{number}", "lead", "talk", start=30 + number)]
    counting = Counting(Mode.REACHED, lambda _: True, at(40))
    lead = counting.passage(courses(visits, SALES, THROUGH), THROUGH, 0, days(5))
    assert lead.matured == Going(of=6, following=6, won=0)
    withheld = counting.passage(courses(visits, SALES, THROUGH), THROUGH, 0, NEVER)
    assert withheld.matured is NEVER


def test_only_first_visits_that_count_make_a_cohort() -> None:
    visits = [
        *way("a", "lead", "talk"),
        *way("b", "lead", "talk", "lead", start=9),
        *way("c", "talk", "lead", start=19),
    ]
    counting = Counting(Mode.REACHED, lambda one: one.entered >= at(8), GOLDEN_NOW)
    found = counting.passage(courses(visits, SALES, THROUGH), THROUGH, 0, NEVER)
    assert (found.entered, found.reached) == (2, 2)
    assert counting.size(courses(visits, SALES, THROUGH), THROUGH) == 2


def test_no_rate_below_the_floor() -> None:
    found = passages(way("d", "lead", "talk", "lost"))["talk"]
    assert found.drop_off() == found.going.won_rate() == Withheld("n < 5")


NAMES = st.sampled_from([*(stage.id for stage in STAGES), "gone"])
WAYS = st.lists(
    st.tuples(
        st.lists(NAMES, min_size=1, max_size=8),
        st.integers(0, 30),
        st.sampled_from([End.STILL_THERE, End.REMOVED, End.HANDED_OFF]),
    ),
    max_size=12,
)


def drawn(ways: list[tuple[list[str], int, End]], handed_off: bool) -> list[Visit]:
    """Return the visits of all ways, as two lives of each second deal; `handed_off`: each second visit is, too."""
    visits = []
    for number, (stages, start, end) in enumerate(ways):
        kept = [name for at, name in enumerate(stages) if at == 0 or name != stages[at - 1]]
        own = way(f"d{number // 2}", *kept, start=start, life=number % 2 + 1, end=end)
        visits += [
            replace(one, end=End.HANDED_OFF) if handed_off and at % 2 and one.left else one
            for at, one in enumerate(own)
        ]
    return visits


@settings(max_examples=150, deadline=None)
@given(WAYS, st.booleans(), st.sampled_from(Mode), st.sampled_from([(0, 99), (3, 12)]))
def test_as_sql_has_it(
    ways: list[tuple[list[str], int, End]], handed_off: bool, mode: Mode, within: tuple[int, int]
) -> None:
    visits = drawn(ways, handed_off)
    first, last = (at(day).date() for day in within)
    counting = Counting(mode, lambda one: first <= one.entered.date() <= last, GOLDEN_NOW)
    own = courses(visits, SALES, THROUGH)
    found = {
        stage.id: _flat(counting.passage(own, THROUGH, place, NEVER)) for place, stage in enumerate(THROUGH.stages)
    }
    assert found == in_sql(visits, mode, first, last)


def in_sql(visits: list[Visit], mode: Mode, first: date, last: date) -> object:
    return figures(*in_rows(visits), mode, first=str(first), last=str(last))


def in_rows(
    visits: list[Visit],
) -> tuple[list[tuple[str, int, str, str, str]], list[tuple[str, int, str, bool]]]:
    """Return the visits and the stages as the rows of the data base."""
    numbered: dict[str, int] = {}
    rows = []
    for one in visits:
        course = f"{one.deal}/{one.life}"
        numbered[course] = numbered.get(course, 0) + 1
        rows.append((course, numbered[course], one.stage, one.entered.isoformat(), str(one.end)))
    places = {stage.id: place for place, stage in enumerate(THROUGH.stages)}
    stages = [(stage.id, places.get(stage.id, -1), str(stage.kind), stage.retired) for stage in STAGES]
    return rows, stages


def _flat(one: Passage) -> tuple[int, int, int, int | None, int | None, int, int]:
    return one.entered, one.reached, one.going.of, one.going.following, one.going.won, one.current, one.lost


@given(WAYS, st.booleans(), st.sampled_from(Mode))
def test_nobody_goes_on_who_did_not_come(ways: list[tuple[list[str], int, End]], handed_off: bool, mode: Mode) -> None:
    visits = drawn(ways, handed_off)
    for found in passages(visits, mode).values():
        assert found.entered <= found.reached
        assert (found.going.following or 0) <= found.going.of
        assert (found.going.won or 0) + found.current <= found.going.of
        assert found.lost <= found.entered
        matured = Counting(mode, lambda _: True, GOLDEN_NOW)
        assert matured.size(courses(visits, SALES, THROUGH), THROUGH) >= found.going.of


@pytest.mark.parametrize("mode", Mode)
def test_of_nothing_nothing_comes(mode: Mode) -> None:
    assert all(_flat(found)[:3] == (0, 0, 0) for found in passages([], mode).values())
