"""Visits: the stays of deals in stages, read from their transitions.

How a visit ends is told by what follows it, the first line that holds:

| what follows | end |
| --- | --- |
| nothing | still there |
| the file was deleted | removed |
| a stage of another pipeline | handed off |
| a lost stage | lost |
| an on-hold stage | held |
| a won stage | advanced |
| an open stage, after an on-hold one | resumed |
| an open stage, after a won or lost one | reopened |
| an open stage that comes earlier in the pipeline | back |
| any other open stage | advanced |

A stage that the pipeline does not know (renamed without an alias, deleted) is taken for an open one without a
place in the order; so is every stage of an unknown pipeline.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, NamedTuple

from pipecli.core.pipeline import Kind
from pipecli.core.visit import Clock, End, Visit

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from datetime import datetime

    from pipecli.core.pipeline import Pipeline
    from pipecli.history.event import Event, Key, State

ClockName = Literal["effective", "recorded"]


def visits(
    timelines: Mapping[str, Sequence[Event]],
    pipelines: Mapping[str, Pipeline],
    *,
    clock: ClockName = "effective",
    until: datetime | None = None,
) -> tuple[Visit, ...]:
    """Return the visits of all deals, in the order of the deals' ids and then of their events.

    Stage ids that are aliases in the pipelines are read as the stage that has the alias; equal stages that
    follow one another are one visit; a life ends with the removal of the file. Events that are later than
    `until` by the clock have not happened yet.
    """
    stages = _Stages(pipelines)
    return tuple(
        visit for deal, events in sorted(timelines.items()) for visit in _of_deal(deal, events, stages, clock, until)
    )


def transitions(
    timelines: Mapping[str, Sequence[Event]], pipelines: Mapping[str, Pipeline], *, known: Container[Key] = ()
) -> Iterator[Transition]:
    """Yield the changes of stage of all deals, but for those by a `known` event, in the order of `visits`."""
    stages = _Stages(pipelines)
    for deal, events in sorted(timelines.items()):
        source: Place | None = None
        for entry in _entries(events, stages, "effective", None):
            if entry.event.key not in known:
                yield Transition(deal, source, entry.place, _end(source, entry) if source else None, entry.event)
            source = entry.place


class Place(NamedTuple):
    """A stage in its pipeline; `order` is -1 for one that the pipeline does not have."""

    pipeline: str
    stage: str
    kind: Kind
    order: int


class Transition(NamedTuple):
    """One change of a deal's stage; `source` is None where the deal was created, `target` where it was removed.

    `end` is how the visit before ended, None where there was none.
    """

    deal: str
    source: Place | None
    target: Place | None
    end: End | None
    event: Event


class _Stages:
    """Where a state stands in the present pipelines."""

    def __init__(self, pipelines: Mapping[str, Pipeline]) -> None:
        self._pipelines = pipelines
        self._places: dict[State, Place] = {}

    def place(self, state: State) -> Place:
        if state not in self._places:
            self._places[state] = self._find(*state)
        return self._places[state]

    def _find(self, pipeline: str, word: str) -> Place:
        found = self._pipelines.get(pipeline)
        stage = found.stage(word) if found else None
        if found is None or stage is None:
            return Place(pipeline, word, Kind.OPEN, -1)
        return Place(pipeline, stage.id, stage.kind, found.index(stage.id))


class _Entry(NamedTuple):
    life: int
    place: Place | None
    event: Event


def _of_deal(
    deal: str, events: Sequence[Event], stages: _Stages, clock: ClockName, until: datetime | None
) -> Iterator[Visit]:
    entries = list(_entries(events, stages, clock, until))
    for entry, after in zip_longest(entries, entries[1:]):
        if entry.place:
            yield _visit(deal, entry, after, clock)


def _entries(events: Sequence[Event], stages: _Stages, clock: ClockName, until: datetime | None) -> Iterator[_Entry]:
    """Return the events that begin a visit or end a life."""
    life, at = 0, None
    for event in events:
        if until is not None and _moment(event, clock) > until:
            continue
        place = stages.place(event.state) if event.state else None
        if place == at:
            continue
        life += at is None
        at = place
        yield _Entry(life, place, event)


def _visit(deal: str, entry: _Entry, after: _Entry | None, clock: ClockName) -> Visit:
    place, event = entry.place, entry.event
    assert place is not None  # noqa: S101 -- the caller asked
    return Visit(
        deal=deal,
        life=entry.life,
        pipeline=place.pipeline,
        stage=place.stage,
        entered=_moment(event, clock),
        left=_moment(after.event, clock) if after else None,
        end=_end(place, after),
        by=event.author,
        email=event.email,
        commit=event.commit,
        recorded=event.recorded,
        clock=event.clock if clock == "effective" or not event.commit else Clock.COMMITTER_DATE,
        truncated=event.truncated,
        ended_by=after.event.commit if after else "",
    )


def _moment(event: Event, clock: ClockName) -> datetime:
    return event.effective if clock == "effective" else event.recorded


def _end(place: Place, after: _Entry | None) -> End:
    if after is None:
        return End.STILL_THERE
    if after.place is None:
        return End.REMOVED
    if after.place.pipeline != place.pipeline:
        return End.HANDED_OFF
    return _within(place, after.place)


def _within(place: Place, after: Place) -> End:
    if after.kind is not Kind.OPEN:
        return {Kind.LOST: End.LOST, Kind.ON_HOLD: End.HELD, Kind.WON: End.ADVANCED}[after.kind]
    if place.kind is Kind.ON_HOLD:
        return End.RESUMED
    if place.kind is not Kind.OPEN:
        return End.REOPENED
    return End.BACK if 0 <= after.order < place.order else End.ADVANCED
