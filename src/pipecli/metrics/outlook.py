"""What became of the deals that stood for so long in a stage: whether they were won, and how soon.

van Houwelingen 2007, Dynamic prediction by landmarking in event history analysis, Scandinavian Journal of Statistics
34:70-85; Putter & Spitoni 2018, Non-parametric estimation of transition probabilities in non-Markov multi-state models:
the landmark Aalen-Johansen estimator, Statistical Methods in Medical Research 27:2081-2092.

A deal that has been in its stage for 20 days is like those that stayed there for longer than that, whatever became of
them later: who left sooner tells nothing of it. So many days are the landmark. From there on, the incidence of winning
is Aalen-Johansen's, with losing and leaving otherwise as competing risks, and with deals that are still open censored.
A deal that was lost and reopened was lost: what is forecast is the next closing.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.pipeline import Kind
from pipecli.metrics.passage import Passage, Result, passages
from pipecli.metrics.sample import FLOOR
from pipecli.metrics.survival import START, Observation, kaplan_meier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.visit import Visit
    from pipecli.metrics.survival import Curve

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Prospect:
    """What became of the deals that were in a stage for longer than `since`; `n` of them were won or lost.

    `ages` are those, counted from the entry of the stage, at which some were won, `won` the shares of all still open at
    the age asked for that were won by then; `lost` is the share that was lost at last, `standing` that which was open
    for as long as anybody was observed. The remainder is gone. `probability` is won ÷ (won + lost) of all of them.
    """

    since: timedelta
    n: int
    ages: tuple[timedelta, ...]
    won: tuple[float, ...]
    lost: float
    standing: float
    probability: float

    def won_by(self, age: timedelta) -> float:
        """Return the probability of being won by an age."""
        place = bisect_right(self.ages, age)
        return self.won[place - 1] if place else 0.0

    @property
    def ever(self) -> float:
        """The probability of being won within the time that anybody was observed."""
        return self.won[-1] if self.won else 0.0


class Record:
    """What is recorded of one stage; what follows from it for an age is worked out when it is asked for."""

    __slots__ = ("_curves", "_found", "_oldest", "_passages", "_untils")

    def __init__(self, passages: Iterable[Passage]) -> None:
        ordered = sorted(passages, key=lambda one: one.until)
        self._untils = [one.until for one in ordered]
        self._passages = [
            (timedelta.max if one.stay is None else one.stay, one.seen, Observation(one.until, one.result))
            for one in ordered
        ]
        stays = sorted((one.stay for one in ordered if one.decided and one.stay is not None), reverse=True)
        least = stays[FLOOR - 1] if len(stays) >= FLOOR else START
        self._oldest = -(-least // _DAY) - 1
        self._curves: dict[timedelta, Curve] = {}
        self._found: dict[int, Prospect | None] = {}

    def prospect(self, age: timedelta) -> Prospect | None:
        """Return what became of those that were as long in the stage, in whole days; None where too few tell.

        Of an age that fewer than five are known to have passed and to have been won or lost since, it is what became of
        those that passed the highest age that five have, and were still open at this one, wherever they were by then.
        """
        days = age // _DAY
        since = min(days, self._oldest)
        if since < 0:
            return None
        if days not in self._found:
            found = self.after(since * _DAY, days * _DAY)
            self._found[days] = found if found.n >= FLOOR else None
        return self._found[days]

    def after(self, since: timedelta, age: timedelta | None = None) -> Prospect:
        """Return what became of those that were longer in the stage, and still open at an age, be they ever so few."""
        if since not in self._curves:
            self._curves[since] = self._curve(since)
        return foreseen(self._curves[since], since, since if age is None else age)

    def _curve(self, since: timedelta) -> Curve:
        return kaplan_meier(
            one if seen <= since else one._replace(entry=seen)
            for stay, seen, one in self._passages[bisect_right(self._untils, since) :]
            if stay > since
        )


def foreseen(curve: Curve, since: timedelta, age: timedelta) -> Prospect:
    """Return what a curve of results tells of those that were in the stage longer than `since`, and open at an age."""
    share, won, lost, n = 1.0, 0.0, 0.0, 0
    then = (share, won, lost)
    ages: list[timedelta] = []
    shares: list[float] = []
    for step in curve.steps:
        wins, losses = step.ended.get(Result.WON, 0), step.ended.get(Result.LOST, 0)
        won += share * wins / step.at_risk
        lost += share * losses / step.at_risk
        share *= (step.at_risk - step.leaving) / step.at_risk
        n += wins + losses
        if step.age <= age:
            then = (share, won, lost)
        elif wins:
            ages.append(step.age)
            shares.append(won)
    standing, won_then, lost_then = then
    whole = standing or 1.0
    return Prospect(
        since,
        n,
        tuple(ages),
        tuple((one - won_then) / whole for one in shares),
        (lost - lost_then) / whole,
        share / whole,
        won / (won + lost) if won else 0.0,
    )


class Records(NamedTuple):
    """The records of a pipeline's open stages by id, and how many visits are in none for want of a sound start."""

    stages: Mapping[str, Record]
    left_out: int


def records(visits: Iterable[Visit], pipeline: Pipeline, now: datetime) -> Records:
    """Return what the visits of a pipeline tell of its stages; they stand in the order in which each deal made them."""
    lives: dict[tuple[str, int], list[Visit]] = {}
    for visit in visits:
        lives.setdefault((visit.deal, visit.life), []).append(visit)
    kinds = {stage.id: stage.kind for stage in pipeline.stages}
    found: dict[str, list[Passage]] = {stage: [] for stage, kind in kinds.items() if kind is Kind.OPEN}
    left_out = 0
    for life in lives.values():
        for stage, passage in passages(life, kinds, now):
            if passage is None:
                left_out += 1
            else:
                found[stage].append(passage)
    return Records({stage: Record(own) for stage, own in found.items()}, left_out)
