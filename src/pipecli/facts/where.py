"""`--where` and saved views: the conditions that choose deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.condition import comparisons, faults, holds, parse_condition
from pipecli.core.layout import FileKind
from pipecli.core.problem import PipeError, nearest
from pipecli.facts.aliases import unaliased
from pipecli.facts.registry import lookup, types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipecli.core.condition import Comparison, Condition, FactType
    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.facts.derived import Context


def conditions(texts: Iterable[str], facts: Context) -> list[Condition]:
    """Return the conditions. Raises `PipeError` for what is none, or names what the workspace does not have."""
    result = []
    for text in texts:
        try:
            result.append(parse_condition(text))
        except ValueError as error:
            hint = "give --where twice: deals that meet both are shown" if " and " in text else ""
            raise PipeError(f"--where: {error}", hint=hint) from None
    refuse_unusable(result, facts, "--where")
    return result


def refuse_unusable(wanted: Iterable[Condition], facts: Context, source: str) -> None:
    """Raise `PipeError` for a condition that names what the workspace does not have; `source` says whose it is."""
    asked = tuple(wanted)
    if not asked:  # the values that there are would be looked for in all deals
        return
    known, values = types(*facts.workspace.pipelines.values()), _values(facts.workspace)
    for condition in asked:
        for message, hint in (*faults(condition, known), *_unknown(condition, values)):
            raise PipeError(f"{source} '{condition}': {message}", hint=hint)


def meeting(deals: Iterable[Deal], wanted: Sequence[Condition], facts: Context, me: str) -> Iterator[Deal]:
    """Yield the deals that meet every condition, and have the fields that it asks for."""
    asked: dict[str, tuple[Sequence[Condition], Mapping[str, FactType]] | None] = {}
    for deal in deals:
        if deal.pipeline not in asked:
            asked[deal.pipeline] = _of(facts.workspace.pipelines.get(deal.pipeline), wanted)
        found = asked[deal.pipeline]
        if found and all(holds(c, lookup(deal, facts), found[1], me=me, today=facts.today) for c in found[0]):
            yield deal


def _of(
    pipeline: Pipeline | None, wanted: Sequence[Condition]
) -> tuple[Sequence[Condition], Mapping[str, FactType]] | None:
    """Return the conditions as one pipeline's deals are asked, and its types; None where they cannot be."""
    kinds = types(pipeline)
    if any(True for condition in wanted for _ in faults(condition, kinds)):
        return None
    return [unaliased(condition, pipeline) for condition in wanted], kinds


def asks_for(fact: str, wanted: Iterable[Condition]) -> bool:
    """Return whether a condition is about a fact."""
    return any(comparison.field == fact for condition in wanted for comparison in comparisons(condition))


def asks_for_me(wanted: Iterable[Condition]) -> bool:
    """Return whether a condition compares with the person at the keyboard."""
    return any("me" in _words(comparison) for condition in wanted for comparison in comparisons(condition))


def _values(workspace: Workspace) -> dict[str, set[str]]:
    """Return what is there to compare with, for the facts that name something of the workspace."""
    stages = [stage for pipeline in workspace.pipelines.values() for stage in pipeline.stages]
    declared = {
        "stage": {name for stage in stages for name in (stage.id, *stage.aliases)},
        "pipeline": set(workspace.known.get(FileKind.PIPELINE, {})),
        "owner": set(workspace.team.members),
        "company": set(workspace.known.get(FileKind.COMPANY, {})),
    }
    used = {name: {getattr(deal, name) for deal in workspace.deals.values()} - {None} for name in declared}
    return {name: ids | used[name] for name, ids in declared.items() if ids}


def _unknown(condition: Condition, values: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    for comparison in comparisons(condition):
        known = values.get(comparison.field)
        for word in _words(comparison) if known and comparison.operator in ("=", "!=", "in") else ():
            if known and word != "me" and not word.startswith(("old.", "new.")) and word not in known:
                near = nearest(word, sorted(known))
                hint = f"did you mean {near!r}?" if near else f"known: {', '.join(sorted(known)[:12])}"
                yield f"there is no {comparison.field} {word!r}", hint


def _words(comparison: Comparison) -> list[str]:
    operand = comparison.operand
    return [word.strip() for word in operand.split("|")] if comparison.operator == "in" else [operand]
