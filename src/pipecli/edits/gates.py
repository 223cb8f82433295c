"""What a change must pass: the workspace's policies; a move also its pipeline's rules and the criteria of both stages.

Exit criteria and required checklist items guard the way forward: they are asked when a deal moves on to a later
open stage or is won, not when it is lost, put on hold or sent back. Every gate judges the deal as it would be
after the move; exit criteria see it in the stage that it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.condition import Comparison, faults, holds
from pipecli.core.pipeline import Kind
from pipecli.core.problem import Problem, did_you_mean
from pipecli.facts.aliases import unaliased
from pipecli.facts.registry import lookup, types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipecli.core.condition import Condition
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context


_FORCE = "--force WHY, if it has to be"
_GIVEN = {
    **{name: f"{name}=" for name in ("value", "owner", "company", "source", "expected_close", "probability")},
    "contacts": "contacts+=",
    "tags": "tags+=",
    "next_step": "next_step.do=",
    "next_due": "next_step.due=",
}
"""The facts that 'pipe set' gives a deal, and how the word begins."""


@dataclass(frozen=True, slots=True)
class Step:
    """One deal before and after a change; `old` is None for a new deal, `left` where its stage was unknown."""

    old: Deal | None
    new: Deal
    pipeline: Pipeline
    left: Stage | None
    entered: Stage
    me: str = ""

    @property
    def within(self) -> bool:
        """Whether the deal stays in its pipeline."""
        return self.old is not None and self.old.pipeline == self.new.pipeline

    @property
    def is_move(self) -> bool:
        """Whether the deal comes into another stage, or is new."""
        return not (self.within and self.left is self.entered)

    @property
    def forward(self) -> bool:
        """Whether an open deal moves on: to a later open stage, or to a won one."""
        if self.left is None or self.left.kind is not Kind.OPEN or not self.within:
            return False
        later = self.pipeline.index(self.entered.id) > self.pipeline.index(self.left.id)
        return self.entered.kind is Kind.WON or (self.entered.kind is Kind.OPEN and later)


def refusals(step: Step, context: Context) -> Iterator[Problem]:
    """Yield every reason why the change is not allowed."""
    if step.is_move:
        yield from _move_rules(step)
        if step.forward and step.left is not None:
            yield from _exit(step, step.left, context)
        yield from _unmet(step, "gate-entry", f"to enter {step.entered.id}", step.entered.entry, context)
        yield from _reason(step, context)
    yield from _policies(step, context)


def missing(deal: Deal, pipeline: Pipeline, stage: Stage, target: Stage, context: Context) -> list[Problem]:
    """Return what a deal still lacks to move on from `stage` to `target`."""
    there = replace(deal, stage=target.id)
    step = Step(deal, there, pipeline, stage, target)
    found = [*_move_rules(step), *_exit(step, stage, context)]
    return found + list(_unmet(step, "gate-entry", f"to enter {target.id}", target.entry, context))


def _move_rules(step: Step) -> Iterator[Problem]:
    moves, pipeline, entered = step.pipeline.moves, step.pipeline, step.entered
    if entered.retired:
        used = ", ".join(stage.id for stage in pipeline.stages if not stage.retired)
        yield _refused(step, "gate-retired", f"the stage {entered.id} is retired", f"stages in use: {used}")
    if step.old is None:
        if not _named(entered, moves.create_in, pipeline):
            hint = f"create it with --stage {moves.create_in[0]}"
            yield _refused(
                step, "gate-create", f"{pipeline.id} creates deals in {', '.join(moves.create_in)} only", hint
            )
        return
    if step.left is None or not step.within:
        return
    if not moves.back and _is_back(step):
        yield _refused(step, "gate-back", f"{pipeline.id} allows no move back, to {entered.id}", _FORCE)
    between = _skipped(step)
    if not moves.skip and between:
        hint = f"pipe move {step.new.id} {between[0].id}"
        yield _refused(step, "gate-skip", f"the move skips {', '.join(s.id for s in between)}", hint)
    if entered.kind is Kind.WON and step.left.kind is not Kind.WON and not _named(step.left, moves.won_from, pipeline):
        hint = f"pipe move {step.new.id} {moves.won_from[-1]}"
        yield _refused(step, "gate-won-from", f"a deal is won from {' or '.join(moves.won_from)} only", hint)


def _named(stage: Stage, words: list[str], pipeline: Pipeline) -> bool:
    """Return whether a move rule names the stage, by its id or an alias; an empty rule names every stage."""
    return not words or stage in [pipeline.stage(word) for word in words]


def _is_back(step: Step) -> bool:
    """Return whether an open deal goes to an earlier open stage; reopening and resuming are no move back."""
    if step.left is None or step.left.kind is not Kind.OPEN or step.entered.kind is not Kind.OPEN:
        return False
    return step.pipeline.index(step.entered.id) < step.pipeline.index(step.left.id)


def _skipped(step: Step) -> list[Stage]:
    """Return the open stages that a move forward jumps over."""
    if not step.forward or step.left is None:
        return []
    start = step.pipeline.index(step.left.id)
    end = step.pipeline.index(step.entered.id)
    between = step.pipeline.stages[start + 1 : end]
    return [stage for stage in between if stage.kind is Kind.OPEN and not stage.retired]


def _exit(step: Step, left: Stage, context: Context) -> Iterator[Problem]:
    before = replace(step.new, stage=left.id, stage_since=step.old.stage_since if step.old else None)
    yield from _unmet(replace(step, new=before), "gate-exit", f"to leave {left.id}", left.exit, context)
    for name, item in left.checklist.items():
        if item.required and name not in step.new.checklist:
            message = f"to leave {left.id}: {item.text} ({name}) is not ticked"
            yield _refused(step, "gate-checklist", message, _tick(step.new.id, name))


def _unmet(step: Step, code: str, purpose: str, conditions: Iterable[Condition], context: Context) -> Iterator[Problem]:
    kinds, facts = types(step.pipeline), lookup(step.new, context, step.old)
    for condition in conditions:
        wrong = next(iter(faults(condition, kinds)), None)
        if wrong:
            yield _refused(step, code, f"{purpose}: the criterion '{condition}' cannot be judged: {wrong[0]}", wrong[1])
        elif not holds(unaliased(condition, step.pipeline), facts, kinds, me=step.me, today=context.today):
            said = str(condition)
            text = said[1:-1] if said.startswith("(") else said
            yield _refused(step, code, f"{purpose}: {text}", _remedy(step, condition))


def _remedy(step: Step, condition: Condition) -> str:
    """Return what is to be typed to meet a criterion; an empty text where no value of the deal does it."""
    if step.old is None or not isinstance(condition, Comparison):
        return ""
    name = condition.field.removeprefix("new.")
    if name == "reason":
        return "--reason WHY"
    if (name, condition.operator) == ("checklist", "contains"):
        return _tick(step.new.id, condition.operand)
    given = f"{name}=" if name.startswith("fields.") else _GIVEN.get(name)
    return f"pipe set {step.new.id} {given}…" if given and condition.operator != "is empty" else ""


def _tick(deal: str, item: str) -> str:
    return f"when it is done: pipe set {deal} checklist.{item}=today"


def _reason(step: Step, context: Context) -> Iterator[Problem]:
    reasons = step.entered.reasons
    if step.entered.kind is not Kind.LOST or not reasons or (step.left and step.left.kind is Kind.LOST):
        return
    if not context.reason:
        hint = f'--reason "{reasons[0]}"; one of: {", ".join(reasons)}'
        yield _refused(step, "gate-reason", f"to enter {step.entered.id}: a reason is needed", hint)
    elif context.reason not in reasons:
        message = f"{context.reason!r} is none of the reasons of {step.entered.id}"
        yield _refused(step, "gate-reason", message, did_you_mean(context.reason, reasons))


def _policies(step: Step, context: Context) -> Iterator[Problem]:
    if step.old is None:
        return
    kinds, facts = types(step.pipeline), lookup(step.new, context, step.old)
    anywhere = types(*context.workspace.pipelines.values())
    for policy in context.workspace.settings.policies:
        parts = (*policy.when, *policy.require)
        wrong = next((fault for part in parts for fault in faults(part, anywhere)), None)
        if wrong:
            message = f"the policy {policy.name!r} cannot be judged: {wrong[0]}"
            yield _refused(step, "gate-policy", message, "pipe validate shows it")
        if any(True for part in parts for _ in faults(part, kinds)):
            continue  # it is about fields that other pipelines declare
        when = [unaliased(part, step.pipeline) for part in policy.when]
        if all(holds(part, facts, kinds, me=step.me, today=context.today) for part in when):
            yield from _unmet(step, "gate-policy", f"the policy {policy.name!r}", policy.require, context)


def _refused(step: Step, code: str, message: str, hint: str) -> Problem:
    return Problem(code=code, path=step.new.path, message=message, hint=hint)
