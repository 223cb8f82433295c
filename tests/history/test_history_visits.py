"""How events become visits, and how visits end."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.visit import Clock, End, Truncated
from pipecli.history.event import Event
from pipecli.history.visits import visits

START = datetime(2026, 1, 1, tzinfo=UTC)
STAGES = [
    Stage(id="lead", name="Lead"),
    Stage(id="offer", name="Offer", aliases=["quote"]),
    Stage(id="parked", name="Parked", kind=Kind.ON_HOLD),
    Stage(id="won", name="Won", kind=Kind.WON),
    Stage(id="lost", name="Lost", kind=Kind.LOST),
]
PIPELINES = {"sales": Pipeline(id="sales", path="pipelines/sales.yaml", name="Sales", stages=STAGES)}


def events(*states: str) -> tuple[Event, ...]:
    """Return one event an hour; `gone` is a removal, `other/x` names another pipeline."""
    return tuple(
        Event(
            deal="a",
            commit=f"c{hour}",
            state=None if state == "gone" else ("sales", state) if "/" not in state else tuple(state.split("/")),  # type: ignore[arg-type]
            effective=START + timedelta(hours=hour),
            recorded=START + timedelta(days=1, hours=hour),
            author="Ann",
        )
        for hour, state in enumerate(states)
    )


@pytest.mark.parametrize(
    ("path", "end"),
    [
        (("lead", "offer"), End.ADVANCED),
        (("lead", "won"), End.ADVANCED),
        (("parked", "won"), End.ADVANCED),
        (("lost", "won"), End.ADVANCED),
        (("offer", "lead"), End.BACK),
        (("offer", "lost"), End.LOST),
        (("won", "lost"), End.LOST),
        (("parked", "lost"), End.LOST),
        (("offer", "parked"), End.HELD),
        (("won", "parked"), End.HELD),
        (("parked", "lead"), End.RESUMED),
        (("won", "offer"), End.REOPENED),
        (("lost", "lead"), End.REOPENED),
        (("lead", "other/x"), End.HANDED_OFF),
        (("lead", "gone"), End.REMOVED),
        (("lead",), End.STILL_THERE),
        (("lead", "nowhere"), End.ADVANCED),
        (("nowhere", "lead"), End.ADVANCED),
        (("parked", "nowhere"), End.RESUMED),
    ],
)
def test_how_a_visit_ends(path: tuple[str, ...], end: End) -> None:
    first = visits({"a": events(*path)}, PIPELINES)[0]
    assert first.end is end
    assert first.stay == (timedelta(hours=1) if len(path) > 1 else None)
    assert first.ended_by == ("c1" if len(path) > 1 else "")


def test_equal_stages_and_aliases_are_one_visit() -> None:
    found = visits({"a": events("lead", "lead", "quote", "offer", "won")}, PIPELINES)
    assert [(v.stage, v.commit) for v in found] == [("lead", "c0"), ("offer", "c2"), ("won", "c4")]


def test_a_removal_ends_a_life() -> None:
    found = visits({"a": events("lead", "gone", "gone", "lead", "offer", "gone", "offer")}, PIPELINES)
    assert [(v.life, v.stage, v.end) for v in found] == [
        (1, "lead", End.REMOVED),
        (2, "lead", End.ADVANCED),
        (2, "offer", End.REMOVED),
        (3, "offer", End.STILL_THERE),
    ]


def test_the_recorded_clock() -> None:
    found = visits({"a": events("lead", "offer")}, PIPELINES, clock="recorded")
    assert [v.entered.day for v in found] == [2, 2]
    assert {v.clock for v in found} == {Clock.COMMITTER_DATE}


def test_what_has_not_happened_yet() -> None:
    found = visits({"a": events("lead", "offer")}, PIPELINES, until=START + timedelta(minutes=30))
    assert [(v.stage, v.end) for v in found] == [("lead", End.STILL_THERE)]
    assert visits({"a": events("lead", "offer")}, PIPELINES, clock="recorded", until=START) == ()


def test_truncated_visits_stay_marked() -> None:
    event = Event(deal="a", commit="c", state=("sales", "lead"), effective=START, recorded=START,
                  truncated=Truncated.START_KNOWN)  # fmt: skip
    assert visits({"a": (event,)}, {})[0].truncated is Truncated.START_KNOWN


@given(st.lists(st.sampled_from(["lead", "offer", "quote", "parked", "won", "lost", "gone", "other/x", "odd"])))
def test_the_ends_add_up_to_the_entries(path: list[str]) -> None:
    found = visits({"a": events(*path)}, PIPELINES)
    ends = Counter(v.end for v in found)
    assert sum(ends.values()) == len(found)
    assert ends[End.STILL_THERE] == sum(1 for v in found if v.left is None) <= 1
    for one, after in pairwise(found):
        assert one.left is not None
        assert one.left <= after.entered
        assert (one.life, one.pipeline, one.stage) != (after.life, after.pipeline, after.stage)
        assert after.life - one.life == (one.end is End.REMOVED)
