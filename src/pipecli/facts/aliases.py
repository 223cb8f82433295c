"""Stages go by their former ids, too: a condition that names an alias means the stage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.condition import Group

if TYPE_CHECKING:
    from pipecli.core.condition import Condition
    from pipecli.core.pipeline import Pipeline

_STAGES = ("stage", "old.stage", "new.stage")


def unaliased(condition: Condition, pipeline: Pipeline | None) -> Condition:
    """Return the condition as it is to be judged of a pipeline's deals: with the present ids of the stages it names."""
    if isinstance(condition, Group):
        return replace(condition, parts=tuple(unaliased(part, pipeline) for part in condition.parts))
    if pipeline is None or condition.field not in _STAGES or condition.operator not in ("=", "!=", "in"):
        return condition
    words = condition.operand.split("|") if condition.operator == "in" else [condition.operand]
    stages = [(word, pipeline.stage(word.strip())) for word in words]
    return replace(condition, operand="|".join(stage.id if stage else word for word, stage in stages))
