"""Rules about conditions: that each can be evaluated, and that deals meet those of the stage they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.condition import FactType, depends_on_the_writer, faults, holds
from pipecli.core.layout import FileKind
from pipecli.facts.aliases import unaliased
from pipecli.facts.registry import lookup, types
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipecli.core.condition import Condition
    from pipecli.core.pipeline import Pipeline
    from pipecli.core.problem import Loc, Problem
    from pipecli.facts.derived import Context


def invalid_condition(context: Context) -> Iterator[Problem]:
    """Every condition is over facts that exist, with an operator and an operand that fit them."""
    for owner, kinds, loc, condition in _all_conditions(context):
        for message, hint in faults(condition, kinds):
            yield finding(owner, loc, message, hint)


def _all_conditions(
    context: Context,
) -> Iterator[tuple[Pipeline | str, Mapping[str, FactType], Loc, Condition]]:
    pipelines = list(context.workspace.pipelines.values())
    for pipeline in pipelines:
        for index, stage in enumerate(pipeline.stages):
            for key, conditions in (("entry", stage.entry), ("exit", stage.exit)):
                for at, condition in enumerate(conditions):
                    yield pipeline, types(pipeline), ("stages", index, key, at), condition
    everything = types(*pipelines)
    settings = context.workspace.settings
    for index, policy in enumerate(settings.policies):
        for key, conditions in (("when", policy.when), ("require", policy.require)):
            for at, condition in enumerate(conditions):
                yield FileKind.SETTINGS, everything, ("policies", index, key, at), condition
    for name, view in settings.views.items():
        for at, condition in enumerate(view.where):
            yield FileKind.SETTINGS, everything, ("views", name, "where", at), condition


def entry_criteria(context: Context) -> Iterator[Problem]:
    """A deal meets the entry criteria of the stage that it is in."""
    judged = {
        (pipeline.id, stage.id): (kinds, [(one, unaliased(one, pipeline)) for one in conditions])
        for pipeline in context.workspace.pipelines.values()
        for kinds in (types(pipeline),)
        for stage in pipeline.stages
        if (conditions := _of_the_state(stage.entry, kinds))
    }
    for deal in context.workspace.deals.values():
        stage = context.workspace.stage_of(deal)
        if stage is None or (deal.pipeline, stage.id) not in judged:
            continue
        kinds, criteria = judged[deal.pipeline, stage.id]
        facts = lookup(deal, context)
        for criterion, meant in criteria:
            if not holds(meant, facts, kinds, me="", today=context.today):
                message = f"the deal is in {stage.id!r} and does not meet its entry criterion: {criterion}"
                yield finding(deal, ("stage",), message, "supply what is missing, or move the deal back")


def _of_the_state(conditions: Iterable[Condition], kinds: Mapping[str, FactType]) -> list[Condition]:
    """Return the conditions that the state of a deal alone can answer."""
    return [one for one in conditions if not depends_on_the_writer(one) and not any(True for _ in faults(one, kinds))]
