"""Pipeline coverage as the report kpis has it: the open value of a period against what is left of the team's quota."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.calendar import named
from pipecli.core.money import added
from pipecli.core.table import Withheld
from pipecli.reports import pricing
from pipecli.reports.kpi import Figure
from pipecli.reports.qualified import UNMARKED, qualified

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta
    from decimal import Decimal

    from pipecli.core.calendar import Period
    from pipecli.reports.closings import Entry
    from pipecli.reports.snapshot import Snapshot

NO_QUOTA = Withheld("no quota")
SHARED = Withheld("quota of others, too")
MET = Withheld("quota met")


def coverage(at: Snapshot) -> Sequence[Figure]:
    """Return open qualified value that is expected to close in the period ÷ (quota - value won in it).

    The quota is that of the whole team: it is withheld where only some of the deals are asked for, or other pipelines
    have deals with a value.
    """
    due = _due(at)
    of, deals = f"due in period, {len(due)} open", [one.deal.id for one in due]
    quota = _quota(at)
    if isinstance(quota, Withheld):
        return (Figure(quota, len(due), of, deals=deals),)
    won = [one for one in at.closings.closed if one.won]
    left = Fraction(quota) - Fraction(_value(won, at))
    return (Figure(Fraction(_value(due, at)) / left if left > 0 else MET, len(due), of, deals=deals),)


def _due(at: Snapshot) -> Sequence[Entry]:
    stages = qualified(at.pipeline)
    return [
        one
        for one in at.closings.all
        if (stage := at.pipeline.stage(one.deal.stage))
        and stage.id in stages
        and one.deal.expected_close
        and one.deal.expected_close in at.period
    ]


def _value(entries: Sequence[Entry], at: Snapshot) -> Decimal:
    """Return the sum in the currency of the quota; what cannot be converted to it is in none."""
    home = pricing.home(at.pipeline, at.scope)
    return added(one.worth.amount for one in entries if one.worth.amount is not None and one.worth.currency == home)


def _quota(at: Snapshot) -> Decimal | Withheld:
    workspace, starts = at.scope.workspace, at.scope.workspace.settings.fiscal_year_starts
    if not qualified(at.pipeline):
        return UNMARKED
    found = [quota_in(member.quota, at.period, starts) for member in workspace.team.members.values()]
    known = [one for one in found if one is not None]
    if not any(known):
        return NO_QUOTA
    elsewhere = any(one.value is not None and one.pipeline != at.pipeline.id for one in workspace.deals.values())
    return SHARED if at.scope.where or elsewhere else added(known)


def quota_in(quota: Mapping[str, Decimal], period: Period, starts: int) -> Decimal | None:
    """Return one's quota of a period: that of the period itself, else of the parts that make it up; None without."""
    parts = {name: named(name, starts) for name in quota}
    whole = next((name for name, one in parts.items() if one == period), None)
    if whole is not None:
        return quota[whole]
    within: dict[int, list[str]] = {}
    for name, one in parts.items():
        if one.first in period and one.last in period:
            within.setdefault(_kind(name), []).append(name)
    for names in within.values():
        if sum((_days(parts[name]) for name in names), 0) == _days(period):
            return added(quota[name] for name in names)
    return None


def _kind(name: str) -> int:
    """Return which kind of period a name is of: a year, a quarter, a month or a week."""
    rest = name.partition("-")[2]
    return 0 if not rest else 1 if rest.startswith("Q") else 2 if rest.startswith("W") else 3


def _days(period: Period) -> int:
    length: timedelta = period.last - period.first
    return length.days + 1
