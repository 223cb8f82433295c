"""What an import would bring, as a table: the stages, how often they are entered, how many deals are there now."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipecli.core.table import Column, Table, Type

if TYPE_CHECKING:
    from pipecli.core.table import Cell
    from pipecli.interchange.plan import Plan

_COLUMNS = (
    Column("stage", "Stage"),
    Column("stage_name", "Name"),
    Column("kind", "Kind"),
    Column("entries", "Entries", Type.INTEGER),
    Column("now", "There now", Type.INTEGER),
)


def stages_table(plan: Plan) -> Table:
    """Return one row a stage of each pipeline, in its order: entries of all deals, and deals at the end."""
    entries = Counter((step.pipeline, step.stage.id) for step in plan.steps if step.moved)
    now = Counter((step.pipeline, step.stage.id) for step in plan.deals())
    several = len(plan.pipelines) > 1
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            pipeline.id,
            stage.id,
            stage.name,
            str(stage.kind),
            *(found[pipeline.id, stage.id] for found in (entries, now)),
        )
        for pipeline in plan.pipelines
        for stage in pipeline.stages
    )
    if several:
        return Table("Stages", (Column("pipeline", "Pipeline"), *_COLUMNS), rows, name="import")
    return Table("Stages", _COLUMNS, tuple(row[1:] for row in rows), name="import")
