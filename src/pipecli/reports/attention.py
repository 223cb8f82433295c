"""Why a deal has to be looked at now, in words, and how often its close was pushed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.facts.rot import Standing, standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pipecli.core.promise import Promise
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context
    from pipecli.reports.changed import Change

OPEN = (Kind.OPEN, Kind.ON_HOLD)


@dataclass(frozen=True, slots=True)
class Attention:
    """What the reasons are told from: facts, the deals past the p90 of their stage, by how many days they slipped."""

    context: Context
    slow: Collection[str]
    pushed: Mapping[str, int]

    def reasons(self, deal: Deal) -> Sequence[str]:
        """Return why an open deal has to be looked at, the most urgent first."""
        return list(self._reasons(deal))

    def _reasons(self, deal: Deal) -> Iterator[str]:
        today = self.context.today
        quiet = standing(deal, self.context)
        if quiet and quiet.quiet is not None and quiet.standing in (Standing.DEAD, Standing.ROTTING):
            yield f"{quiet.standing} for {quiet.quiet.days}d"
        if deal.id in self.slow:
            yield "past the p90"
        if deal.expected_close and deal.expected_close < today:
            yield f"close overdue {(today - deal.expected_close).days}d"
        if days := self.pushed.get(deal.id):
            yield f"pushed {days}d"
        if deal.hold and deal.hold.until < today:
            yield f"hold over since {deal.hold.until}"
        if deal.next_step is None and not (deal.hold and deal.hold.until >= today):
            yield "no next step"
        elif deal.next_step and deal.next_step.due and deal.next_step.due < today:
            yield f"next step overdue {(today - deal.next_step.due).days}d"


def pushed(changes: Iterable[Change]) -> Mapping[str, int]:
    """Return by how many days the expected close of each deal was pushed, all in all, among changes."""
    found: dict[str, int] = {}
    for one in changes:
        if one.kind == "pushed" and one.before and one.after:
            found[one.deal] = (_day(one.after) - _day(one.before)).days
    return found


def _day(cell: object) -> date:
    assert isinstance(cell, date)  # noqa: S101 -- a push is from a day to a day
    return cell


def pushes(promises: Sequence[Promise]) -> int:
    """Return how often the expected close was moved later; several edits of one person on one day are one."""
    days: dict[tuple[date, str], list[date]] = {}
    for before, after in pairwise(promises):
        if before.expected_close and after.expected_close:
            key = (after.recorded.date(), after.by)
            days.setdefault(key, [before.expected_close]).append(after.expected_close)
    return sum(moved[-1] > moved[0] for moved in days.values())
