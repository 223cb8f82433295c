"""What an import would bring, as a table: the stages, how often they are entered, how many deals are there now."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipecli.core import emit
from pipecli.core.layout import FileKind
from pipecli.core.table import Column, Table, Type

if TYPE_CHECKING:
    from pipecli.core.emit import Value
    from pipecli.core.table import Cell
    from pipecli.interchange.plan import Plan

_COLUMNS = (
    Column("stage", "Stage"),
    Column("stage_name", "Name"),
    Column("kind", "Kind"),
    Column("entries", "Entries", Type.INTEGER),
    Column("now", "There now", Type.INTEGER),
)


_FILES = (
    Column("files", "Files"),
    Column("new", "New", Type.INTEGER),
    Column("changed", "Changed", Type.INTEGER),
)


def files_table(plan: Plan) -> list[Table]:
    """Return one row a kind of file, where other files than deals and new pipelines are made or changed."""
    kinds = {edit.path: edit.path.partition("/")[0] for edit in plan.edits}
    if all(edit.before is None and kinds[edit.path] == FileKind.PIPELINE for edit in plan.edits):
        return []
    new = Counter(kinds[edit.path] for edit in plan.edits if edit.before is None)
    changed = Counter(kinds[edit.path] for edit in plan.edits if edit.before is not None)
    rows = [(kind, new[kind], changed[kind]) for kind in dict.fromkeys(kinds.values())]
    deals = (FileKind.DEAL.value, len({step.deal for step in plan.steps}), 0)
    return [Table("Files", _FILES, (*rows, deals), name="files")]


_RENEWED = (
    Column("deal", "Deal"),
    Column("key", "Key"),
    Column("here", "Here", wraps=True),
    Column("there", "At the source", wraps=True),
)


def renewal_table(plan: Plan) -> list[Table]:
    """Return one row a key that known deals take over from the source."""
    rows = tuple((one.deal, one.key, said(one.here), said(one.there)) for one in plan.renewal.taken)
    return [Table("Renewed", _RENEWED, rows, name="renewed")] if rows else []


def said(value: Value | None) -> str:
    """Return what stands under a key, as a file says it."""
    return "" if value is None else emit.flow(value)


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
