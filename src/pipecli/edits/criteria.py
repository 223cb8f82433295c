"""Conditions and checklists that a change must meet, and what is to be typed to meet them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.condition import Comparison, faults, holds
from pipecli.edits.ways import refusal
from pipecli.facts.aliases import unaliased
from pipecli.facts.registry import lookup, types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipecli.core.condition import Condition
    from pipecli.core.pipeline import Stage
    from pipecli.core.problem import Problem
    from pipecli.edits.step import Step
    from pipecli.facts.derived import Context

_GIVEN = {
    **{name: f"{name}=" for name in ("value", "owner", "company", "source", "expected_close", "probability")},
    "contacts": "contacts+=",
    "tags": "tags+=",
    "next_due": "next_step.due=",
}
"""The facts that 'pipe set' gives a deal, and how the word begins."""


def leaving(step: Step, left: Stage, context: Context) -> Iterator[Problem]:
    """Yield what is missing to go on from a stage: of its exit criteria, judged as in that stage, and to tick."""
    before = replace(step.new, stage=left.id, stage_since=step.old.stage_since if step.old else None)
    purpose = f"to leave {left.id}{step.formerly}"
    yield from unmet(replace(step, new=before), "gate-exit", purpose, left.exit, context)
    for name, item in left.checklist.items():
        if item.required and name not in step.new.checklist:
            message = f"{purpose}: {item.text} ({name}) is not ticked"
            yield refusal(step, "gate-checklist", message, _tick(step.new.id, name))


def unmet(step: Step, code: str, purpose: str, conditions: Iterable[Condition], context: Context) -> Iterator[Problem]:
    """Yield the conditions that do not hold, each with what is to be typed to meet it."""
    kinds, facts = types(step.pipeline), lookup(step.new, context, step.old)
    for condition in conditions:
        wrong = next(iter(faults(condition, kinds)), None)
        if wrong:
            yield refusal(step, code, f"{purpose}: the criterion '{condition}' cannot be judged: {wrong[0]}", wrong[1])
        elif not holds(unaliased(condition, step.pipeline), facts, kinds, me=step.me, today=context.today):
            said = str(condition)
            text = said[1:-1] if said.startswith("(") else said
            yield refusal(step, code, f"{purpose}: {text}", _remedy(step, condition))


def _remedy(step: Step, condition: Condition) -> str:
    """Return what is to be typed to meet a criterion; an empty text where no value of the deal does it."""
    if step.old is None:
        return ""
    if not isinstance(condition, Comparison):
        ways = [_remedy(step, part) for part in condition.parts] if condition.word != "not" else []
        return (", or " if condition.word == "any" else " and ").join(ways) if ways and all(ways) else ""
    return _given(step.new.id, condition)


def _given(deal: str, wanted: Comparison) -> str:
    name = wanted.field.removeprefix("new.")
    if name == "reason":
        return "--reason WHY"
    if (name, wanted.operator) == ("checklist", "contains"):
        return _tick(deal, wanted.operand)
    if name == "next_step" and wanted.operator != "is empty":
        return f"pipe next {deal} …"
    given = f"{name}=" if name.startswith("fields.") else _GIVEN.get(name)
    return f"pipe set {deal} {given}…" if given and wanted.operator != "is empty" else ""


def _tick(deal: str, item: str) -> str:
    return f"when it is done: pipe check {deal} {item}"
