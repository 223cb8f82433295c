"""What a deal needs next: the guide of its stage, and what is missing before it can move on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context


def following(pipeline: "Pipeline", stage: "Stage") -> "Stage | None":
    """Return the next stage that is in use after an open one: the next open or won stage, or None."""
    from pipecli.core.pipeline import Kind

    if stage.kind is not Kind.OPEN:
        return None
    later = pipeline.stages[pipeline.index(stage.id) + 1 :]
    return next((s for s in later if s.kind in (Kind.OPEN, Kind.WON) and not s.retired), None)


def next_lines(deal: "Deal", facts: "Context") -> list[str]:
    """Return lines for a person: the guide, then the next stage with everything that is missing for it."""
    from pipecli.edits.gates import missing

    pipeline = facts.workspace.pipelines.get(deal.pipeline)
    stage = pipeline.stage(deal.stage) if pipeline else None
    if pipeline is None or stage is None:
        return []
    lines = [f"  to do: {stage.guide}"] if stage.guide else []
    target = following(pipeline, stage)
    if target is None:
        return lines
    lacking = missing(deal, pipeline, stage, target, facts)
    lines.append(f"  next: pipe move {deal.id} {target.id}" + (", which still lacks:" if lacking else ""))
    return lines + [f"    - {problem.message}" + (f" ({problem.hint})" if problem.hint else "") for problem in lacking]
