"""What became of the deals that were in a stage, and how far the share that was won may be off by chance.

Wilson 1927, Probable inference, the law of succession, and statistical inference, JASA 22:209-212 (the interval);
Aalen & Johansen 1978 as in `pipecli.metrics.survival` (the share that counts the open deals).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.visit import End, Truncated
from pipecli.metrics.band import Band, Z
from pipecli.metrics.outlook import foreseen
from pipecli.metrics.passage import Result
from pipecli.metrics.sample import floored, rate
from pipecli.metrics.stay import elapsed
from pipecli.metrics.survival import START, Observation, kaplan_meier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.table import Withheld
    from pipecli.core.visit import Visit


def wilson(part: int, whole: int) -> Band:
    """Return the 95 % score interval of part ÷ whole, which is not 0."""
    share, z2 = part / whole, Z**2
    middle = share + z2 / (2 * whole)
    spread = Z * sqrt(share * (1 - share) / whole + z2 / (4 * whole**2))
    scale = 1 + z2 / whole
    return Band(
        0.0 if part == 0 else (middle - spread) / scale,
        1.0 if part == whole else (middle + spread) / scale,
    )


@dataclass(frozen=True, slots=True)
class Fate:
    """One deal that was in a stage: what became of it, None while it is open, and how long that took or takes.

    `length` is None where it is not known; `late` says that it was first observed when it was there already.
    """

    deal: str
    result: Result | None
    length: timedelta | None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Fates:
    """The deals that were in a stage, each once."""

    all: tuple[Fate, ...]

    def of(self, *results: Result | None) -> tuple[str, ...]:
        """Return the ids of the deals of which one of these became; None stands for those that are open."""
        return tuple(one.deal for one in self.all if one.result in results)

    @property
    def won(self) -> int:
        """How many were won."""
        return len(self.of(Result.WON))

    @property
    def closed(self) -> int:
        """How many were won or lost."""
        return len(self.of(Result.WON, Result.LOST))

    def share(self) -> Fraction | Withheld:
        """Return won ÷ (won + lost)."""
        return rate(self.won, self.closed)

    def interval(self) -> Band | Withheld:
        """Return the interval of that."""
        return floored(self.closed, lambda: wilson(self.won, self.closed))

    def with_open(self) -> Fraction | Withheld:
        """Return the incidence of won ÷ that of won and lost, as far as anybody was observed; open is censored."""
        return floored(self.closed, self._incidence)

    def _incidence(self) -> Fraction:
        known = ((one.length, one.result) for one in self.all if not one.late)
        curve = kaplan_meier(Observation(length, result) for length, result in known if length is not None)
        return Fraction(foreseen(curve, START, START).probability)


def fates(
    visits: Iterable[Visit], pipeline: Pipeline, now: datetime, counts: Callable[[Visit], bool]
) -> Mapping[str, Fates]:
    """Return the deals that were in each open stage, by its id, where their first visit of it counts.

    The visits are those of one pipeline, in the order in which each deal made them; each life of a deal is one deal.
    """
    lives: dict[tuple[str, int], list[Visit]] = {}
    for visit in visits:
        lives.setdefault((visit.deal, visit.life), []).append(visit)
    kinds = {stage.id: stage.kind for stage in pipeline.stages}
    found: dict[str, list[Fate]] = {stage: [] for stage, kind in kinds.items() if kind is Kind.OPEN}
    for life in lives.values():
        result, moment = _end(life, kinds, now)
        seen: set[str] = set()
        for visit in life:
            if visit.stage in found and visit.stage not in seen:
                seen.add(visit.stage)
                if counts(visit):
                    found[visit.stage].append(_fate(visit, result, moment))
    return {stage: Fates(tuple(own)) for stage, own in found.items()}


def _end(life: Sequence[Visit], kinds: Mapping[str, Kind], now: datetime) -> tuple[Result | None, datetime]:
    """Return what became of a deal at last, and when; a lost deal that was reopened is what it is now."""
    last = life[-1]
    kind = kinds.get(last.stage)
    if kind in (Kind.WON, Kind.LOST):
        first = len(life) - 1
        while first and kinds.get(life[first - 1].stage) is kind:  # among won stages a deal moves on
            first -= 1
        return Result(kind), life[first].entered
    if last.end in (End.HANDED_OFF, End.REMOVED):
        return Result.GONE, last.left or now
    return None, now


def _fate(visit: Visit, result: Result | None, moment: datetime) -> Fate:
    length = elapsed(visit.entered, moment)
    return Fate(visit.deal, result, length if length >= START else None, visit.truncated is not Truncated.NO)
