"""How many of the deals that entered a stage were lost from it, why, and what became of the others.

Population: entered stage. A deal counts once a stage, from its first visit on; one that was removed and made anew has
two lives, and each counts. With `--period`, those that entered it in the period for the first time, whatever became of
them later. Lost stages have no row. Pipelines are never mixed. Clock: that of the visits (effective unless `--clock
recorded`).

Formula: drop-off = deals lost from the stage ÷ deals that entered it. It is not 1 - conversion: who is still there is
not lost. A deal that was ever lost from the stage counts as lost, also where it was reopened; of the others the last
visit of the stage tells the end, so that all ends add up to those that entered. Reasons are those of the outcome in the
deal's file; of a deal that was reopened or removed since, no reason is left. Shares of fewer than five are withheld.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.table import Cell, Column, Table, Type
from pipecli.core.visit import End
from pipecli.metrics.drop_off import DropOff
from pipecli.metrics.drop_off import drop_off as ended
from pipecli.metrics.sample import rate
from pipecli.reports.entered import Entered
from pipecli.reports.reasons import Reasons, reasons_of
from pipecli.reports.stages import by_stage
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.visit import Visit
    from pipecli.metrics.drop_off import Life
    from pipecli.reports.scope import Scope

_OTHERS = tuple(end for end in End if end is not End.LOST)
_PRIORITY = {End.ADVANCED: 2, End.STILL_THERE: 2, End.BACK: 3, End.HELD: 3}
_NONE = 5
"""The priority of an end that no deal had: its column gives way first."""

Found = Sequence[tuple["Stage", DropOff]]


def _name(end: End) -> str:
    return end.replace(" ", "_")


_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("stage", "stage", key=True),
    Column("kind", "kind", machine=True),
    Column("entered", "entered", Type.INTEGER),
    Column("lost", "lost", Type.INTEGER),
    Column("drop_off", "drop-off", Type.SHARE),
    *(Column(_name(end), str(end), Type.INTEGER, _PRIORITY.get(end, 3)) for end in _OTHERS),
    *(Column(f"{_name(end)}_share", f"{end} ÷ entered", Type.SHARE, machine=True) for end in _OTHERS),
)
_REASONS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("stage", "stage", key=True),
    Column("class", "class", key=True, priority=2),
    Column("reason", "reason", key=True),
    Column("unknown", "reason unknown", machine=True),
    Column("lost", "lost", Type.INTEGER),
    Column("share", "of lost", Type.SHARE),
    Column("of", "lost from the stage", Type.INTEGER, machine=True),
    Column("drop_off", "of entered", Type.SHARE, priority=2),
)


def drop_off(scope: Scope) -> tuple[Table, ...]:
    """Return two tables a pipeline: one row a stage, and one row a stage and reason.

    Raises `PipeError` for a period that cannot be read.
    """
    own: dict[str, list[Visit]] = {pipeline.id: [] for pipeline in scope.pipelines()}
    for visit in scope.visits:
        if visit.pipeline in own:
            own[visit.pipeline].append(visit)
    tables = [table for one in scope.pipelines() for table in _tables(one, own[one.id], scope)]
    nothing = Table("Drop-off", _COLUMNS, (), scope.facts("entered stage", 0), name="drop-off")
    return with_unplaced(tables, scope, nothing)


def _tables(pipeline: Pipeline, visits: Sequence[Visit], scope: Scope) -> tuple[Table, Table]:
    entered, placed = Entered(scope.period(), scope.now.tzinfo), by_stage(pipeline, visits)
    found = [(stage, ended(some, entered.counts)) for stage, some in placed if stage.kind is not Kind.LOST]
    had = {_name(end) for _, one in found for end, lives in one.ends.items() if lives}
    table = Table(
        title=f"Drop-off: {pipeline.name}",
        columns=tuple(_column(column, had) for column in _COLUMNS),
        rows=tuple(_row(pipeline, stage, one) for stage, one in found),
        facts=scope.facts("entered stage", len({life for _, one in found for life in one.entered})),
        notes=(*entered.notes(visits), *placed.notes("visit")),
        empty="the pipeline has no stage from which a deal could be lost",
        name="drop-off",
        behind=tuple(_behind(one) for _, one in found) if scope.asked.explain else (),
    )
    return table, _reasons_table(pipeline, found, reasons_of(pipeline, visits, scope), scope)


def _column(column: Column, had: set[str]) -> Column:
    rare = column.type is Type.INTEGER and column.name not in ("entered", "lost") and column.name not in had
    return replace(column, priority=_NONE) if rare else column


def _row(pipeline: Pipeline, stage: Stage, one: DropOff) -> tuple[Cell, ...]:
    n, others = len(one.entered), [len(one.ends[end]) for end in _OTHERS]
    shares = [rate(number, n) for number in others]
    return (pipeline.id, stage.id, str(stage.kind), n, len(one.lost), one.rate(), *others, *shares)


def _behind(one: DropOff) -> Mapping[str, Sequence[str]]:
    ends = {_name(end): _deals(lives) for end, lives in one.ends.items()}
    shares = {f"{_name(end)}_share": _deals(one.entered) for end in _OTHERS}
    return {"entered": _deals(one.entered), "drop_off": _deals(one.entered), **ends, **shares}


def _reasons_table(pipeline: Pipeline, found: Found, reasons: Reasons, scope: Scope) -> Table:
    told = [(stage, one, why, lives) for stage, one in found for why, lives in reasons.by_reason(stage, one.lost)]
    return Table(
        title=f"Why deals were lost, by stage: {pipeline.name}",
        columns=_REASONS,
        rows=tuple(
            (
                pipeline.id,
                stage.id,
                *why,
                len(lives),
                rate(len(lives), len(one.lost)),
                len(one.lost),
                rate(len(lives), len(one.entered)),
            )
            for stage, one, why, lives in told
        ),
        facts=scope.facts("entered stage, lost from it", sum(len(one.lost) for _, one in found)),
        empty="no deal was lost",
        name="drop-off-reasons",
        behind=tuple(
            {"lost": _deals(lives), "share": _deals(one.lost), "of": _deals(one.lost), "drop_off": _deals(one.entered)}
            for _, one, _, lives in told
        )
        if scope.asked.explain
        else (),
    )


def _deals(lives: Sequence[Life]) -> list[str]:
    return [deal for deal, _ in lives]
