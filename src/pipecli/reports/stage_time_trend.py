"""How long deals stayed in each stage, by the month in which they left; and how many left within the target.

Population: of each month the visits that ended in it; the share within the target is of those that began in it, so that
one which is still there is not forgotten. With `--period` the months of it; else those since the first entry, of which
a person is shown the last six. Pipelines are never mixed. Clock: that of the visits (effective unless `--clock
recorded`); time is calendar time, or with `--business-days` working time; a target is a time by the calendar.

Formula: median = of the completed stays: a look back, and too low while many are still there (stage-time has the
estimate that allows for them). Within target = visits that ended within the stage's `target` ÷ those that did and those
that exceeded it, of which some are still there. A visit that began less than the target ago is not judged yet, be it
over or not: else the quick ones alone would count. Figures of fewer than five visits are withheld.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipecli.core.calendar import Unit, label, labels
from pipecli.core.table import Column, Table, Type
from pipecli.metrics.average import median
from pipecli.metrics.promptness import promptness
from pipecli.metrics.sample import floored
from pipecli.metrics.stay import Excluded, observe
from pipecli.reports.daycount import day_count
from pipecli.reports.stage_time import is_timed
from pipecli.reports.stages import by_stage, counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from pipecli.core.calendar import Period
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.visit import Visit
    from pipecli.reports.daycount import DayCount
    from pipecli.reports.explained import Row
    from pipecli.reports.scope import Scope

LAST = 6
"""How many months a person is shown."""
_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("stage", "stage", key=True),
    Column("month", "month", key=True),
    Column("completed", "completed", Type.INTEGER, priority=2),
    Column("median", "median", Type.DAYS),
)
_WITHIN = (
    Column("target", "target", Type.DAYS, priority=3),
    Column("entered", "entered", Type.INTEGER, priority=2),
    Column("within", "within", Type.INTEGER, priority=2),
    Column("beyond", "beyond", Type.INTEGER, priority=2),
    Column("undecided", "not yet", Type.INTEGER, priority=4),
    Column("within_rate", "within target", Type.SHARE, priority=2),
)


@dataclass(frozen=True, slots=True)
class _Months:
    """The visits of one stage by the month of their end, and by that of their beginning."""

    stage: Stage
    ended: Mapping[str, Sequence[Visit]]
    begun: Mapping[str, Sequence[Visit]]


def stage_time_trend(scope: Scope) -> tuple[Table, ...]:
    """Return one table a pipeline, one row a stage and month; stays are timedeltas, or fractions of business days.

    Raises `PipeError` for a period that cannot be read.
    """
    count, period = day_count(scope), scope.period()
    visits: dict[str, list[Visit]] = {}
    for visit in scope.visits:
        visits.setdefault(visit.pipeline, []).append(visit)
    tables = [_table(one, visits.get(one.id, ()), period, scope, count) for one in scope.pipelines()]
    facts = count.facts(scope.facts("left, and entered stage", 0))
    nothing = Table("Time in stage by month", _columns(count), (), facts, name="stage-time-trend")
    return with_unplaced(tables, scope, nothing)


def _columns(count: DayCount) -> tuple[Column, ...]:
    return (*count.columns(_COLUMNS), *_WITHIN)


def _table(pipeline: Pipeline, visits: Sequence[Visit], period: Period | None, scope: Scope, count: DayCount) -> Table:
    placed = by_stage(pipeline, visits)
    excluded: Counter[Excluded] = Counter()
    sound = {stage.id: _sound(own, scope.now, excluded) for stage, own in placed if is_timed(pipeline, stage)}
    stages = [_months(stage, sound[stage.id], scope) for stage, _ in placed if stage.id in sound]
    months = _names([visit for own in sound.values() for visit in own], period, scope)
    rows = [_row(pipeline, one, month, scope, count) for one in stages for month in months]
    late = set(months[-LAST:])
    return Table(
        title=f"Time in stage by month: {pipeline.name}",
        columns=_columns(count),
        rows=tuple(row for row, _ in rows),
        facts=count.facts(scope.facts("left, and entered stage", sum(map(len, sound.values())))),
        notes=(*_notes(pipeline, excluded, months), *placed.notes("visit")),
        empty="no deal entered a stage",
        name="stage-time-trend",
        digest=tuple(row for row, _ in rows if row[2] in late) if len(months) > LAST else None,
        behind=tuple(behind for _, behind in rows) if scope.asked.explain else (),
    )


def _sound(visits: Sequence[Visit], now: datetime, excluded: Counter[Excluded]) -> list[Visit]:
    """Return the visits whose length is known; `excluded` counts the others."""
    found: list[Visit] = []
    for visit in visits:
        one = observe(visit, now)
        if isinstance(one, Excluded):
            excluded[one] += 1
        else:
            found.append(visit)
    return found


def _months(stage: Stage, visits: Sequence[Visit], scope: Scope) -> _Months:
    ended: dict[str, list[Visit]] = {}
    begun: dict[str, list[Visit]] = {}
    zone, named = scope.now.tzinfo, cache(lambda day: label(day, Unit.MONTH))  # few days for many visits
    for visit in visits:
        begun.setdefault(named(visit.entered.astimezone(zone).date()), []).append(visit)
        if visit.left is not None:
            ended.setdefault(named(visit.left.astimezone(zone).date()), []).append(visit)
    return _Months(stage, ended, begun)


def _names(visits: Sequence[Visit], period: Period | None, scope: Scope) -> Sequence[str]:
    """Return the months of the period, up to now; without one those since the first entry."""
    first = period.first if period else _first(visits, scope)
    last = min(period.last, scope.now.date()) if period else scope.now.date()
    return list(labels(first, last, Unit.MONTH)) if first and visits else []


def _first(visits: Sequence[Visit], scope: Scope) -> date | None:
    entered = min((visit.entered for visit in visits), default=None)
    return entered.astimezone(scope.now.tzinfo).date() if entered else None


def _row(pipeline: Pipeline, one: _Months, month: str, scope: Scope, count: DayCount) -> Row:
    ended, begun, target = one.ended.get(month, ()), one.begun.get(month, ()), one.stage.target
    lengths = [count.between(visit.entered, visit.left) for visit in ended if visit.left is not None]
    head = (pipeline.id, one.stage.id, month, len(ended), count.cell(floored(len(ended), lambda: median(lengths))))
    told = {"completed": _deals(ended), "median": _deals(ended), "entered": _deals(begun)}
    if target is None:
        nobody = dict.fromkeys(("within", "beyond", "undecided"), ())
        return (*head, None, len(begun), None, None, None, None), {**told, **nobody}
    found = promptness(begun, target, scope.now)
    parts = {"within": found.within, "beyond": found.beyond, "undecided": found.undecided}
    told |= {name: _deals(own) for name, own in parts.items()}
    told["within_rate"] = (*told["within"], *told["beyond"])
    return (*head, target, len(begun), *map(len, parts.values()), found.rate()), told


def _deals(visits: Sequence[Visit]) -> tuple[str, ...]:
    return tuple(visit.deal for visit in visits)


def _notes(pipeline: Pipeline, excluded: Counter[Excluded], months: Sequence[str]) -> Iterator[str]:
    if len(months) > LAST:
        yield f"the last {LAST} of {counted(len(months), 'month')}: --format csv has all of them"
    without = [one.id for one in pipeline.stages if one.target is None and is_timed(pipeline, one) and not one.retired]
    if without:
        yield f"no target: {', '.join(without)}"
    for why, number in sorted(excluded.items()):
        yield f"{counted(number, 'visit')} left out: {why}"
