"""How far the estimates of survival may be off: pointwise 95 % confidence bands.

Greenwood 1926, The natural duration of cancer, Reports on Public Health and Medical Subjects 33 (the variance of S);
Brookmeyer & Crowley 1982, A confidence interval for the median survival time, Biometrics 38:29-41 (of a quantile);
Dinse & Larson 1986, A note on semi-Markov models for partially censored data, Biometrika 73:379-386, and Gaynor et al.
1993, On the use of cause-specific failure and conditional failure probabilities, JASA 88:400-409 (the variance of a
cumulative incidence). All bands are of log(-log share), so that they stay between 0 and 1: Kalbfleisch & Prentice 1980,
The statistical analysis of failure time data.

The estimates are exact; their bands need roots and logarithms, and so are floats, as is all that is computed here.
Where a share is 0 or 1 its variance says nothing, and there is no band.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import timedelta
    from fractions import Fraction

    from pipecli.metrics.survival import Curve, Step

Z = 1.959963984540054
"""The quantile of the normal distribution that leaves 2.5 % above it."""

_ALL = 1 - 1e-12
"""A share above it is 1, but for what the sums of floats have lost."""


class Band(NamedTuple):
    """The ends of an interval of shares."""

    low: float
    high: float


class Estimate(NamedTuple):
    """A share and its band, None where there is none."""

    share: float
    band: Band | None


@dataclass(frozen=True, slots=True)
class Point:
    """A step of a curve: the share that lasts longer, and the share that ended by then by each cause asked for."""

    step: Step
    survival: Estimate
    incidence: Mapping[str, Estimate]


def points(curve: Curve, causes: Iterable[str]) -> Iterator[Point]:
    """Yield every step of a curve with its estimates; these are 1 together, where all causes are asked for."""
    incidences = {cause: _Incidence() for cause in causes}
    share = 1.0
    greenwood = 0.0
    for step in curve.steps:
        for cause, one in incidences.items():
            one.take(step, step.ended.get(cause, 0), share)
        share *= (step.at_risk - step.leaving) / step.at_risk
        greenwood += _term(step)
        survival = Estimate(share, _band(share, sqrt(greenwood)))
        yield Point(step, survival, {cause: one.estimate() for cause, one in incidences.items()})


def quantile_interval(curve: Curve, share: Fraction) -> tuple[timedelta | None, timedelta | None]:
    """Return the interval of the quantile: the least ages at which the lower and the upper band of S are ≤ 1 - share.

    None is an end that the band does not reach.
    """
    rest = log(-log(1 - share))
    low: timedelta | None = None
    survival, greenwood = 1.0, 0.0
    for step in curve.steps:
        survival *= (step.at_risk - step.leaving) / step.at_risk
        if not survival:
            break
        greenwood += _term(step)
        logarithm = log(survival)
        here, spread = log(-logarithm), Z * sqrt(greenwood) / -logarithm
        if low is None and here + spread >= rest:
            low = step.age
        if here - spread >= rest:
            return low, step.age
    return low, None


class _Incidence:
    """The cumulative incidence F of one cause up to a step, and what its variance is added up from.

    Var F(t) = Σ (F(t) - Fi)² di ÷ ni(ni - di) + Σ S² ci(ni - ci) ÷ ni³ - 2 Σ (F(t) - Fi) S ci ÷ ni², over the steps i
    up to t, of which di of ni ended and ci of them by the cause, with S just before i. The squares are multiplied out,
    so that one pass suffices.
    """

    __slots__ = ("all", "all_f", "all_ff", "own", "own_f", "own_s", "share")

    def __init__(self) -> None:
        self.share = self.all = self.all_f = self.all_ff = self.own = self.own_f = self.own_s = 0.0

    def take(self, step: Step, ended: int, survival: float) -> None:
        n = step.at_risk
        self.share += survival * ended / n
        weight, part = _term(step), survival * ended / n**2
        self.all += weight
        self.all_f += weight * self.share
        self.all_ff += weight * self.share**2
        self.own += part
        self.own_f += part * self.share
        self.own_s += survival**2 * ended * (n - ended) / n**3

    def estimate(self) -> Estimate:
        f = self.share
        variance = f**2 * self.all - 2 * f * self.all_f + self.all_ff + self.own_s - 2 * (f * self.own - self.own_f)
        return Estimate(f, _band(f, sqrt(max(variance, 0.0)) / f) if f else None)


def _term(step: Step) -> float:
    """Return what a step adds to Greenwood's sum; nothing where all ended, after which there is no other step."""
    left = step.at_risk - step.leaving
    return step.leaving / (step.at_risk * left) if left else 0.0


def _band(share: float, relative: float) -> Band | None:
    """Return the band of a share, whose standard error is this part of it."""
    if not 0 < share < _ALL:
        return None
    logarithm = log(share)
    spread = exp(Z * relative / -logarithm)
    return Band(exp(logarithm * spread), exp(logarithm / spread))
