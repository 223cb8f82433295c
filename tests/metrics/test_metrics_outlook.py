"""What became of those that stood for so long in a stage: by hand, by brute force, and as lifelines has it."""

from __future__ import annotations

import warnings
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_visits import at, days, visit

from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.visit import End, Truncated
from pipecli.metrics.outlook import Record, records
from pipecli.metrics.passage import Passage, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta

    from pipecli.core.visit import Visit

SALES = Pipeline(
    "sales",
    "pipelines/sales.yaml",
    "Sales",
    [
        Stage("lead", "Lead"),
        Stage("talks", "Talks"),
        Stage("won", "Won", kind=Kind.WON),
        Stage("lost", "Lost", kind=Kind.LOST),
        Stage("later", "Later", kind=Kind.ON_HOLD),
    ],
)
WON, LOST, GONE = Result.WON, Result.LOST, Result.GONE


def passage(stay: float | None, until: float, result: Result | None = None, seen: float = 0) -> Passage:
    return Passage(None if stay is None else days(stay), days(until), result, days(seen))


def path(deal: str, *steps: tuple[str, float], end: End = End.STILL_THERE, until: float | None = None) -> list[Visit]:
    """Return the visits of a deal: stages with the days of their entries; how and when the last one ended."""
    found = []
    for place, (stage, entered) in enumerate(steps):
        last = place == len(steps) - 1
        left = until if last else steps[place + 1][1]
        one = visit(deal, entered, left, end if last else End.ADVANCED)
        found.append(type(one)(**{name: getattr(one, name) for name in one.__slots__} | {"stage": stage}))
    return found


def test_by_hand() -> None:
    record = Record([
        passage(2, 9, WON), passage(5, 8, LOST), passage(7, 20, WON), passage(12, 12, LOST), passage(15, 30, WON),
        passage(None, 25), passage(16, 40, LOST), passage(18, 18, GONE),
    ])  # fmt: skip
    found = record.after(days(6))  # the first two left sooner: 6 are left
    assert found.ages == (days(20), days(30))
    # 12: 1 of 6 lost; 18: 1 of 5 gone; 20: 1 of 4 won; 25: censored; 30: 1 of 2 won; 40: the last lost
    assert found.won == pytest.approx((5 / 6 * 4 / 5 / 4, 1 / 6 + 5 / 6 * 4 / 5 * 3 / 4 / 2))
    assert found.lost == pytest.approx(1 / 6 + 1 / 4)
    assert (found.n, found.since, found.standing) == (4, days(6), 0)
    assert found.probability == pytest.approx(found.ever / (found.ever + found.lost))
    assert [found.won_by(days(day)) for day in (6, 19.9)] == [0, 0]
    assert [found.won_by(days(day)) for day in (20, 29, 30, 99)] == [*found.won[:1] * 2, *found.won[1:] * 2]


def test_fewer_than_five_tell_nothing_and_the_oldest_are_like_the_last_five() -> None:
    some = [passage(day, day + 1, WON if day % 2 else LOST) for day in range(1, 5)]
    assert Record(some).prospect(days(0)) is None
    record = Record([*some, passage(10, 11, WON), passage(20, 25, GONE), passage(None, 50)])
    found = record.prospect(days(0.9))
    assert found is not None
    assert (found.n, found.since) == (5, days(0))
    six = Record([*some, passage(10, 11, WON), passage(11.5, 12, WON)])
    assert [one.since for age in (0, 1, 1.5, 2, 30) if (one := six.prospect(days(age)))] == [
        days(0), days(1), days(1), days(1), days(1),
    ]  # fmt: skip
    assert Record([]).prospect(days(3)) is None
    assert Record([passage(0, 0, WON)] * 9).prospect(days(0)) is None


def test_older_than_five_are_as_those_that_were_still_open_by_then() -> None:
    quick = [passage(day, day, WON if day > 3 else LOST) for day in range(1, 7)]
    record = Record([*quick, passage(2, 30, LOST), passage(None, 40), passage(4, 60, WON), passage(None, 90)])
    found = record.prospect(days(20))  # six that were decided stood for longer than a day, but five longer than 2
    assert found is not None
    assert (found.since, found.n) == (days(2), 5)
    # of those that stood for longer than two days, three are open at 20: censored at 40, won at 60, censored at 90
    assert (found.ages, found.won, found.lost, found.standing) == ((days(60),), (0.5,), 0.0, 0.5)
    # 3: lost of 7, 4, 5 and 6: won of 6, 5 and 4; 60: won of 2
    won = 6 / 7 * (1 - 5 / 6 * 4 / 5 * 3 / 4) + 6 / 7 * 5 / 6 * 4 / 5 * 3 / 4 / 2
    assert found.probability == pytest.approx(won / (won + 1 / 7))
    oldest = record.prospect(days(500))
    assert oldest is not None
    assert (oldest.ages, oldest.ever, oldest.won_by(days(9999)), oldest.standing) == ((), 0, 0, 1)


def test_who_was_seen_late_enters_the_risk_set_late() -> None:
    record = Record([*[passage(10, 10 + day, WON) for day in range(1, 6)], passage(30, 40, LOST, seen=12.5)])
    assert record.after(days(0)).won == pytest.approx((1 / 5, 2 / 5, 2 / 5 + 3 / 5 / 4, 0.7, 0.85))
    assert record.after(days(13)).n == 1
    assert Record([passage(3, 5, WON, seen=5)]).after(days(0)).n == 0


def _incidence(passages: Iterable[Passage], age: timedelta) -> dict[timedelta, tuple[Fraction, Fraction]]:
    """Return the incidences of won and lost by age, from the definition, age by age."""
    there = [one for one in passages if one.until > age and (one.stay is None or one.stay > age)]
    found: dict[timedelta, tuple[Fraction, Fraction]] = {}
    share, won, lost = Fraction(1), Fraction(0), Fraction(0)
    for moment in sorted({one.until for one in there if one.result}):
        at_risk = [one for one in there if one.until >= moment]
        ended = [one.result for one in at_risk if one.until == moment]
        won += share * Fraction(ended.count(WON), len(at_risk))
        lost += share * Fraction(ended.count(LOST), len(at_risk))
        share *= 1 - Fraction(sum(result is not None for result in ended), len(at_risk))
        found[moment] = (won, lost)
    return found


@st.composite
def passages(draw: st.DrawFn) -> list[Passage]:
    def one() -> Passage:
        until = draw(st.integers(0, 40))
        result = draw(st.sampled_from([WON, LOST, GONE, None]))
        stay = draw(st.integers(0, until))
        return passage(None if result is None and draw(st.booleans()) else stay, until, result)

    return [one() for _ in range(draw(st.integers(0, 25)))]


@given(passages(), st.integers(0, 30))
@settings(max_examples=200, deadline=None)
def test_as_brute_force_has_it(found: list[Passage], age: int) -> None:
    prospect = Record(found).after(days(age))
    expected = _incidence(found, days(age))
    for day in range(50):
        by_then = [both for moment, both in expected.items() if moment <= days(day)]
        assert prospect.won_by(days(day)) == pytest.approx(float(by_then[-1][0]) if by_then else 0.0)
    assert prospect.lost == pytest.approx(float([*expected.values()][-1][1]) if expected else 0.0)
    assert prospect.ever + prospect.lost + prospect.standing <= 1 + 1e-9
    assert 0 <= prospect.probability <= 1


def test_as_lifelines_has_it() -> None:
    from lifelines import AalenJohansenFitter

    events = {WON: 1, LOST: 2, GONE: 3, None: 0}
    results: Sequence[Result | None] = (WON, LOST, None, LOST, WON, GONE, WON, None, LOST, WON, LOST, WON)
    some = [passage(1 + place % 7, 8 + place * 1.5, result) for place, result in enumerate(results)]
    age = 3
    there = [one for one in some if one.stay is None or one.stay > days(age)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter = AalenJohansenFitter(calculate_variance=False)
        fitter.fit([one.until / days(1) for one in there], [events[one.result] for one in there], 1)
    prospect = Record(some).after(days(age))
    for moment, share in fitter.cumulative_density_.iloc[:, 0].items():
        assert prospect.won_by(days(float(moment))) == pytest.approx(share)


def test_visits_become_passages_up_to_the_next_closing() -> None:
    visits = [
        *path("won", ("lead", 0), ("talks", 4), ("won", 10)),
        *path("lost", ("lead", 0), ("later", 3), ("lost", 9)),
        *path("again", ("lead", 0), ("lost", 5), ("talks", 20), ("won", 26)),
        *path("open", ("lead", 1), ("talks", 6)),
        *path("removed", ("lead", 0), end=End.REMOVED, until=7),
        *path("elsewhere", ("lead", 0), ("talks", 2), end=End.HANDED_OFF, until=8),
        *path("onboarded", ("talks", 0), ("won", 3), end=End.HANDED_OFF, until=8),
        *path("backwards", ("lead", 9), ("talks", 6)),
    ]
    found = records(visits, SALES, at(40))
    assert (set(found.stages), found.left_out) == ({"lead", "talks"}, 1)
    lead, talks = found.stages["lead"].after(-days(1)), found.stages["talks"].after(-days(1))
    assert lead.ages == (days(10),)
    assert talks.ages == (days(3), days(6))
    assert (lead.n, talks.n) == (3, 3)


def test_an_unknown_start_is_counted_and_a_late_one_is_seen_late() -> None:
    unknown = visit("a", 0, None, truncated=Truncated.START_UNKNOWN, recorded=10)
    late = visit("b", 0, None, truncated=Truncated.START_KNOWN, recorded=10)
    assert records([unknown, late], SALES, at(40)).left_out == 1
