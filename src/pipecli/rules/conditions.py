"""Rules about conditions: that each can be evaluated, and that deals meet those of the stage they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.condition import Comparison, FactType, comparisons, depends_on_the_writer, fact_of, faults, holds
from pipecli.core.contradiction import contradiction
from pipecli.core.layout import FileKind
from pipecli.core.problem import did_you_mean
from pipecli.facts.aliases import unaliased
from pipecli.facts.given import WORDS, at_entry, at_exit, known_words
from pipecli.facts.registry import FROM_HISTORY, lookup, types
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pipecli.core.condition import Condition
    from pipecli.core.pipeline import Pipeline, Stage
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
            for place, condition in _of_stage(stage):
                yield pipeline, types(pipeline), ("stages", index, *place), condition
    everything = types(*pipelines)
    settings = context.workspace.settings
    for index, policy in enumerate(settings.policies):
        for key, conditions in (("when", policy.when), ("require", policy.require)):
            for at, condition in enumerate(conditions):
                yield FileKind.SETTINGS, everything, ("policies", index, key, at), condition
    for name, view in settings.views.items():
        for at, condition in enumerate(view.where):
            yield FileKind.SETTINGS, everything, ("views", name, "where", at), condition


def _of_stage(stage: Stage) -> Iterator[tuple[Loc, Condition]]:
    yield from ((("entry", at), condition) for at, condition in enumerate(stage.entry))
    yield from ((("exit", at), condition) for at, condition in enumerate(stage.exit))
    required = stage.handoff.require if stage.handoff else ()
    yield from ((("handoff", "require", at), condition) for at, condition in enumerate(required))


def impossible_criteria(context: Context) -> Iterator[Problem]:
    """Some deal can meet all entry criteria of a stage, all its exit criteria, and all that a policy is for."""
    for pipeline in context.workspace.pipelines.values():
        kinds, words = types(pipeline), known_words(pipeline)
        for index, stage in enumerate(pipeline.stages):
            entry = () if stage.retired else stage.entry
            ways = (("entry", "can enter", entry, at_entry), ("exit", "can move on from", stage.exit, at_exit))
            for key, cannot, conditions, given in ways:
                at, message, hint = _impossible(conditions, kinds, words, given(stage, pipeline))
                if message:
                    loc = ("stages", index, key, at)
                    yield finding(pipeline, loc, f"no deal {cannot} {stage.id!r}: {message}", hint)
    everywhere = types(*context.workspace.pipelines.values())
    for index, policy in enumerate(context.workspace.settings.policies):
        at, message, hint = _impossible(policy.when, everywhere, WORDS)
        if message:
            loc = ("policies", index, "when", at)
            yield finding(FileKind.SETTINGS, loc, f"the policy {policy.name!r} is for no change: {message}", hint)


def _impossible(
    conditions: Sequence[Condition],
    kinds: Mapping[str, FactType],
    words: Mapping[str, Collection[str]],
    given: Iterable[Condition] = (),
) -> tuple[int, str, str]:
    """Return a place in the list, why nothing meets its conditions together, and a remedy; -1 where something may."""
    if any(True for condition in conditions for _ in faults(condition, kinds)):
        return -1, "", ""  # told by `invalid-condition`
    places = contradiction(conditions, kinds, given=given, words=words)
    if not places:
        return -1, "", ""
    told = " and ".join(f"'{conditions[at]}'" for at in places)
    one = conditions[places[-1]]
    if len(places) > 1:
        return places[-1], f"{told} exclude each other", "correct one of them"
    known = words.get(one.field, ()) if isinstance(one, Comparison) else ()
    operand = one.operand if isinstance(one, Comparison) else ""
    near = did_you_mean(operand, known) if operand and operand not in known else ""
    return places[-1], f"nothing meets {told}", near or "correct it, or remove it"


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
    answered = [one for one in conditions if not depends_on_the_writer(one) and not _asks_the_history(one)]
    return [one for one in answered if not any(True for _ in faults(one, kinds))]


def _asks_the_history(condition: Condition) -> bool:
    return any(fact_of(one.field) in FROM_HISTORY for one in comparisons(condition))
