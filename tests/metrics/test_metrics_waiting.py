"""The time until a deal reaches a stage, or ends without it."""

from __future__ import annotations

from fractions import Fraction

from sample_visits import at, days
from test_metrics_funnel import SALES, THROUGH, way

from pipecli.core.visit import End
from pipecli.metrics.course import courses
from pipecli.metrics.waiting import time_to_reach


def test_who_reached_it_who_ended_and_who_waits() -> None:
    visits = [
        *way("a", "lead", "talk"),
        *way("b", "lead", "later", "offer"),
        *way("c", "lead", "lost"),
        *way("d", "lead", end=End.REMOVED),
        *way("e", "lead", start=36),
        *way("f", "talk"),
    ]
    curve = time_to_reach(courses(visits, SALES, THROUGH), 1, at(40))
    assert curve.n == 6
    assert curve.steps[0].ended == {"reached": 1}
    # at once f; after a day a, c (lost) and d (removed) of five; after two b of two, the other being e, censored at 4
    assert curve.quantile(Fraction(1, 2)) == days(1)
    assert curve.survival(days(3)) == Fraction(5, 6) * Fraction(2, 5) * Fraction(1, 2)
