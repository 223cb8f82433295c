"""Pipeline coverage as the report kpis has it: see `pipecli.reports.coverage`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.money import added
from pipecli.core.table import Withheld
from pipecli.metrics.coverage import coverage as covered
from pipecli.reports import pricing, quotas
from pipecli.reports.kpi import Figure
from pipecli.reports.openings import counting, due
from pipecli.reports.qualified import NO_QUALIFIED, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from pipecli.reports.closings import Entry
    from pipecli.reports.kpi import Value
    from pipecli.reports.snapshot import Snapshot

CHOSEN = Withheld("quota of all deals")
"""What --where leaves of the deals cannot be held against the quota, which is for all of them."""


def coverage(at: Snapshot) -> Sequence[Figure]:
    """Return open qualified value that is expected to close in the period ÷ (quota - value won in it)."""
    home, stages = pricing.home(at.pipeline, at.scope), counting(at.pipeline)
    open_ones = [one for one in at.closings.all if one.worth.currency == home]
    here = [one for one in open_ones if due(one.deal, at.pipeline.stage(one.deal.stage), stages, at.period)]
    won = [one for one in at.closings.closed if one.won and one.worth.currency == home]
    return (Figure(_value(at, here, won), len(here), f"due in period, {len(here)} open", deals=_ids(here)),)


def _value(at: Snapshot, here: Sequence[Entry], won: Sequence[Entry]) -> Value:
    if not qualified(at.pipeline):
        return NO_QUALIFIED
    if at.scope.where:
        return CHOSEN
    found = covered(_sum(here), quotas.whole(quotas.quotas(at.scope, at.period)), _sum(won))
    return found if isinstance(found, Withheld) else Fraction(found)


def _sum(entries: Iterable[Entry]) -> Decimal:
    return added(one.worth.amount for one in entries if one.worth.amount is not None)


def _ids(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(one.deal.id for one in entries)
