"""Rules about dates: that they can have happened, and in this order."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.facts.derived import stage_since
from pipecli.facts.held import taken_up
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.problem import Problem
    from pipecli.facts.derived import Context

_TOMORROW = timedelta(days=1)
"""East of the workspace's zone it is tomorrow already."""


def out_of_order(context: Context) -> Iterator[Problem]:
    """A deal is created before it enters its stage, closes, or is expected to."""
    for deal in context.workspace.deals.values():
        since = stage_since(deal, context)
        pairs = (
            ("created", deal.created, "stage_since", since),
            ("created", deal.created, "closed_on", deal.closed_on),
            ("created", deal.created, "expected_close", deal.expected_close),
        )
        for first, earlier, second, later in pairs:
            if earlier and later and later < earlier:
                yield finding(
                    deal, (second,), f"{second} {later} is before {first} {earlier}", "correct one of the two"
                )


def in_future(context: Context) -> Iterator[Problem]:
    """What a deal says has happened is not in the future."""
    for deal in context.workspace.deals.values():
        days = (
            ("created", deal.created),
            ("stage_since", stage_since(deal, context)),
            ("closed_on", deal.closed_on),
        )
        for key, day in days:
            if day and day > context.today + _TOMORROW:
                yield finding(deal, (key,), f"{key} {day} is in the future", "write the day on which it happened")
        for item, day in deal.checklist.items():
            if day > context.today + _TOMORROW:
                message = f"{item!r} was ticked on {day}, which is in the future"
                yield finding(deal, ("checklist", item), message, "remove it until it is done")
        for index, task in enumerate(deal.tasks):
            if task.done and task.done > context.today + _TOMORROW:
                message = f"the task {task.id!r} was done on {task.done}, which is in the future"
                yield finding(deal, ("tasks", index, "done"), message, "remove 'done' until it is")
        for index, activity in enumerate(deal.activities):
            if activity.at.date() > context.today + _TOMORROW:
                message = f"an activity of {activity.at.date()} is in the future"
                yield finding(deal, ("activities", index, "at"), message, "plan it as a task or as the next step")


def overdue_close(context: Context) -> Iterator[Problem]:
    """An open deal is expected to close on a day that is still to come."""
    for deal in context.workspace.deals.values():
        stage = context.workspace.stage_of(deal)
        day = deal.expected_close
        if stage and stage.kind is Kind.OPEN and day and day < context.today:
            yield finding(
                deal,
                ("expected_close",),
                f"it was expected to close on {day}",
                "write a new day, or close the deal",
            )


def overdue_hold(context: Context) -> Iterator[Problem]:
    """A deal on hold is taken up again on its day: it leaves the on-hold stage, or something is done with it."""
    for deal in context.workspace.deals.values():
        if deal.hold is None or deal.hold.until >= context.today:
            continue
        stage = context.workspace.stage_of(deal)
        if stage and (stage.kind is Kind.ON_HOLD or (stage.kind is Kind.OPEN and not taken_up(deal, context))):
            message = f"it was to be taken up again on {deal.hold.until}"
            yield finding(deal, ("hold", "until"), message, "write a new day, move the deal on, or close it")
