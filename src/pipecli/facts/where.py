"""`--where`: the conditions that choose deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.condition import comparisons, faults, holds, parse_condition
from pipecli.core.layout import FileKind
from pipecli.core.problem import PipeError, nearest
from pipecli.facts.registry import lookup, types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipecli.core.condition import Comparison, Condition
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.facts.derived import Context


def conditions(texts: Iterable[str], facts: Context) -> list[Condition]:
    """Return the conditions. Raises `PipeError` for what is none, or names what the workspace does not have."""
    known = types(*facts.workspace.pipelines.values())
    values = _values(facts.workspace)
    result = []
    for text in texts:
        try:
            condition = parse_condition(text)
        except ValueError as error:
            hint = "give --where twice: deals that meet both are shown" if " and " in text else ""
            raise PipeError(f"--where: {error}", hint=hint) from None
        for message, hint in (*faults(condition, known), *_unknown(condition, values)):
            raise PipeError(f"--where '{text}': {message}", hint=hint)
        result.append(condition)
    return result


def meeting(deals: Iterable[Deal], wanted: Sequence[Condition], facts: Context, me: str) -> Iterator[Deal]:
    """Yield the deals that meet every condition, and have the fields that it asks for."""
    for deal in deals:
        kinds = types(facts.workspace.pipelines.get(deal.pipeline))
        usable = not any(True for condition in wanted for _ in faults(condition, kinds))
        if usable and all(holds(c, lookup(deal, facts), kinds, me=me, today=facts.today) for c in wanted):
            yield deal


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
