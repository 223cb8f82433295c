"""Whose the deals of a pipeline are, what people did with them, and what they have left undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.record import ActivityKind
from pipecli.metrics.planned import NO_QUOTA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from pipecli.core.calendar import Period
    from pipecli.core.table import Withheld
    from pipecli.facts.derived import Context
    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.scope import Scope

Piece = tuple[str | None, str]
"""The person, None where nobody is named, and the deal."""


def activities(entries: Iterable[Entry], period: Period, context: Context) -> Iterator[Piece]:
    """Yield each activity of a period up to now, but for notes: of who did it, or else of the deal's owner."""
    for one in entries:
        for activity in one.deal.activities:
            day = activity.at.astimezone(context.zone).date()
            if activity.kind is not ActivityKind.NOTE and day in period and day <= context.today:
                yield activity.by or one.deal.owner, one.deal.id


def overdue(entries: Iterable[Entry], context: Context) -> Iterator[Piece]:
    """Yield each task and next step that was due before today, of deals that are open and not on hold until later."""
    for one in entries:
        deal = one.deal
        held = deal.hold is not None and deal.hold.until > context.today
        if one.kind not in (Kind.OPEN, Kind.ON_HOLD) or held:
            continue
        if deal.next_step and deal.next_step.due and deal.next_step.due < context.today:
            yield deal.owner, deal.id
        for task in deal.tasks:
            if task.due and task.done is None and task.due < context.today:
                yield task.owner or deal.owner, deal.id


@dataclass(frozen=True, slots=True)
class Roster:
    """One pipeline's deals by owner, what people did and have left undone, and their quotas."""

    found: Population
    period: Period
    every: Mapping[str | None, Sequence[Entry]]
    closed: Mapping[str | None, Sequence[Entry]]
    did: Sequence[Piece]
    undone: Sequence[Piece]
    quotas: Mapping[str, Decimal | Withheld]

    def due_to_win(self) -> set[str]:
        """Return whoever has a quota in the period, or in a part of it."""
        return {name for name, one in self.quotas.items() if one != NO_QUOTA}

    def people(self) -> list[str | None]:
        """Return whoever has a row, by name, and nobody last."""
        busy = {name for name, some in self.every.items() if any(one.kind is Kind.OPEN for one in some)}
        named = {*busy, *self.closed, *self.due_to_win(), *(who for who, _ in (*self.did, *self.undone))}
        return sorted(named, key=lambda name: (name is None, name or ""))


def roster(found: Population, period: Period, given: Mapping[str, Decimal | Withheld], scope: Scope) -> Roster:
    """Return whose the deals of a pipeline are, with what was done in a period and what is overdue."""
    context = scope.context()
    did, undone = activities(found.all, period, context), overdue(found.all, context)
    return Roster(found, period, _owned(found.all), _owned(found.closed), list(did), list(undone), given)


def _owned(entries: Sequence[Entry]) -> Mapping[str | None, Sequence[Entry]]:
    groups: dict[str | None, list[Entry]] = {}
    for one in entries:
        groups.setdefault(one.deal.owner, []).append(one)
    return groups
