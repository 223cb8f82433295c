"""How old open deals are in their stages, each beside the target of its stage and beside how long others stayed.

Population: open as of the moment, one row a deal in an open stage. Clock: that of the visits (effective unless `--clock
recorded`); time is calendar time, or with `--business-days` working time of the workspace's calendar.

Formula: age = as-of - entry of the present visit. p50, p90 = the time within which so many of the visits of the stage
ended (Kaplan-Meier 1958, as in stage-time: over all visits, of which those that are still there are censored). Past =
which of the two the age has passed: the p90 of the stage, its target (a time by the calendar always). Those past p90
come first, then those past the target, and the longest first; a person is shown twenty of them. Quantiles that would
rest on fewer than five visits are withheld.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.table import Column, Table, Type, Withheld
from pipecli.core.visit import Truncated
from pipecli.metrics.stay import elapsed
from pipecli.reports.daycount import day_count
from pipecli.reports.stage_time import measured
from pipecli.reports.stages import by_stage, counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.core.pipeline import Stage
    from pipecli.core.record import Deal
    from pipecli.core.table import Cell
    from pipecli.reports.daycount import DayCount
    from pipecli.reports.scope import Scope
    from pipecli.reports.stage_time import Measured

MOST = 20
"""How many deals a person is shown."""
NO_HISTORY, UNKNOWN, FUTURE = (Withheld(why) for why in ("no history", "unknown start", "a negative span"))
_NOTHING = timedelta(0)
_ORDER = ("p90", "target")
_COLUMNS = (
    Column("pipeline", "pipeline", machine=True),
    Column("deal", "deal", whole=True, key=True),
    Column("title", "title", priority=7),
    Column("stage", "stage"),
    Column("owner", "owner", priority=3),
    Column("age", "age", Type.DAYS),
    Column("past", "past"),
)
_LIMITS = (
    Column("p50", "p50", Type.DAYS, priority=5),
    Column("p90", "p90", Type.DAYS, priority=4),
)
_FURTHER = (
    Column("target", "target", Type.DAYS, priority=3),
    Column("past_target", "past target", Type.FLAG, machine=True),
    Column("past_p90", "past p90", Type.FLAG, machine=True),
    Column("value", "value", Type.MONEY, priority=3),
    Column("currency", "currency", priority=6),
)


@dataclass(frozen=True, slots=True)
class _Aged:
    """An open deal: its age, or why it is not known; p50 and p90 of its stage; what it is past."""

    deal: Deal
    stage: Stage
    age: timedelta | Withheld
    limits: Sequence[timedelta | Withheld]
    past: tuple[str, ...]

    @property
    def order(self) -> tuple[int, timedelta, str]:
        """How much it matters: past p90 before past the target, and the longest first; those without an age last."""
        if isinstance(self.age, Withheld):
            return len(_ORDER) + 1, _NOTHING, self.deal.id
        return min((_ORDER.index(one) for one in self.past), default=len(_ORDER)), -self.age, self.deal.id


def aging(scope: Scope) -> tuple[Table, ...]:
    """Return one table a pipeline, one row an open deal; ages are timedeltas, or fractions of business days."""
    count = day_count(scope)
    deals: dict[str, list[Deal]] = {}
    for deal in scope.workspace.deals.values():
        deals.setdefault(deal.pipeline, []).append(deal)
    tables = [_table(found, deals.get(found.pipeline.id, ()), scope, count) for found in measured(scope, count)]
    facts = count.facts(scope.facts("open as of", 0))
    return with_unplaced(tables, scope, Table("Aging", _columns(count), (), facts, name="aging"))


def _columns(count: DayCount) -> tuple[Column, ...]:
    return (*count.columns((*_COLUMNS, *_LIMITS)), *_FURTHER)


def _table(found: Measured, deals: Sequence[Deal], scope: Scope, count: DayCount) -> Table:
    placed = by_stage(found.pipeline, deals)
    limits = {stage.id: (own.quantiles[0], own.quantiles[2]) for stage, own in found.timed}
    aged = sorted(
        (
            _aged(deal, stage, limits[stage.id], scope, count)
            for stage, own in placed
            if stage.kind is Kind.OPEN
            for deal in own
        ),
        key=lambda one: one.order,
    )
    rows = tuple(_row(found, one, scope, count) for one in aged)
    return Table(
        title=f"Aging: {found.pipeline.name}",
        columns=_columns(count),
        rows=rows,
        facts=count.facts(scope.facts("open as of", len(aged))),
        notes=(*_notes(aged), *placed.notes("deal")),
        empty="no open deal",
        name="aging",
        incomplete=bool(placed.unknown),
        digest=rows[:MOST] if len(rows) > MOST else None,
    )


def _aged(deal: Deal, stage: Stage, limits: Sequence[timedelta | Withheld], scope: Scope, count: DayCount) -> _Aged:
    visit = scope.current.get(deal.id)
    pipeline = scope.workspace.pipelines[deal.pipeline]
    if visit is None or (visit.pipeline, pipeline.stage(visit.stage)) != (deal.pipeline, stage):
        return _Aged(deal, stage, NO_HISTORY, limits, ())
    if visit.truncated is Truncated.START_UNKNOWN:
        return _Aged(deal, stage, UNKNOWN, limits, ())
    length, age = elapsed(visit.entered, scope.now), count.between(visit.entered, scope.now)
    if length < _NOTHING:
        return _Aged(deal, stage, FUTURE, limits, ())
    return _Aged(deal, stage, age, limits, tuple(_past(stage, length, age, limits)))


def _past(stage: Stage, length: timedelta, age: timedelta, limits: Sequence[timedelta | Withheld]) -> Iterator[str]:
    p90 = limits[1]
    if not isinstance(p90, Withheld) and age > p90:
        yield "p90"
    if stage.target is not None and length > stage.target:
        yield "target"


def _row(found: Measured, one: _Aged, scope: Scope, count: DayCount) -> tuple[Cell, ...]:
    known = not isinstance(one.age, Withheld)
    has_p90 = known and not isinstance(one.limits[1], Withheld)
    return (
        found.pipeline.id,
        one.deal.id,
        one.deal.title,
        one.stage.id,
        one.deal.owner,
        count.cell(one.age),
        ", ".join(one.past) or None,
        *map(count.cell, one.limits),
        one.stage.target,
        "target" in one.past if known and one.stage.target is not None else None,
        "p90" in one.past if has_p90 else None,
        one.deal.value,
        scope.workspace.currency_of(one.deal) if one.deal.value is not None else None,
    )


def _notes(aged: Sequence[_Aged]) -> Iterator[str]:
    if len(aged) > MOST:
        yield f"{MOST} of {counted(len(aged), 'open deal')}: --format csv has all of them"
    for limit in ("p90", "target"):
        past = sum(limit in one.past for one in aged)
        if past:
            yield f"{counted(past, 'deal')} past the {limit} of the stage"
    for why in (NO_HISTORY, UNKNOWN, FUTURE):
        number = sum(one.age is why for one in aged)
        if number:
            yield f"{counted(number, 'deal')} without an age: {why}"
