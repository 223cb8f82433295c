"""The deals that were expected to close in a period, how each was put off, and the table of those that were most."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipecli.core.calendar import Unit, label
from pipecli.core.table import Cell, Column, Table, Type
from pipecli.metrics.slippage import Moved, Push, moved, pushes
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipecli.core.calendar import Period
    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal
    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.scope import Scope

POPULATION, CLOCK = "expected to close in period", "recorded"
MOST = 10
"""How many deals a person is shown."""
_DEALS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("deal", "deal", whole=True, key=True),
    Column("title", "title", priority=7),
    Column("stage", "stage", priority=3),
    Column("owner", "owner", priority=2),
    Column("pushes", "pushes", Type.INTEGER),
    Column("days", "days", Type.DAYS),
    Column("slips", "slips", Type.INTEGER),
    Column("first", "from", Type.DAY, priority=2),
    Column("last", "to", Type.DAY, priority=2),
    Column("by", "by", priority=5),
    Column("value", "value", Type.MONEY, priority=4),
    Column("currency", "currency", priority=6),
)


@dataclass(frozen=True, slots=True)
class Promised:
    """A deal that was expected to close, and how it was put off."""

    entry: Entry
    moved: Moved

    @property
    def deal(self) -> Deal:
        """Return the deal."""
        return self.entry.deal


def promised(found: Population, period: Period | None, scope: Scope) -> Iterator[Promised]:
    """Yield the deals that were expected to close, with the pushes of the period."""
    zone, slipped = scope.now.tzinfo, _slipped(period, scope.workspace.settings.fiscal_year_starts)
    for entry in found.all:
        given = scope.promises.get(entry.deal.id, ())
        dated = [one for one in given if one.expected_close is not None]
        if period:
            over = entry.closed and entry.deal.closed_on is not None and entry.deal.closed_on < period.first
            dated = [] if over else [one for one in dated if one.recorded.astimezone(zone).date() <= period.last]
        if dated:
            own = [push for push in pushes(given, zone) if period is None or push.on in period]
            yield Promised(entry, moved(own, slipped))


def _slipped(period: Period | None, starts: int) -> Callable[[Push], bool]:
    """Return what tells a slip: out of the period, or out of the quarter in which a deal was expected."""
    if period:
        return lambda push: push.before in period and push.after > period.last
    quarter = cache(lambda day: label(day, Unit.QUARTER, starts))  # few days for many pushes
    return lambda push: quarter(push.before) != quarter(push.after)


def put_off(pipeline: Pipeline, known: Sequence[Promised], scope: Scope) -> Table:
    """Return one row a deal that was pushed, the farthest first."""
    worst = sorted((one for one in known if one.moved.pushes), key=lambda one: (-one.moved.length, one.deal.id))
    rows = tuple(_deal_row(one, scope) for one in worst)
    note = f"{MOST} of {counted(len(rows), 'deal')}: --format csv has all of them"
    return Table(
        title=f"Deals that were put off: {pipeline.name}",
        columns=_DEALS,
        rows=rows,
        facts=scope.facts(POPULATION, len(known), clock=CLOCK),
        notes=(note,) if len(rows) > MOST else (),
        empty="no deal was put off",
        name="slippage-deals",
        digest=rows[:MOST] if len(rows) > MOST else None,
        behind=tuple({"days": (one.deal.id,)} for one in worst) if scope.asked.explain else (),
    )


def _deal_row(one: Promised, scope: Scope) -> tuple[Cell, ...]:
    deal, stage = one.deal, scope.workspace.stage_of(one.deal)
    by = ", ".join(dict.fromkeys(push.by for push in one.moved.pushes))
    return (
        deal.pipeline, deal.id, deal.title, stage.id if stage else deal.stage, deal.owner, len(one.moved.pushes),
        one.moved.length, len(one.moved.slips), one.moved.pushes[0].before, one.moved.pushes[-1].after, by, deal.value,
        scope.workspace.currency_of(deal) if deal.value is not None else None,
    )  # fmt: skip
