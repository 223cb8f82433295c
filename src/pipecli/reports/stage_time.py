"""How long deals stay in each stage: quantiles that count the deals which are still there; and the slowest deals.

Population: entered stage, over every visit, so that a deal which comes back counts again; with `--period`, the visits
that began in it. Pipelines are never mixed. Clock: that of the visits (effective unless `--clock recorded`); time is
calendar time, or with `--business-days` working time of the workspace's calendar, in days as long as its hours. It
stops when a deal is closed: lost stages, and the won stage where there is one only, list their entries. `--by` a text
of the deals (owner, source, fields.NAME …), as their files are now; `value`, in bands from 1 to 2, 2 to 5, 5 to 10, 10
to 20 and so on, of one currency each; or month, quarter, year or week of the entry.

Formula: p50, p75 and p90 by Kaplan-Meier (1958) with visits that are still there right-censored; a visit that
began before it was observed enters the risk set at the age it had then. A quantile that the curve does not
reach is `not reached`: more than is left of the deals stay longer than anybody was observed. p50 from and to = its
95 % interval (Brookmeyer and Crowley 1982, of log(-log S)). Mean and median are of the completed visits alone, and
too low while many are still there. Figures that would rest on fewer than five visits are withheld. Slowest = the open
visits past the p90 of their stage, then its p75, then its target, and the longest first; ten of them at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.table import Cell, Column, Table, Type
from pipecli.reports import lengths
from pipecli.reports.daycount import day_count
from pipecli.reports.entered import Entered
from pipecli.reports.slowest import slowest_table
from pipecli.reports.stage_time_by import divided_table, division_of
from pipecli.reports.stages import by_stage
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.visit import Visit
    from pipecli.reports.daycount import DayCount
    from pipecli.reports.lengths import Lengths
    from pipecli.reports.scope import Scope
    from pipecli.reports.stages import ByStage

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("stage", "stage", key=True),
    Column("kind", "kind", priority=5),
    Column("entries", "entries", Type.INTEGER),
    *lengths.COLUMNS,
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One pipeline with its visits by stage; those in which the clock runs, measured; and what there is to note."""

    pipeline: Pipeline
    stages: ByStage[Visit]
    timed: tuple[tuple[Stage, Lengths], ...]
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        """The number of visits that are in the estimates."""
        return sum(len(one.stays.observations) for _, one in self.timed)


def stage_time(scope: Scope) -> tuple[Table, ...]:
    """Return two tables a pipeline, one row a stage and one a slow deal; between them one by what was asked for.

    Durations are timedeltas, or fractions of business days. Raises `PipeError` for a period that cannot be read, and
    for what divides no rows.
    """
    count, by = day_count(scope), division_of(scope)
    tables: list[Table] = []
    for found in measured(scope, count):
        tables.append(_table(found, scope, count))
        if by:
            tables.append(divided_table(found.pipeline, found.timed, by, scope, count))
        tables.append(slowest_table(found.pipeline, found.timed, scope, count))
    facts = count.facts(scope.facts("entered stage", 0))
    return with_unplaced(tables, scope, Table("Time in stage", count.columns(_COLUMNS), (), facts, name="stage-time"))


def measured(scope: Scope, count: DayCount) -> Iterator[Measured]:
    """Yield the pipelines of a report with the visits that began in its period."""
    entered = Entered(scope.period(), scope.now.tzinfo)
    visits: dict[str, list[Visit]] = {}
    for visit in scope.visits:
        visits.setdefault(visit.pipeline, []).append(visit)
    for pipeline in scope.pipelines():
        own = visits.get(pipeline.id, [])
        found = by_stage(pipeline, filter(entered.counts, own) if entered.period else own)
        timed = [
            (stage, lengths.measured(some, scope.now, count)) for stage, some in found if is_timed(pipeline, stage)
        ]
        yield Measured(
            pipeline, found, tuple(timed), (*lengths.notes(timed), *entered.notes(own), *found.notes("visit"))
        )


def is_timed(pipeline: Pipeline, stage: Stage) -> bool:
    """Return whether the clock runs in a stage: in a won one, where others follow it (onboarded, retained)."""
    won = [one for one in pipeline.stages if one.kind is Kind.WON and not one.retired]
    return stage.kind in (Kind.OPEN, Kind.ON_HOLD) or (stage.kind is Kind.WON and len(won) > 1)


def _table(found: Measured, scope: Scope, count: DayCount) -> Table:
    timed = {stage.id: one.cells(count) for stage, one in found.timed}
    nothing: Sequence[Cell] = [None] * len(lengths.COLUMNS)
    return Table(
        title=f"Time in stage: {found.pipeline.name}",
        columns=count.columns(_COLUMNS),
        rows=tuple(
            (found.pipeline.id, stage.id, str(stage.kind), len(visits), *timed.get(stage.id, nothing))
            for stage, visits in found.stages
        ),
        facts=count.facts(scope.facts("entered stage", found.n)),
        notes=found.notes,
        empty="the pipeline has no stage",
        name="stage-time",
        behind=tuple(_behind(found, scope, count)) if scope.asked.explain else (),
    )


def _behind(found: Measured, scope: Scope, count: DayCount) -> Iterator[Mapping[str, Sequence[str]]]:
    timed = {stage.id for stage, _ in found.timed}
    for stage, visits in found.stages:
        if stage.id in timed:
            yield lengths.behind(visits, scope.now, count)
        else:
            yield {"entries": [visit.deal for visit in visits]}
