"""How many visits were over within the target of their stage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.visit import Clock, End, Visit
from pipecli.metrics.promptness import promptness

NOW = datetime(2026, 2, 10, tzinfo=UTC)
WEEK = timedelta(days=7)


def visit(name: str, age: float, stay: float | None) -> Visit:
    entered = NOW - timedelta(days=age)
    left = None if stay is None else entered + timedelta(days=stay)
    return Visit(
        deal=name, life=1, pipeline="sales", stage="lead", entered=entered, left=left,
        end=End.STILL_THERE if left is None else End.ADVANCED, by="sam", email="", commit="", recorded=entered,
        clock=Clock.AUTHOR_DATE,
    )  # fmt: skip


def test_who_was_in_time_who_was_not_and_who_cannot_be_judged_yet() -> None:
    visits = [
        visit("quick", 30, 3), visit("just", 30, 7), visit("slow", 30, 7.01), visit("stuck", 8, None),
        visit("fresh", 2, None), visit("fresh and quick", 2, 1), visit("to the second", 7, None),
    ]  # fmt: skip
    found = promptness(visits, WEEK, NOW)
    assert [one.deal for one in found.within] == ["quick", "just", "to the second"]
    assert [one.deal for one in found.beyond] == ["slow", "stuck"]
    assert [one.deal for one in found.undecided] == ["fresh", "fresh and quick"]
    assert (found.n, found.rate()) == (5, Fraction(3, 5))


@given(st.lists(st.tuples(st.integers(0, 40), st.none() | st.integers(0, 40)), max_size=20), st.integers(0, 20))
def test_every_visit_is_in_one_of_the_three(drawn: list[tuple[int, int | None]], target: int) -> None:
    visits = [visit(str(n), age, stay if stay is None else min(age, stay)) for n, (age, stay) in enumerate(drawn)]
    found = promptness(visits, timedelta(days=target), NOW)
    assert sorted((*found.within, *found.beyond, *found.undecided), key=lambda one: int(one.deal)) == visits
    share = found.rate()
    assert not isinstance(share, Fraction) or 0 <= share <= 1
