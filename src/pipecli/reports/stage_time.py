"""How long deals stay in each stage: quantiles that count the deals which are still there.

Population: entered stage, over every visit, so that a deal which comes back counts again. Pipelines are never
mixed. Clock: that of the visits (effective unless `--clock recorded`); time is calendar time. It stops when a
deal is closed: lost stages, and the won stage where there is one only, list their entries.

Formula: p50, p75 and p90 by Kaplan-Meier (1958) with visits that are still there right-censored; a visit that
began before it was observed enters the risk set at the age it had then. A quantile that the curve does not
reach is `not reached`: more than is left of the deals stay longer than anybody was observed. Mean and median
are of the completed visits alone, and too low while many are still there. Figures that would rest on fewer
than five visits are withheld.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.table import Cell, Column, Table, Type
from pipecli.metrics.average import mean, median
from pipecli.metrics.sample import floored, quantiles
from pipecli.metrics.stay import Excluded, Stays, stays
from pipecli.metrics.survival import kaplan_meier
from pipecli.reports.stages import by_stage, counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.visit import Visit
    from pipecli.reports.scope import Scope

QUANTILES = (Fraction(50, 100), Fraction(75, 100), Fraction(90, 100))

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True),
    Column("stage", "stage"),
    Column("kind", "kind", priority=5),
    Column("entries", "entries", Type.INTEGER),
    Column("completed", "completed", Type.INTEGER, priority=4),
    Column("still_there", "still there", Type.INTEGER, priority=2),
    Column("p50", "p50", Type.DAYS),
    Column("p75", "p75", Type.DAYS, priority=2),
    Column("p90", "p90", Type.DAYS, priority=3),
    Column("mean", "mean completed", Type.DAYS, priority=7),
    Column("median", "median completed", Type.DAYS, priority=6),
    Column("excluded", "excluded", Type.INTEGER, priority=4),
)


def stage_time(scope: Scope) -> tuple[Table, ...]:
    """Return one table a pipeline, one row a stage; durations are timedeltas."""
    visits: dict[str, list[Visit]] = {}
    for visit in scope.visits:
        visits.setdefault(visit.pipeline, []).append(visit)
    tables = [_table(pipeline, visits.get(pipeline.id, ()), scope) for pipeline in scope.pipelines()]
    facts = scope.facts("entered stage", 0)
    return with_unplaced(tables, scope, Table("Time in stage", _COLUMNS, (), facts, name="stage-time"))


def _table(pipeline: Pipeline, visits: Sequence[Visit], scope: Scope) -> Table:
    found = by_stage(pipeline, visits)
    measured = [(stage, stays(own, scope.now)) for stage, own in found]
    timed = [one for stage, one in measured if _timed(pipeline, stage)]
    return Table(
        title=f"Time in stage: {pipeline.name}",
        columns=_COLUMNS,
        rows=tuple(_row(pipeline, stage, one) for stage, one in measured),
        facts=scope.facts("entered stage", sum(len(one.observations) for one in timed)),
        notes=(*_notes(timed), *found.notes("visit")),
        empty="the pipeline has no stage",
        name="stage-time",
    )


def _timed(pipeline: Pipeline, stage: Stage) -> bool:
    """Return whether the clock runs in a stage: in a won one, where others follow it (onboarded, retained)."""
    won = [one for one in pipeline.stages if one.kind is Kind.WON and not one.retired]
    return stage.kind in (Kind.OPEN, Kind.ON_HOLD) or (stage.kind is Kind.WON and len(won) > 1)


def _row(pipeline: Pipeline, stage: Stage, found: Stays) -> tuple[Cell, ...]:
    head: tuple[Cell, ...] = (pipeline.id, stage.id, str(stage.kind), found.entries)
    if not _timed(pipeline, stage):
        return (*head, *[None] * (len(_COLUMNS) - len(head)))
    curve = kaplan_meier(found.observations)
    completed = len(found.completed)
    return (
        *head,
        completed,
        found.still_there,
        *quantiles(curve, QUANTILES),
        floored(completed, lambda: mean(found.completed)),
        floored(completed, lambda: median(found.completed)),
        sum(found.excluded.values()),
    )


def _notes(timed: Iterable[Stays]) -> Iterator[str]:
    excluded: Counter[Excluded] = Counter()
    late = 0
    for found in timed:
        excluded.update(found.excluded)
        late += found.late
    if late:
        yield f"{counted(late, 'visit')} began before being observed, and entered at the age reached by then"
    for why in Excluded:
        if excluded[why]:
            yield f"{counted(excluded[why], 'visit')} left out: {why}"
