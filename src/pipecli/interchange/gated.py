"""The gates, for deals that are here already and that an import changes: no other system gets around them. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.edits.plan import Draft, against
from pipecli.edits.step import Step

if TYPE_CHECKING:
    from pipecli.core.edit import Edit
    from pipecli.core.problem import Problem
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context
    from pipecli.interchange.plan import Asked


def reasons_against(context: Context, asked: Asked, old: Deal, edit: Edit, new: Deal) -> tuple[Problem, ...]:
    """Return why a known deal must not become what a source says: gates, unless they are forced, and errors."""
    workspace = context.workspace
    pipeline, entered = workspace.pipelines.get(new.pipeline), workspace.stage_of(new)
    step = Step(old, new, pipeline, workspace.stage_of(old), entered, asked.me) if pipeline and entered else None
    told = replace(context, reason=asked.reason or (new.outcome.reason if new.outcome else None))
    found = against(told, [Draft(edit, new, step)], force=bool(asked.force))
    return tuple(_forcible(problem) for problem in found)


def _forcible(problem: Problem) -> Problem:
    if not problem.code.startswith("gate-"):
        return problem
    return replace(problem, hint="; or ".join(text for text in (problem.hint, "--force WHY") if text))
