"""Rules about how deals end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.problem import Problem, did_you_mean
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.facts.derived import Context

_CLOSED = (Kind.WON, Kind.LOST)


def closed_without_date(context: Context) -> Iterator[Problem]:
    """A deal in a won or lost stage says when it closed."""
    for deal in context.workspace.deals.values():
        stage = context.workspace.stage_of(deal)
        if stage and stage.kind in _CLOSED and deal.closed_on is None:
            since = str(deal.stage_since)[:10] if deal.stage_since else "2026-11-03"
            yield finding(
                deal,
                ("stage",),
                f"the deal is {stage.kind} and has no 'closed_on'",
                f"add 'closed_on: {since}'",
            )


def open_with_close_date(context: Context) -> Iterator[Problem]:
    """A deal that says when it closed is in a won or lost stage."""
    for deal in context.workspace.deals.values():
        stage = context.workspace.stage_of(deal)
        if stage and stage.kind not in _CLOSED and deal.closed_on is not None:
            message = f"the deal has 'closed_on' and is in {stage.id!r}, which is {stage.kind}"
            yield finding(deal, ("closed_on",), message, "remove the line, or move the deal to a won or lost stage")


def closed_with_hold(context: Context) -> Iterator[Problem]:
    """A deal that is won or lost waits for nothing."""
    for deal in context.workspace.deals.values():
        if deal.hold is None:
            continue
        stage = context.workspace.stage_of(deal)
        if stage and stage.kind in _CLOSED:
            message = f"the deal is {stage.kind}, and on hold until {deal.hold.until}"
            yield finding(deal, ("hold",), message, "remove the hold, or reopen the deal", at_key=True)


def outcome_without_loss(context: Context) -> Iterator[Problem]:
    """Only a lost deal has an outcome."""
    for deal in context.workspace.deals.values():
        stage = context.workspace.stage_of(deal)
        if stage and stage.kind is not Kind.LOST and deal.outcome is not None:
            message = f"the deal has an 'outcome' of loss and is in {stage.id!r}, which is {stage.kind}"
            yield finding(
                deal,
                ("outcome",),
                message,
                "remove the outcome, or move the deal to a lost stage",
                at_key=True,
            )


def loss_without_reason(context: Context) -> Iterator[Problem]:
    """A lost deal says why, where its stage lists reasons."""
    for deal in context.workspace.deals.values():
        stage = context.workspace.stage_of(deal)
        if stage and stage.kind is Kind.LOST and stage.reasons and not (deal.outcome and deal.outcome.reason):
            hint = f"add 'outcome: {{reason: {stage.reasons[0]}}}'; reasons of {stage.id}: {', '.join(stage.reasons)}"
            yield finding(deal, ("stage",), "the deal is lost and does not say why", hint)


def unknown_reason(context: Context) -> Iterator[Problem]:
    """The reason of a loss is one of those that the stage lists."""
    for deal in context.workspace.deals.values():
        stage = context.workspace.stage_of(deal)
        reason = deal.outcome.reason if deal.outcome else None
        if stage and stage.kind is Kind.LOST and reason and stage.reasons and reason not in stage.reasons:
            message = f"{reason!r} is none of the reasons of {stage.id!r}"
            yield finding(deal, ("outcome", "reason"), message, did_you_mean(reason, stage.reasons))
