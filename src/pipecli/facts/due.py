"""What of a deal is due: its next step, its open tasks, the end of its hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One thing that is due on a day, of which deal, and what it is."""

    day: date
    deal: str
    what: str


def due(deals: Iterable[Deal], context: Context) -> list[Due]:
    """Return what is due today or overdue in the deals that are open or on hold, the oldest first.

    A deal that is on hold until a later day has nothing due.
    """
    return sorted(one for deal in deals for one in _planned(deal, context) if one.day <= context.today)


def _planned(deal: Deal, context: Context) -> Iterator[Due]:
    stage = context.workspace.stage_of(deal)
    if stage is None or stage.kind not in (Kind.OPEN, Kind.ON_HOLD):
        return
    if deal.hold:
        yield Due(deal.hold.until, deal.id, f"the hold ends: {deal.hold.reason}")
        if deal.hold.until > context.today:
            return
    if deal.next_step and deal.next_step.due:
        yield Due(deal.next_step.due, deal.id, deal.next_step.do)
    for task in deal.tasks:
        if task.due and task.done is None:
            yield Due(task.due, deal.id, f"{task.do} ({task.owner})" if task.owner else task.do)
