"""How long deals take from their begin until they reach a stage, or end without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.metrics.stay import elapsed
from pipecli.metrics.survival import Observation, kaplan_meier

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipecli.metrics.course import Course
    from pipecli.metrics.survival import Curve


def time_to_reach(courses: Iterable[Course], place: int, now: datetime) -> Curve:
    """Return the Kaplan-Meier curve of the time until a deal reached a place of the funnel or ended without it.

    Who has done neither is censored now; a negative time is left out.
    """
    return kaplan_meier(_observation(one, place, now) for one in courses)


def _observation(course: Course, place: int, now: datetime) -> Observation:
    begin, at = course.visits[0].entered, course.first(place, implied=True)
    if at is not None:
        return Observation(elapsed(begin, course.visits[at].entered), "reached")
    if course.current:
        return Observation(elapsed(begin, now), None)
    last = course.visits[-1]
    return Observation(elapsed(begin, last.left or last.entered), "ended")
