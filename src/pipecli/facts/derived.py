"""The facts of a deal that are not written in its file: each a function of the deal and its context."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.money import product
from pipecli.core.pipeline import Kind
from pipecli.facts.touch import is_touch, two_way

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from pipecli.core.promise import Promise
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.history.event import State


@dataclass(frozen=True, slots=True)
class Context:
    """What the facts of a deal depend on besides its file.

    `entered` and `updated` are the days, by deal, of the present visit's entry and of the last commit, where
    the history was read; `reason` is what was given with the move that is being checked. `stays` are the states in
    which a deal has been, first to last, `promises` the days on which it was expected to close; both by deal, as they
    were committed. `author` tells the name of who commits.
    """

    workspace: Workspace
    today: date
    zone: ZoneInfo
    entered: Mapping[str, date] = field(default_factory=dict)
    updated: Mapping[str, date] = field(default_factory=dict)
    reason: str | None = None
    stays: Mapping[str, Sequence[State | None]] = field(default_factory=dict)
    promises: Mapping[str, Sequence[Promise]] = field(default_factory=dict)
    author: Callable[[], str] = str

    def without_reason(self) -> Context:
        """Return the context as it was before the move."""
        return replace(self, reason=None)


def stage(deal: Deal, context: Context) -> str:
    """Return the id that the deal's stage has now, whatever alias the file says; the file's word for an unknown one."""
    found = context.workspace.stage_of(deal)
    return found.id if found else deal.stage


def kind(deal: Deal, context: Context) -> str | None:
    """Return the kind of the deal's stage."""
    stage = context.workspace.stage_of(deal)
    return str(stage.kind) if stage else None


def currency(deal: Deal, context: Context) -> str | None:
    """Return the currency in which the deal's value is given."""
    return context.workspace.currency_of(deal)


def probability(deal: Deal, context: Context) -> Decimal | None:
    """Return the deal's own probability, else its stage's; 1 for won and 0 for lost."""
    stage = context.workspace.stage_of(deal)
    if stage and stage.kind in (Kind.WON, Kind.LOST):
        return Decimal(stage.kind is Kind.WON)
    return deal.probability if deal.probability is not None else stage.probability if stage else None


def forecast(deal: Deal, context: Context) -> str | None:
    """Return the deal's own forecast category, else its stage's."""
    stage = context.workspace.stage_of(deal)
    own = deal.forecast or (stage.forecast if stage else None)
    return str(own) if own else None


def weighted(deal: Deal, context: Context) -> Decimal | None:
    """Return value × probability, in the deal's currency."""
    share = probability(deal, context)
    return None if deal.value is None or share is None else product(deal.value, share)


def reason(deal: Deal, context: Context) -> str | None:
    """Return the reason of the move, else of the outcome, else of the hold."""
    return (
        context.reason or (deal.outcome.reason if deal.outcome else None) or (deal.hold.reason if deal.hold else None)
    )


def stage_since(deal: Deal, context: Context) -> date | None:
    """Return the day that `stage_since` names, in the workspace's zone."""
    since = deal.stage_since
    return since.astimezone(context.zone).date() if isinstance(since, datetime) else since


def stage_age(deal: Deal, context: Context) -> timedelta | None:
    """Return today − entry of the present stage: from the history where it was read, else from `stage_since`."""
    return _since(context.entered.get(deal.id) or stage_since(deal, context), context)


def age(deal: Deal, context: Context) -> timedelta | None:
    """Return today − created."""
    return _since(deal.created, context)


def days_to_close(deal: Deal, context: Context) -> timedelta | None:
    """Return expected_close − today; negative when it is overdue."""
    return deal.expected_close - context.today if deal.expected_close else None


def last_activity(deal: Deal, context: Context) -> date | None:
    """Return the day of the last activity that is not a mere note."""
    days = [a.at.astimezone(context.zone).date() for a in deal.activities if is_touch(a)]
    return max(days, default=None)


def last_reply(deal: Deal, context: Context) -> date | None:
    """Return the day of the last two-way touch: an activity in, a meeting, or a call that reached them."""
    days = [a.at.astimezone(context.zone).date() for a in deal.activities if two_way(a)]
    return max(days, default=None)


def _since(day: date | None, context: Context) -> timedelta | None:
    return context.today - day if day else None
