"""The way of a deal through the stages of a pipeline, and what going on from one to another means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.pipeline import Kind
from pipecli.core.visit import End

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.visit import Visit

OUTSIDE = -1
"""The place of a stage that is none of the funnel: lost, on hold, or unknown to the pipeline."""


class Mode(StrEnum):
    """What going on from a stage to a later one means."""

    REACHED = "reached"
    """that one or any later one was visited; who skipped a stage has reached it, too"""
    DIRECT = "direct"
    """that one was visited straight after the stage"""
    STRICT = "strict"
    """every stage between was visited, in order, and then that one"""


class Goal(NamedTuple):
    """Where to: the places that count as there, and those of the stages between that are still in use."""

    there: range
    between: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """The open stages of a pipeline in order, and then the won ones."""

    stages: tuple[Stage, ...]
    won: int

    def next(self, place: int) -> Goal | None:
        """Return the next stage that is still in use; None behind the last."""
        following = (later for later in range(place + 1, len(self.stages)) if not self.stages[later].retired)
        found = next(following, None)
        return None if found is None else Goal(range(found, found + 1), ())

    def win(self, place: int) -> Goal | None:
        """Return the won stages; None from one of them."""
        if not place < self.won < len(self.stages):
            return None
        between = (at for at in range(place + 1, self.won) if not self.stages[at].retired)
        return Goal(range(self.won, len(self.stages)), tuple(between))


@dataclass(frozen=True, slots=True)
class Course:
    """One life of a deal in one pipeline: its visits in order, and the place of each one's stage in the funnel.

    A stage that is none of the funnel has the place -1. `current`: it is in a stage now that is not closed, and was
    never won.
    """

    visits: tuple[Visit, ...]
    places: tuple[int, ...]
    current: bool

    def first(self, place: int, *, implied: bool) -> int | None:
        """Return which visit was the first of a stage, or of it and every later one where these imply it."""
        return next((at for at, one in enumerate(self.places) if one == place or (implied and one > place)), None)

    def goes(self, start: int, goal: Goal, mode: Mode) -> bool:
        """Return whether it went on to a goal from the stage that it came to with a visit."""
        if mode is Mode.REACHED:
            return max(self.places[start:]) >= goal.there.start
        if mode is Mode.DIRECT:
            return self._straight(self.places[start], goal.there)
        at: int | None = start
        for place in goal.between:
            at = self._after(at, range(place, place + 1))
        return self._after(at, goal.there) is not None

    def lost(self, place: int) -> bool:
        """Return whether it was ever lost from a stage."""
        return any(one == place and visit.end is End.LOST for one, visit in zip(self.places, self.visits, strict=True))

    def _straight(self, place: int, there: range) -> bool:
        steps = zip(self.places, self.places[1:], self.visits, strict=False)
        return any(one == place and other in there and visit.end is not End.HANDED_OFF for one, other, visit in steps)

    def _after(self, at: int | None, there: range) -> int | None:
        if at is None:
            return None
        return next((later for later in range(at + 1, len(self.places)) if self.places[later] in there), None)


def funnel(stages: Iterable[Stage]) -> Funnel:
    """Return the funnel of a pipeline's stages.

    The won ones stand last, whatever the order of the file: an open stage behind them is no step beyond winning.
    """
    kept = list(stages)
    begin = [stage for stage in kept if stage.kind is Kind.OPEN]
    return Funnel((*begin, *(stage for stage in kept if stage.kind is Kind.WON)), len(begin))


def courses(visits: Iterable[Visit], pipeline: Pipeline, through: Funnel) -> list[Course]:
    """Return the courses of one pipeline's visits, which stand in the order in which each deal made them."""
    lives: dict[tuple[str, int], list[Visit]] = {}
    for visit in visits:
        lives.setdefault((visit.deal, visit.life), []).append(visit)
    names = {visit.stage for life in lives.values() for visit in life}
    stages = {name: pipeline.stage(name) for name in names}
    places = {name: through.stages.index(stage) for name, stage in stages.items() if stage in through.stages}
    closed = {name for name, stage in stages.items() if stage and stage.kind in (Kind.WON, Kind.LOST)}
    return [_course(tuple(life), places, closed, through.won) for life in lives.values()]


def _course(visits: tuple[Visit, ...], places: Mapping[str, int], closed: Collection[str], won: int) -> Course:
    own = tuple(places.get(visit.stage, OUTSIDE) for visit in visits)
    here = visits[-1].end is End.STILL_THERE and visits[-1].stage not in closed
    return Course(visits, own, current=here and max(own) < won)
