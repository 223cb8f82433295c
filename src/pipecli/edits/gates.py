"""What a change must pass: the workspace's policies; a move also its pipeline's rules and the criteria of both stages.

Exit criteria and required checklist items guard the way forward: they are asked when a deal moves on to a later
open stage or is won, not when it is lost, put on hold or sent back; and they are asked of a deal that goes on after
such a step aside. Every gate judges the deal as it would be after the move; exit criteria see it in the stage that it
leaves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.condition import faults, holds
from pipecli.core.pipeline import Kind
from pipecli.core.problem import did_you_mean
from pipecli.edits.criteria import leaving, unmet
from pipecli.edits.handoff import approval, handing_over, next_owner
from pipecli.edits.step import Step, with_origin
from pipecli.edits.ways import closed_ways, refusal
from pipecli.facts.aliases import unaliased
from pipecli.facts.registry import lookup, types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.problem import Problem
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context


def refusals(step: Step, context: Context) -> Iterator[Problem]:
    """Yield every reason why the change is not allowed."""
    if step.is_move:
        yield from _of_the_move(with_origin(step, context), context)
        yield from _reason(step, context)
    yield from _policies(step, context)


def missing(
    deal: Deal, pipeline: Pipeline, stage: Stage, target: Stage, context: Context, me: str = ""
) -> list[Problem]:
    """Return what a deal still lacks to move on from `stage` to `target`."""
    owner = next_owner(deal.owner, stage, target, context.workspace.team)
    there = replace(deal, stage=target.id, owner=owner)
    step = Step(deal, there, pipeline, stage, target, me)
    return [*_of_the_move(with_origin(step, context), context), *_policies(step, context)]


def _of_the_move(step: Step, context: Context) -> Iterator[Problem]:
    yield from closed_ways(step)
    if step.forward and step.origin is not None:
        yield from leaving(step, step.origin, context)
    yield from unmet(step, "gate-entry", f"to enter {step.entered.id}", step.entered.entry, context)
    yield from handing_over(step, context)
    yield from approval(step, context)


def _reason(step: Step, context: Context) -> Iterator[Problem]:
    reasons = step.entered.reasons
    if step.entered.kind is not Kind.LOST or not reasons or (step.left and step.left.kind is Kind.LOST):
        return
    if not context.reason:
        hint = f'--reason "{reasons[0]}"; one of: {", ".join(reasons)}'
        yield refusal(step, "gate-reason", f"to enter {step.entered.id}: a reason is needed", hint)
    elif context.reason not in reasons:
        message = f"{context.reason!r} is none of the reasons of {step.entered.id}"
        yield refusal(step, "gate-reason", message, did_you_mean(context.reason, reasons))


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
            yield refusal(step, "gate-policy", message, "pipe validate shows it")
        if any(True for part in parts for _ in faults(part, kinds)):
            continue  # it is about fields that other pipelines declare
        when = [unaliased(part, step.pipeline) for part in policy.when]
        if all(holds(part, facts, kinds, me=step.me, today=context.today) for part in when):
            yield from unmet(step, "gate-policy", f"the policy {policy.name!r}", policy.require, context)
