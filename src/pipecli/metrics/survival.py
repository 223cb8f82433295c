"""How long something lasts, from observations of which some are not over and some began unobserved.

Kaplan & Meier 1958, Nonparametric estimation from incomplete observations, JASA 53:457-481 (product limit);
Aalen & Johansen 1978, An empirical transition matrix for non-homogeneous Markov chains based on censored
observations, Scandinavian Journal of Statistics 5:141-150 (cumulative incidence with competing risks).

Everything is exact: whole numbers while it is added up, fractions when it is asked for. A quantile is looked up in
the curve as floats, and decided by fractions where these come too near to tell.

Conventions. An observation is at risk at age t where entry < t ≤ duration, or t ≤ duration without an entry.
One that is censored at t is still at risk at t. With late entries the risk set can become empty while others
are yet to enter it: nobody was observed just above that age, so no estimate is defined from there on, and a
quantile that would lie there is not reached. A step that would so empty the risk set is not taken either: S
would be 0 there and forever, although others are known to have lasted longer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

START = timedelta(0)
_DOUBT = 1e-9
"""By which part a product of floats over a million steps may be off, and far less than that in any real one."""


class Observation(NamedTuple):
    """One duration. `cause` says how it ended, None where it had not (right-censored).

    `entry` is the age from which it was under observation (left truncation), 0 where it was from its start.
    """

    duration: timedelta
    cause: str | None
    entry: timedelta = START

    @property
    def observed(self) -> bool:
        """Whether it was under observation at any age at all."""
        return self.duration >= START and (self.entry <= START or self.entry < self.duration)


class Step(NamedTuple):
    """One age at which some ended: how many were at risk just before, how many ended, and how many by which cause."""

    age: timedelta
    at_risk: int
    leaving: int
    ended: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Curve:
    """The Kaplan-Meier estimate of n observations.

    It is defined for ages below `gap`, from which on nobody was under observation although some entered
    later; `gap` is None where there is none. `last` is the longest duration, None without observations.
    """

    steps: tuple[Step, ...]
    n: int
    last: timedelta | None
    gap: timedelta | None = None

    def survival(self, age: timedelta) -> Fraction | None:
        """Return S(age), the share that lasts longer than the age; None where it is not defined."""
        if self.n == 0 or not _defined(age, self.gap):
            return None
        product = _Product()
        for step in self._until(age):
            product.take(step)
        return product.value()

    def shares(self) -> list[float]:
        """Return S at each step as a float, off by less than a millionth of a millionth for each thousand steps."""
        share, found = 1.0, []
        for step in self.steps:
            share *= (step.at_risk - step.leaving) / step.at_risk
            found.append(share)
        return found

    def quantile(self, share: Fraction) -> timedelta | None:
        """Return the least age t with S(t) ≤ 1 - share, or None where the curve does not reach it."""
        return self.quantiles((share,))[0]

    def quantiles(self, shares: Iterable[Fraction]) -> list[timedelta | None]:
        """Return the quantile of each of the shares, in their order."""
        falling = [-share for share in self.shares()]
        return [self._at_most(1 - share, falling) for share in shares]

    def _at_most(self, rest: Fraction, falling: Sequence[float]) -> timedelta | None:
        """Return the least age with S ≤ rest; `falling` is -S as floats, which are in doubt near the rest alone."""
        first = bisect_left(falling, -float(rest) * (1 + _DOUBT))
        if first == len(falling):
            return None
        if -falling[first] < float(rest) * (1 - _DOUBT):
            return self.steps[first].age
        product = _Product()
        for at, step in enumerate(self.steps):
            product.take(step)
            if at >= first and product.at_most(rest):
                return step.age
        return None

    def incidence(self, age: timedelta) -> Mapping[str, Fraction] | None:
        """Return the Aalen-Johansen cumulative incidence at an age by cause; None where it is not defined.

        Σ S(t-) x (ended by the cause at t ÷ at risk at t) over the ages t up to this one. The incidences and
        S(age) add up to 1.
        """
        if self.n == 0 or not _defined(age, self.gap):
            return None
        # All sums keep one denominator, the product's: whole numbers, with no common divisor to look for.
        sums: Counter[str] = Counter()
        above = below = 1
        for step in self._until(age):
            for cause in sums:
                sums[cause] *= step.at_risk
            for cause, ended in step.ended.items():
                sums[cause] += above * ended
            above, below = above * (step.at_risk - step.leaving), below * step.at_risk
        return {cause: Fraction(part, below) for cause, part in sums.items()}

    def _until(self, age: timedelta) -> Iterator[Step]:
        return (step for step in self.steps if step.age <= age)


def kaplan_meier(observations: Iterable[Observation]) -> Curve:
    """Return the estimate from the observations; those that were never under observation are left out."""
    seen = [one for one in observations if one.observed]
    if not seen:
        return Curve((), 0, None)
    late = sorted(one.entry for one in seen if one.entry > START)
    seen.sort(key=itemgetter(0))
    steps, gap = _steps(seen, late)
    return Curve(tuple(steps), len(seen), seen[-1].duration, gap)


def _steps(seen: Sequence[Observation], late: Sequence[timedelta]) -> tuple[list[Step], timedelta | None]:
    """Return the steps, and the age from which nobody is at risk while some are yet to enter."""
    steps: list[Step] = []
    entered = len(seen) - len(late)
    waiting = iter([*late, None])
    following = next(waiting)
    if not entered:
        return steps, START
    size, first = len(seen), 0
    alone: dict[str | None, Mapping[str, int]] = {None: {}}  # for an age at which one alone ended, as nearly all are
    while first < size:
        age, cause, _ = seen[first]
        while following is not None and following < age:
            entered, following = entered + 1, next(waiting)
        after = first + 1
        if after == size or seen[after].duration != age:
            ended = alone.get(cause) or alone.setdefault(cause, {cause: 1} if cause else {})
        else:
            after = bisect_right(seen, age, after, key=itemgetter(0))
            ended = Counter(one.cause for one in seen[first:after] if one.cause is not None)
        if after == entered and following is not None:
            return steps, age
        if ended:
            steps.append(Step(age, entered - first, sum(ended.values()), ended))
        first = after
    return steps, None


class _Product:
    """The product limit Π (1 - leaving ÷ at risk), as above x pending ÷ below.

    Where nobody was censored or entered between two steps, the one's numerator is the other's denominator:
    it stays pending and cancels, which keeps the numbers small.
    """

    __slots__ = ("above", "below", "pending")

    def __init__(self) -> None:
        self.above = self.below = self.pending = 1

    def take(self, step: Step) -> None:
        if step.at_risk != self.pending:
            self.above *= self.pending
            self.below *= step.at_risk
        self.pending = step.at_risk - step.leaving

    def at_most(self, share: Fraction) -> bool:
        return self.above * self.pending * share.denominator <= share.numerator * self.below

    def value(self) -> Fraction:
        return Fraction(self.above * self.pending, self.below)


def _defined(age: timedelta, gap: timedelta | None) -> bool:
    return gap is None or age < gap
