"""What may be asked of a deal: one dict of facts, for conditions, columns and reports alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.condition import Fact, FactType, Lookup
from pipecli.core.pipeline import FieldKind
from pipecli.core.value import parse_amount, parse_day
from pipecli.facts import derived
from pipecli.facts.pushes import pushes
from pipecli.facts.rot import rot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context


@dataclass(frozen=True, slots=True)
class FactOf:
    """One fact: its type, the function that finds it (None where it is not set), and what it says."""

    type: FactType
    value: Callable[[Deal, Context], Fact]
    says: str


T, N, D, L = FactType.TEXT, FactType.NUMBER, FactType.DAY, FactType.LIST

FACTS: Mapping[str, FactOf] = {
    "id": FactOf(T, lambda d, _: d.id, "the file's name"),
    "title": FactOf(T, lambda d, _: d.title, "the title"),
    "pipeline": FactOf(T, lambda d, _: d.pipeline, "the pipeline's id"),
    "stage": FactOf(T, derived.stage, "the stage's id"),
    "stage_since": FactOf(
        D, derived.stage_since, "the day on which the deal entered its stage, as written in the file"
    ),
    "value": FactOf(N, lambda d, _: d.value, "the amount, in the deal's currency"),
    "currency": FactOf(T, derived.currency, "the deal's currency, else its pipeline's, else the workspace's"),
    "owner": FactOf(T, lambda d, _: d.owner, "the owner's id"),
    "company": FactOf(T, lambda d, _: d.company, "the company's id"),
    "contacts": FactOf(L, lambda d, _: tuple(d.contacts), "the contacts' ids"),
    "source": FactOf(T, lambda d, _: d.source, "where the deal came from"),
    "created": FactOf(D, lambda d, _: d.created, "the day on which the deal came up"),
    "expected_close": FactOf(D, lambda d, _: d.expected_close, "the day on which it is expected to close"),
    "closed_on": FactOf(D, lambda d, _: d.closed_on, "the day on which it was won or lost"),
    "probability": FactOf(FactType.SHARE, derived.probability, "the deal's own probability, else its stage's"),
    "forecast": FactOf(T, derived.forecast, "the deal's own forecast category, else its stage's"),
    "hold": FactOf(D, lambda d, _: d.hold.until if d.hold else None, "the day until which it is on hold"),
    "next_step": FactOf(T, lambda d, _: d.next_step.do if d.next_step else None, "what happens next"),
    "next_due": FactOf(D, lambda d, _: d.next_step.due if d.next_step else None, "when the next step is due"),
    "tags": FactOf(L, lambda d, _: tuple(d.tags), "the tags"),
    "checklist": FactOf(L, lambda d, _: tuple(d.checklist), "the items that were ticked"),
    "reason": FactOf(T, derived.reason, "the reason given with the move, else that of the outcome, else of the hold"),
    "outcome": FactOf(
        T, lambda d, _: str(d.outcome.cls) if d.outcome and d.outcome.cls else None, "the class of the loss"
    ),
    "competitor": FactOf(T, lambda d, _: d.outcome.competitor if d.outcome else None, "to whom it was lost"),
    "kind": FactOf(T, derived.kind, "open, on_hold, won or lost: the kind of the stage"),
    "age": FactOf(FactType.SPAN, derived.age, "today − created"),
    "stage_age": FactOf(FactType.SPAN, derived.stage_age, "today − the entry of the present stage"),
    "weighted": FactOf(N, derived.weighted, "value × probability"),
    "last_activity": FactOf(D, derived.last_activity, "the day of the last activity"),
    "last_reply": FactOf(D, derived.last_reply, "the day on which they were last heard: an activity in, or a meeting"),
    "rot": FactOf(T, rot, "fresh, rotting or dead, by the clock of the stage"),
    "days_to_close": FactOf(FactType.SPAN, derived.days_to_close, "expected_close − today"),
    "pushes": FactOf(
        N, pushes, "how often expected_close was moved to a later day; edits of one day by one person count as one"
    ),
}

FROM_HISTORY = frozenset({"pushes"})
"""The facts that the files alone do not tell."""

MONEY = frozenset({"value", "weighted"})
"""The facts that are amounts of the deal's currency: they are never compared across currencies."""

TYPES: Mapping[str, FactType] = {name: fact.type for name, fact in FACTS.items()}

_OF_FIELD: Mapping[FieldKind, FactType] = {
    FieldKind.TEXT: T,
    FieldKind.CHOICE: T,
    FieldKind.INTEGER: N,
    FieldKind.NUMBER: N,
    FieldKind.DATE: D,
    FieldKind.FLAG: FactType.FLAG,
}


def types(*pipelines: Pipeline | None) -> Mapping[str, FactType]:
    """Return the type of every fact of the pipelines' deals, their own fields (`fields.NAME`) among them."""
    own = {
        f"fields.{name}": _OF_FIELD[kind.type]
        for pipeline in pipelines
        if pipeline is not None
        for name, kind in pipeline.fields.items()
    }
    return {**TYPES, **own} if own else TYPES


def lookup(deal: Deal, context: Context, old: Deal | None = None) -> Lookup:
    """Return the look-up of a deal's facts by name; `old.` facts are those of `old`, `new.` of the deal itself."""

    def find(name: str) -> Fact:
        head, _, rest = name.partition(".")
        if head == "old":
            return _fact(old, rest, context.without_reason()) if old else None
        return _fact(deal, rest if head == "new" else name, context)

    return find


def _fact(deal: Deal, name: str, context: Context) -> Fact:
    if name.startswith("fields."):
        return _own_field(deal, name.removeprefix("fields."), context)
    found = FACTS.get(name)
    return found.value(deal, context) if found else None


def _own_field(deal: Deal, name: str, context: Context) -> Fact:
    text = deal.fields.get(name)
    pipeline = context.workspace.pipelines.get(deal.pipeline)
    declared = pipeline.fields.get(name) if pipeline else None
    if text is None or declared is None:
        return text
    try:
        kind = _OF_FIELD[declared.type]
        if kind is N:
            return parse_amount(text)
        if kind is D:
            return parse_day(text)
    except ValueError:
        return None  # the rule `own-fields` reports it
    return text == "true" if kind is FactType.FLAG else text
