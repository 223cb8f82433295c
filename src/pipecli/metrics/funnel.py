"""Which of the deals that came to a stage went on: to the next one, and to a won one.

A deal counts once, however often it comes back; one that was removed and made anew has two lives, and each counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.table import Withheld
from pipecli.metrics.course import Course, Mode
from pipecli.metrics.sample import rate
from pipecli.metrics.stay import elapsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta
    from fractions import Fraction

    from pipecli.core.visit import Visit
    from pipecli.metrics.course import Funnel, Goal


@dataclass(frozen=True, slots=True)
class Going:
    """How many of `of` deals went on to the next stage and to a won one; None where there is none to go to."""

    of: int
    following: int | None
    won: int | None

    def following_rate(self) -> Fraction | Withheld | None:
        """Return the share that went on to the next stage."""
        return None if self.following is None else rate(self.following, self.of)

    def won_rate(self) -> Fraction | Withheld | None:
        """Return the share that was won."""
        return None if self.won is None else rate(self.won, self.of)


@dataclass(frozen=True, slots=True)
class Passage:
    """What became of the deals that came to one stage.

    `entered` deals visited it, `reached` deals it or a later one. `going` is of those that reached it where skips
    are implied, else of those that entered it, and `matured` of those among them that came long enough ago to have
    left. `current` of them were never won and are in a stage now that is not closed. `lost` deals were lost from it.
    """

    entered: int
    reached: int
    going: Going
    matured: Going | Withheld
    current: int
    lost: int

    def drop_off(self) -> Fraction | Withheld:
        """Return the share of those that entered which was lost from it."""
        return rate(self.lost, self.entered)


Start = tuple[Course, int]
"""A course, and the visit with which it came to the stage."""


class Cohorts(NamedTuple):
    """Those that entered a stage, that reached it, that are counted by the mode, and those of these that are ripe."""

    entered: Sequence[Start]
    reached: Sequence[Start]
    counted: Sequence[Start]
    ripe: Sequence[Start] | Withheld


@dataclass(frozen=True, slots=True)
class Counting:
    """How to count: what going on means, which deals by the visits with which they came, and until which moment."""

    mode: Mode
    counts: Callable[[Visit], bool]
    now: datetime

    def size(self, courses: Iterable[Course], through: Funnel) -> int:
        """Return how many courses came to any stage of the funnel."""
        implied = self.mode is Mode.REACHED
        places = range(len(through.stages))
        return sum(any(self._start(one, place, implied=implied) is not None for place in places) for one in courses)

    def passage(self, courses: Sequence[Course], through: Funnel, place: int, long: timedelta | Withheld) -> Passage:
        """Return what became of the deals that came to a stage; after the time `long` they should have left it."""
        found = self._cohorts(courses, place, long)
        return Passage(
            entered=len(found.entered),
            reached=len(found.reached),
            going=self._going(found.counted, through, place),
            matured=found.ripe if isinstance(found.ripe, Withheld) else self._going(found.ripe, through, place),
            current=sum(course.current for course, _ in found.counted),
            lost=sum(course.lost(place) for course, _ in found.entered),
        )

    def behind(
        self, courses: Sequence[Course], through: Funnel, place: int, long: timedelta | Withheld
    ) -> Mapping[str, Sequence[str]]:
        """Return the deals behind each number of a passage; a deal of two lives stands twice."""
        found = self._cohorts(courses, place, long)
        ripe = () if isinstance(found.ripe, Withheld) else found.ripe
        following, won = through.next(place), through.win(place)
        return {
            "entered": _deals(found.entered),
            "reached": _deals(found.reached),
            "counted": _deals(found.counted),
            "next": _deals(self._gone(found.counted, following)),
            "won": _deals(self._gone(found.counted, won)),
            "open": _deals(start for start in found.counted if start[0].current),
            "matured": _deals(ripe),
            "matured_next": _deals(self._gone(ripe, following)),
            "matured_won": _deals(self._gone(ripe, won)),
            "lost": _deals(start for start in found.entered if start[0].lost(place)),
        }

    def _cohorts(self, courses: Sequence[Course], place: int, long: timedelta | Withheld) -> Cohorts:
        entered = self._cohort(courses, place, implied=False)
        reached = self._cohort(courses, place, implied=True)
        counted = reached if self.mode is Mode.REACHED else entered
        ripe = long if isinstance(long, Withheld) else [one for one in counted if self._since(one) >= long]
        return Cohorts(entered, reached, counted, ripe)

    def _cohort(self, courses: Iterable[Course], place: int, *, implied: bool) -> list[Start]:
        found = ((course, self._start(course, place, implied=implied)) for course in courses)
        return [(course, at) for course, at in found if at is not None]

    def _start(self, course: Course, place: int, *, implied: bool) -> int | None:
        at = course.first(place, implied=implied)
        return None if at is None or not self.counts(course.visits[at]) else at

    def _since(self, start: Start) -> timedelta:
        course, at = start
        return elapsed(course.visits[at].entered, self.now)

    def _going(self, cohort: Sequence[Start], through: Funnel, place: int) -> Going:
        following, won = (
            None if goal is None else len(self._gone(cohort, goal))
            for goal in (through.next(place), through.win(place))
        )
        return Going(len(cohort), following, won)

    def _gone(self, cohort: Iterable[Start], goal: Goal | None) -> Sequence[Start]:
        return [] if goal is None else [start for start in cohort if start[0].goes(start[1], goal, self.mode)]


def _deals(starts: Iterable[Start]) -> Sequence[str]:
    return [course.visits[at].deal for course, at in starts]
