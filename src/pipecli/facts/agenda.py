"""What is to be done about deals: tasks, next steps, first answers, quiet deals, holds that end, closes that passed.

Of an open deal one state is told beside what has a day: that it is dead, else that nobody has reached out yet, else
that it is rotting, else, where nothing at all is to be done about it, that nothing is planned. A deal that is on hold
until a later day is left alone, and so is a lost one; of a won one the tasks remain. Where a hold has ended and nobody
has taken the deal up, that is told, and no clock: it was silent for so long.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.record import ActivityKind, Direction
from pipecli.facts.held import taken_up
from pipecli.facts.rot import Quiet, Standing, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from pipecli.core.pipeline import Stage
    from pipecli.core.record import Deal, Task
    from pipecli.facts.derived import Context


class What(StrEnum):
    """What is to be done about a deal."""

    TASK = "task"
    STEP = "next step"
    RESPONSE = "first response"
    CLOSE = "expected close"
    HOLD = "hold ends"
    ROTTING = "rotting"
    DEAD = "dead"
    UNPLANNED = "no next step"


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: about which deal, in words, by whom, and the day on which it is or was due, if there is one.

    `task` is the task, and `quiet` the clock of a deal that is rotting or dead.
    """

    what: What
    deal: Deal
    text: str
    day: date | None = None
    person: str | None = None
    task: Task | None = None
    quiet: Quiet | None = None


def agenda(deals: Iterable[Deal], context: Context, until: date) -> Iterator[Todo]:
    """Yield what is to be done about deals up to a day, today or a later one; no order is meant."""
    stages: dict[tuple[str, str], Stage | None] = {}
    for deal in deals:
        word = (deal.pipeline, deal.stage)
        if word not in stages:
            stages[word] = context.workspace.stage_of(deal)
        stage = stages[word]
        if stage is None or stage.kind is Kind.LOST:
            continue
        if stage.kind is Kind.WON:
            yield from _tasks(deal, until)
        else:
            yield from _of_current(deal, stage, context, until)


def planned(deals: Iterable[Deal], context: Context, until: date) -> list[Todo]:
    """Return the tasks, next steps and ends of holds that are due up to a day, the oldest first."""
    dated = (What.TASK, What.STEP, What.HOLD)
    found = [one for one in agenda(deals, context, until) if one.what in dated and one.day is not None]
    return sorted(found, key=lambda one: (one.day, one.deal.id, one.text))


def _of_current(deal: Deal, stage: Stage, context: Context, until: date) -> Iterator[Todo]:
    """Yield what is to be done about a deal that is open or on hold."""
    hold = deal.hold
    waits = hold is not None and not taken_up(deal, context)
    if hold and waits and hold.until <= until:
        yield Todo(What.HOLD, deal, hold.reason, hold.until, deal.owner)
    if hold and hold.until > context.today:
        return
    dated = list(_dated(deal, until))
    yield from dated
    if stage.kind is Kind.OPEN and not waits:
        closes = list(_closes(deal, context, until))
        yield from closes
        yield from _state(deal, stage, context, busy=bool(dated or closes))


def _dated(deal: Deal, until: date) -> Iterator[Todo]:
    step = deal.next_step
    if step and step.due and step.due <= until:
        yield Todo(What.STEP, deal, step.do, step.due, deal.owner)
    yield from _tasks(deal, until)


def _closes(deal: Deal, context: Context, until: date) -> Iterator[Todo]:
    close = deal.expected_close
    if close and (close < context.today or context.today < until >= close):
        text = "it has passed" if close < context.today else "it is to come"
        yield Todo(What.CLOSE, deal, text, close, deal.owner)


def _tasks(deal: Deal, until: date) -> Iterator[Todo]:
    for task in deal.tasks:
        if task.done is None and task.due and task.due <= until:
            yield Todo(What.TASK, deal, task.do, task.due, task.owner or deal.owner, task)


def _state(deal: Deal, stage: Stage, context: Context, *, busy: bool) -> Iterator[Todo]:
    """Yield the one state of an open deal that is to be told; `busy`: something else is to be done about it."""
    quiet = standing(deal, context)
    if quiet and quiet.standing is Standing.DEAD:
        yield _gone_quiet(What.DEAD, deal, quiet)
    elif _waits(deal, stage, context):
        yield Todo(What.RESPONSE, deal, "nobody has reached out yet", deal.created, deal.owner)
    elif quiet and quiet.standing is Standing.ROTTING:
        yield _gone_quiet(What.ROTTING, deal, quiet)
    elif not busy and deal.next_step is None and all(task.done for task in deal.tasks):
        yield Todo(What.UNPLANNED, deal, "nothing is planned", None, deal.owner)


def _waits(deal: Deal, stage: Stage, context: Context) -> bool:
    """Return whether a deal is in the stage in which deals come in, and nobody has reached out yet."""
    if deal.created is None or any(_reaches_out(one.kind, one.direction) for one in deal.activities):
        return False
    pipeline = context.workspace.pipelines[deal.pipeline]
    first = next((one.id for one in pipeline.stages if one.kind is Kind.OPEN and not one.retired), "")
    return stage.id in [found.id for word in pipeline.moves.create_in or [first] if (found := pipeline.stage(word))]


def _reaches_out(kind: ActivityKind, direction: Direction | None) -> bool:
    return direction is Direction.OUT or kind in (ActivityKind.MEETING, ActivityKind.DEMO)


_QUIET = {
    "reply": "not heard for",
    "activity": "nothing done for",
    "stage": "in its stage for",
    "update": "unchanged for",
    "created": "open for",
}
"""By its clock, how it is told that a deal went quiet."""


def _gone_quiet(what: What, deal: Deal, quiet: Quiet) -> Todo:
    days, limit = (length.days if length else 0 for length in (quiet.quiet, quiet.limit))
    text = f"{_QUIET[quiet.clock]} {days} days (limit {limit})"
    day = quiet.since + quiet.limit if quiet.since and quiet.limit else None
    return Todo(what, deal, text, day, deal.owner, quiet=quiet)
