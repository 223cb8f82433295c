"""What an import would bring, as a table: the stages, how often they are entered, how many deals are there now."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipecli.core.table import Column, Table, Type

if TYPE_CHECKING:
    from pipecli.interchange.plan import Plan

_COLUMNS = (
    Column("stage", "Stage"),
    Column("stage_name", "Name"),
    Column("kind", "Kind"),
    Column("entries", "Entries", Type.INTEGER),
    Column("now", "There now", Type.INTEGER),
)


def stages_table(plan: Plan) -> Table:
    """Return one row a stage of the pipeline, in its order: entries of all deals, and deals at the end."""
    entries = Counter(step.stage.id for step in plan.steps if step.moved)
    now = Counter(step.stage.id for step in plan.deals())
    rows = tuple(
        (stage.id, stage.name, str(stage.kind), entries[stage.id], now[stage.id])
        for stage in (plan.pipeline.stages if plan.pipeline else ())
    )
    return Table("Stages", _COLUMNS, rows, name="import")
