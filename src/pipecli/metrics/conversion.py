"""Conversion between any two stages: who came to the one, who went on to the other, who may still do so.

A deal counts once, from the first visit with which it came; one that was removed and made anew has two lives, and each
counts. Who went on is always one of those who came, so no rate is above 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

from pipecli.core.table import Withheld
from pipecli.core.visit import End
from pipecli.metrics.course import Goal, Mode
from pipecli.metrics.sample import rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime, timedelta
    from fractions import Fraction

    from pipecli.core.visit import Visit
    from pipecli.metrics.course import Course, Funnel


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of the deals that `came` to a stage, seen from a later one: they went `on`, are `current` or `ended`.

    `matured` are those of them that came long enough ago to have left the stage, or why nobody can tell;
    `matured_on` those of these that went on. Each list has a deal's id once for each of its lives.
    """

    came: Sequence[str]
    on: Sequence[str]
    current: Sequence[str]
    ended: Sequence[str]
    matured: Sequence[str] | Withheld
    matured_on: Sequence[str]

    def rate(self) -> Fraction | Withheld:
        """Return the share of those who came that went on."""
        return rate(len(self.on), len(self.came))

    def matured_rate(self) -> Fraction | Withheld:
        """Return the same share, of those alone that came long enough ago."""
        return self.matured if isinstance(self.matured, Withheld) else rate(len(self.matured_on), len(self.matured))


@dataclass(frozen=True, slots=True)
class Path:
    """The deals whose ways are alike from the visit with which they came to a stage: all of them, and the matured."""

    course: Course
    at: int
    deals: list[str] = field(default_factory=list)
    matured: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cohort:
    """The deals that came to one stage, by their paths; `long` is after which time they should have left it."""

    paths: Sequence[Path]
    mode: Mode
    long: timedelta | Withheld

    def size(self) -> int:
        """Return how many deals came."""
        return sum(len(path.deals) for path in self.paths)

    def to(self, goal: Goal) -> Conversion:
        """Return what became of them, seen from a later stage."""
        on: list[Path] = []
        others: list[Path] = []
        for path in self.paths:
            (on if path.course.goes(path.at, goal, self.mode) else others).append(path)
        return Conversion(
            came=_deals(self.paths),
            on=_deals(on),
            current=_deals(path for path in others if path.course.current),
            ended=_deals(path for path in others if not path.course.current),
            matured=self.long if isinstance(self.long, Withheld) else _matured(self.paths),
            matured_on=_matured(on),
        )


@dataclass(frozen=True, slots=True)
class Coming:
    """How to tell who came to a stage: by what a mode means, which visits count, and until which moment."""

    mode: Mode
    counts: Callable[[Visit], bool]
    now: datetime

    def cohorts(
        self, courses: Iterable[Course], through: Funnel, long: Sequence[timedelta | Withheld]
    ) -> Sequence[Cohort]:
        """Return for each place of a funnel the deals that came there; `long` is how long they may stay, by place."""
        now = self.now.astimezone(UTC)
        ripe = [None if isinstance(one, Withheld) else now - one for one in long]
        found: list[dict[object, Path]] = [{} for _ in through.stages]
        for course in courses:
            ends = tuple(one.end is End.HANDED_OFF for one in course.visits) if self.mode is Mode.DIRECT else ()
            for place, at in self._starts(course):
                visit = course.visits[at]
                if self.counts(visit):
                    key = (course.places, at, ends, course.current)
                    path = found[place].get(key) or found[place].setdefault(key, Path(course, at))
                    path.deals.append(visit.deal)
                    latest = ripe[place]
                    if latest is not None and visit.entered <= latest:
                        path.matured.append(visit.deal)
        return [Cohort(tuple(one.values()), self.mode, after) for one, after in zip(found, long, strict=True)]

    def _starts(self, course: Course) -> Iterator[tuple[int, int]]:
        """Yield the places to which a deal came, and with which visit first; skips are implied in one mode alone."""
        if self.mode is not Mode.REACHED:
            first: dict[int, int] = {}
            for at, place in enumerate(course.places):
                if place >= 0:
                    first.setdefault(place, at)
            yield from first.items()
            return
        reached = 0
        for at, place in enumerate(course.places):
            for below in range(reached, place + 1):
                yield below, at
            reached = max(reached, place + 1)


def goal(through: Funnel, start: int, end: int) -> Goal:
    """Return the way from one place to a later one; stages between that are retired are not needed."""
    between = (at for at in range(start + 1, end) if not through.stages[at].retired)
    return Goal(range(end, end + 1), tuple(between))


def _deals(paths: Iterable[Path]) -> list[str]:
    return [deal for path in paths for deal in path.deals]


def _matured(paths: Iterable[Path]) -> list[str]:
    return [deal for path in paths for deal in path.matured]
