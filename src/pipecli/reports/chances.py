"""The quotas of the team: their periods, what was won in them, and how likely they are to be reached."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.calendar import Period, named
from pipecli.core.money import EXACT, added
from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.metrics.sample import floored
from pipecli.metrics.simulation import QUANTILES
from pipecli.reports import due
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from pipecli.reports.drawing import Drawing
    from pipecli.reports.due import Entry
    from pipecli.reports.scope import Scope

TEAM = "team"
"""Whose the quotas of all members together are."""

_COLUMNS = (
    Column("period", "quota", key=True),
    Column("owner", "whose", key=True),
    Column("currency", "currency", priority=4),
    Column("quota", "amount", Type.MONEY),
    Column("won", "won so far", Type.MONEY, priority=3),
    Column("p10", "P10", Type.MONEY, priority=2),
    Column("p50", "P50", Type.MONEY, priority=2),
    Column("p90", "P90", Type.MONEY, priority=2),
    Column("chance", "chance", Type.SHARE),
)


@dataclass(frozen=True, slots=True)
class Quota:
    """What a member, or the team, is to win in a period."""

    name: str
    period: Period
    owner: str
    amount: Decimal

    def counts(self, won: Entry) -> bool:
        """Return whether a won deal counts for it."""
        return won.day is not None and won.day in self.period and self.owner in (TEAM, won.deal.owner)


def quotas(scope: Scope, period: Period | None, *, members: bool) -> Sequence[Quota]:
    """Return the quotas whose period is not over, and is in the one that was asked for; by member, too, if wanted."""
    starts, today = scope.workspace.settings.fiscal_year_starts, scope.now.date()
    found: dict[tuple[str, str], list[Decimal]] = {}
    for owner, member in scope.workspace.team.members.items():
        for name, amount in member.quota.items():
            for whose in (TEAM, owner) if members else (TEAM,):
                found.setdefault((name, whose), []).append(amount)
    every = (Quota(name, named(name, starts), owner, added(some)) for (name, owner), some in found.items())
    due_ones = (one for one in every if one.period.last >= today and (period is None or _inside(one.period, period)))
    return sorted(due_ones, key=lambda one: (one.period.last, one.name, one.owner != TEAM, one.owner))


def _inside(one: Period, other: Period) -> bool:
    return one.first in other and one.last in other


def line(owner: str) -> tuple[str, str]:
    """Return under which name a simulation adds up what counts for the quota of a member, or of the team."""
    return ("quota", owner)


def lines(entry: Entry, wanted: Iterable[Quota], home: str) -> tuple[tuple[str, str], ...]:
    """Return the lines of a simulation in which a deal counts for quotas, which are in the home currency."""
    if entry.worth.currency != home:
        return ()
    owners = {one.owner for one in wanted}
    return tuple(line(owner) for owner in (TEAM, entry.deal.owner) if owner in owners)


def quotas_table(wanted: Sequence[Quota], drawn: Drawing, scope: Scope) -> Table:
    """Return one row a quota: what was won, what is drawn together with that, how many of the runs reach it."""
    home = scope.workspace.settings.currency or ""
    won = [one for one in _won(wanted, scope) if one.worth.amount is not None] if wanted else []
    abroad = sum(one.worth.currency != home for one in won)
    rows = [_row(one, [own for own in won if own.worth.currency == home], drawn, home) for one in wanted]
    return Table(
        title="Chance of reaching the quota",
        columns=_COLUMNS,
        rows=tuple(row for row, _ in rows),
        facts=(*scope.facts("open as of, every pipeline of the report", drawn.n), *drawn.facts),
        notes=tuple(_notes(abroad, home, scope)),
        name="forecast-quota",
        behind=tuple(behind for _, behind in rows) if scope.asked.explain else (),
    )


def _won(wanted: Sequence[Quota], scope: Scope) -> Iterator[Entry]:
    """Yield the deals that were won since the first of the quotas began."""
    whole = Period(min(one.period.first for one in wanted), max(one.period.last for one in wanted))
    deals = due.by_pipeline(scope)
    for pipeline in scope.pipelines():
        yield from due.due(pipeline, deals.get(pipeline.id, ()), whole, scope).won


def _row(
    one: Quota, won: Iterable[Entry], drawn: Drawing, home: str
) -> tuple[tuple[Cell, ...], Mapping[str, Sequence[str]]]:
    own = [entry for entry in won if one.counts(entry)]
    came = added(entry.worth.amount for entry in own if entry.worth.amount is not None)
    found = drawn.sums(line(one.owner), drawn.slices.within(one.period))
    figures = [_plus(found.quantile(share), came) for share in QUANTILES]
    missing = EXACT.subtract(one.amount, came)
    chance = floored(drawn.runs, lambda: Fraction(found.reaching(missing), drawn.runs))
    return (one.name, one.owner, home, one.amount, came, *figures, chance), {"won": tuple(one.deal.id for one in own)}


def _plus(figure: Decimal | Withheld, came: Decimal) -> Cell:
    return figure if isinstance(figure, Withheld) else EXACT.add(figure, came)


def _notes(abroad: int, home: str, scope: Scope) -> Iterator[str]:
    if abroad:
        yield f"{counted(abroad, 'deal')} without a usable rate to {home}: in no quota"
    if scope.pipeline is not None or scope.where:
        yield "the quotas are those of the team, what is won only that of the deals that were asked for"
