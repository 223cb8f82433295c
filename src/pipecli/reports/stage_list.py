"""The stages of a pipeline as a table, the pipelines as one, and one stage with its deals.

Population: every deal, as the files have them. No clock.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipecli.core.condition import FactType
from pipecli.core.pipeline import Kind
from pipecli.core.table import Column, Table, Type
from pipecli.reports.columns import worded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.workspace import Workspace

_STAGES = (
    Column("stage", "Stage", whole=True),
    Column("name", "Name"),
    Column("kind", "Kind"),
    Column("deals", "Deals", Type.INTEGER),
    Column("probability", "Probability", Type.SHARE, priority=2),
    Column("target", "Target", Type.DAYS, priority=3),
    Column("retired", "Retired", Type.FLAG, priority=4),
    Column("aliases", "Former ids", priority=5),
)


def pipelines_table(workspace: Workspace) -> Table:
    """Return one row a pipeline: its stages in use, and its deals by kind."""
    counts = Counter((deal.pipeline, _kind(workspace, deal.pipeline, deal.stage)) for deal in workspace.deals.values())
    rows = tuple(
        (
            one.id, one.name, sum(not stage.retired for stage in one.stages),
            *(counts[one.id, kind] for kind in (Kind.OPEN, Kind.ON_HOLD, Kind.WON, Kind.LOST)), one.currency,
        )
        for one in workspace.pipelines.values()
    )  # fmt: skip
    shown = (
        Column("pipeline", "Pipeline", whole=True), Column("name", "Name"), Column("stages", "Stages", Type.INTEGER),
        Column("open", "Open", Type.INTEGER), Column("on_hold", "On hold", Type.INTEGER, 2),
        Column("won", "Won", Type.INTEGER), Column("lost", "Lost", Type.INTEGER),
        Column("currency", "Currency", priority=3),
    )  # fmt: skip
    return Table("Pipelines", shown, rows, empty="no pipeline yet: pipe pipeline new --help", name="pipelines")


def stages_table(workspace: Workspace, pipeline: Pipeline) -> Table:
    """Return one row a stage, in the pipeline's order."""
    counts = Counter(
        stage.id
        for deal in workspace.deals.values()
        if deal.pipeline == pipeline.id and (stage := pipeline.stage(deal.stage))
    )
    rows = tuple(
        (
            stage.id, stage.name, str(stage.kind), counts[stage.id], stage.probability, stage.target,
            stage.retired or None, ", ".join(stage.aliases) or None,
        )
        for stage in pipeline.stages
    )  # fmt: skip
    facts = (("file", pipeline.path), *_moves(pipeline))
    return Table(f"{pipeline.id}: {pipeline.name}", _STAGES, rows, facts, name="stages")


def stage_table(pipeline: Pipeline, stage: Stage) -> Table:
    """Return one row with everything that a stage says of itself."""
    shown = (Column("key", "Key"), Column("value", "Value", wraps=True))
    return Table(
        f"{pipeline.id}/{stage.id}: {stage.name}", shown, tuple(_said(stage)), (("file", pipeline.path),), name="stage"
    )


def _said(stage: Stage) -> Iterator[tuple[str, str]]:
    yield "kind", str(stage.kind)
    given = {
        "probability": worded(stage.probability, FactType.SHARE),
        "forecast": str(stage.forecast or ""),
        "qualified": "yes" if stage.qualified else "",
        "target": worded(stage.target, FactType.SPAN),
        "rot": f"after {worded(stage.rot.after, FactType.SPAN)}, by the clock {stage.rot.clock}" if stage.rot else "",
        "guide": stage.guide or "",
        "playbook": stage.playbook or "",
        "retired": "yes" if stage.retired else "",
        "aliases": ", ".join(stage.aliases),
        "reasons": ", ".join(stage.reasons),
    }
    yield from ((key, text) for key, text in given.items() if text)
    for name, item in stage.checklist.items():
        yield f"checklist.{name}", f"{item.text}{', required' if item.required else ''}"
    yield from (("entry", str(one)) for one in stage.entry)
    yield from (("exit", str(one)) for one in stage.exit)


def _moves(pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    moves = pipeline.moves
    given = {
        "skip": "" if moves.skip else "refused",
        "back": "" if moves.back else "refused",
        "created in": ", ".join(moves.create_in),
        "won from": ", ".join(moves.won_from),
    }
    yield from ((name, text) for name, text in given.items() if text)


def _kind(workspace: Workspace, pipeline: str, stage: str) -> Kind | None:
    one = workspace.pipelines.get(pipeline)
    found = one.stage(stage) if one else None
    return found.kind if found else None
