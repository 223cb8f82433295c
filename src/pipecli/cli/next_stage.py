"""What a deal needs next: the guide of its stage, and what is missing before it can move on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context


def next_lines(deal: "Deal", facts: "Context", me: str = "") -> list[str]:
    """Return lines for a person, who is the member `me`: the guide, then the next stage with all that is missing."""
    from pipecli.core.problem import PipeError
    from pipecli.edits.gates import missing
    from pipecli.edits.ways import following

    pipeline = facts.workspace.pipelines.get(deal.pipeline)
    stage = pipeline.stage(deal.stage) if pipeline else None
    if pipeline is None or stage is None:
        return []
    lines = [f"  to do: {stage.guide}"] if stage.guide else []
    target = following(pipeline, stage)
    if target is None:
        return lines
    try:
        lacking = missing(deal, pipeline, stage, target, facts, me)
    except PipeError as error:
        return [*lines, f"  next: pipe move {deal.id} {target.id}; what it still lacks is not known: {error}"]
    lines.append(f"  next: pipe move {deal.id} {target.id}" + (", which still lacks:" if lacking else ""))
    for problem in lacking:
        lines.append(f"    - {problem.message}")
        lines += [f"        try: {problem.hint}"] if problem.hint else []
    return lines
