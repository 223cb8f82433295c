"""The table of the open deals that are slow for their stage, which stands below the time in stage."""

from __future__ import annotations

from datetime import timedelta
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.pipeline import Kind
from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.core.visit import Truncated
from pipecli.metrics.stay import elapsed
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.visit import Visit
    from pipecli.reports.daycount import DayCount
    from pipecli.reports.lengths import Lengths
    from pipecli.reports.scope import Scope

MOST = 10
_NOTHING = timedelta(0)
_LIMITS = ("p75", "p90")
_RANKS = ("p90", "p75", "target", "")
_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("deal", "deal", whole=True, key=True),
    Column("title", "title", priority=7),
    Column("stage", "stage"),
    Column("age", "age", Type.DAYS),
    Column("past", "past", priority=2),
    Column("p75", "p75", Type.DAYS, priority=5),
    Column("p90", "p90", Type.DAYS, priority=5),
)
_FURTHER = (
    Column("target", "target", Type.DAYS, priority=4),
    Column("owner", "owner", priority=2),
    Column("value", "value", Type.MONEY, priority=3),
    Column("currency", "currency", priority=3),
)


class Slow(NamedTuple):
    """An open visit: its age, p75 and p90 of its stage, and which limits it is past, the highest first."""

    visit: Visit
    stage: Stage
    age: timedelta
    limits: Sequence[timedelta | Withheld]
    past: tuple[str, ...]

    @property
    def order(self) -> tuple[int, timedelta, str]:
        """How slow it is: past p90 before p75 before the target, and the longest first."""
        return _RANKS.index(self.past[0] if self.past else ""), -self.age, self.visit.deal


def slowest_table(pipeline: Pipeline, timed: Sequence[tuple[Stage, Lengths]], scope: Scope, count: DayCount) -> Table:
    """Return one row an open visit, the slowest for its stage first, ten of them at most."""
    standing = [
        (stage, own, [visit for visit in own.visits if visit.left is None])
        for stage, own in timed
        if stage.kind is Kind.OPEN
    ]
    found = [one for stage, own, visits in standing for one in aged(stage, own, visits, scope, count)]
    return Table(
        title=f"Slowest deals: {pipeline.name}",
        columns=(*count.columns(_COLUMNS), *_FURTHER),
        rows=tuple(_row(pipeline, one, scope, count) for one in nsmallest(MOST, found, key=lambda one: one.order)),
        facts=count.facts(scope.facts("open as of", len(found))),
        notes=tuple(_notes(len(found), sum(len(visits) for _, _, visits in standing) - len(found))),
        empty="no open deal",
        name="stage-time-slowest",
    )


def aged(stage: Stage, own: Lengths, visits: Iterable[Visit], scope: Scope, count: DayCount) -> Iterator[Slow]:
    """Yield the open visits of a stage whose age is known."""
    _, *limits = own.quantiles
    for visit in visits:
        if visit.truncated is not Truncated.START_UNKNOWN:
            length, age = elapsed(visit.entered, scope.now), count.between(visit.entered, scope.now)
            if length >= _NOTHING:
                past = [name for name, limit in zip(_LIMITS, limits, strict=True) if _past(age, limit)]
                late = ["target"] if stage.target is not None and length > stage.target else []
                yield Slow(visit, stage, age, limits, (*reversed(past), *late))


def _past(age: timedelta, limit: timedelta | Withheld) -> bool:
    return not isinstance(limit, Withheld) and age > limit


def _row(pipeline: Pipeline, one: Slow, scope: Scope, count: DayCount) -> tuple[Cell, ...]:
    deal = scope.workspace.deals.get(one.visit.deal)
    valued = deal is not None and deal.value is not None
    return (
        pipeline.id,
        one.visit.deal,
        deal.title if deal else None,
        one.stage.id,
        count.cell(one.age),
        ", ".join(one.past) or None,
        *map(count.cell, one.limits),
        one.stage.target,
        deal.owner if deal else None,
        deal.value if deal else None,
        scope.workspace.currency_of(deal) if deal and valued else None,
    )


def _notes(found: int, unknown: int) -> Iterator[str]:
    if found > MOST:
        yield f"{MOST} of {counted(found, 'open deal')}: pipe list --sort -stage_age has all of them"
    if unknown:
        yield f"{counted(unknown, 'open deal')} left out: no age is known of the visit"
