"""What the sources of deals bring and cost: the tables below those of the report sources."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.money import added
from pipecli.core.table import Column, Table, Type, Withheld
from pipecli.metrics.economics import acquisition_cost, lifetime_value, worth_per_cost
from pipecli.reports import pricing
from pipecli.reports.explained import behind, cells, ids
from pipecli.reports.losses import NOT_GIVEN
from pipecli.reports.shares import times
from pipecli.reports.unplaced import SEVERAL, alone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from pipecli.core.table import Cell
    from pipecli.metrics.planned import Spent
    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.explained import Row
    from pipecli.reports.scope import Scope

_PIPELINE = Column("pipeline", "pipeline", machine=True, key=True)
_SOURCE = Column("source", "source", key=True)
_MONEY = (
    _PIPELINE,
    _SOURCE,
    Column("currency", "currency", priority=3, key=True),
    Column("won", "won", Type.INTEGER),
    Column("won_value", "won value", Type.MONEY),
    Column("spend", "spend", Type.MONEY),
    Column("customers", "customers", Type.INTEGER, machine=True),
    Column("cac", "CAC", Type.MONEY),
    Column("ltv_cac", "LTV : CAC", Type.NUMBER, priority=2),
)
_SPEND = (
    _PIPELINE,
    Column("attributed", "spent", key=True),
    Column("channels", "channels", wraps=True, priority=2),
    Column("spend", "spend", Type.MONEY),
    Column("currency", "currency", priority=3),
    Column("customers", "customers", Type.INTEGER),
    Column("cac", "CAC", Type.MONEY),
    Column("ltv_cac", "LTV : CAC", Type.NUMBER, priority=2),
)


@dataclass(frozen=True, slots=True)
class Source:
    """The deals of one source: those created in the period, and those closed in it."""

    name: str | None
    created: Sequence[Entry]
    closed: Sequence[Entry]

    @property
    def won(self) -> list[Entry]:
        """Return the customers."""
        return [one for one in self.closed if one.won]


def cost_tables(found: Population, rows: Sequence[Source], spends: Spent, scope: Scope) -> Iterator[Table]:
    """Yield a table of what each source brought and cost, and where something was spent, one of all of it."""
    idle = _idle(rows, spends) if alone(scope) else []
    every = [*rows, *(Source(name, (), ()) for name in idle)]
    told = [row for one in every for row in _rows(found, one, spends, scope)]
    several = len({row[2] for row in cells(told)}) > 1
    yield Table(
        title=f"What sources bring and cost: {found.pipeline.name}",
        columns=tuple(replace(one, priority=1) if several and one.name == "currency" else one for one in _MONEY),
        rows=cells(told),
        facts=scope.facts("closed in period, won", sum(len(one.won) for one in rows), clock="closed_on"),
        notes=tuple(_notes(idle, spends, scope)),
        empty="nothing was won, and nothing spent",
        name="sources-cost",
        behind=behind(told, scope),
    )
    if alone(scope) and spends.channels:
        yield _spend_table(found, rows, spends, scope)


def _idle(rows: Sequence[Source], spends: Spent) -> list[str]:
    """Return the channels that cost something and are the source of no deal."""
    return sorted(set(spends.channels) - {one.name for one in rows})


def _rows(found: Population, one: Source, spends: Spent, scope: Scope) -> Iterator[Row]:
    """Yield the rows of a source, one a currency; spend is in the workspace's, and so on the first of them."""
    spend, home = spends.channels.get(one.name or ""), pricing.home(found.pipeline, scope)
    if not one.won and spend is None:
        return
    for currency in pricing.lines((*(entry.worth.currency for entry in one.won), home), home):
        line = [entry for entry in one.won if entry.worth.currency == currency]
        value = added(entry.worth.amount for entry in line if entry.worth.amount is not None)
        costs = _costs(spend, one.won, scope) if currency == home else (None, None, None, None)
        customers = dict.fromkeys(("customers", "cac"), ids(one.won)) if currency == home else {}
        own = (found.pipeline.id, one.name or NOT_GIVEN, currency, len(line), value, *costs)
        yield own, {"won": ids(line), "won_value": ids(line), **customers}


def _costs(spend: Decimal | None, won: Sequence[Entry], scope: Scope) -> tuple[Cell, Cell, Cell, Cell]:
    """Return the spend, the customers, what one of them cost, and what one is worth for that."""
    if not alone(scope):
        return SEVERAL, len(won), SEVERAL, SEVERAL
    cost = acquisition_cost(spend, len(won))
    ratio = worth_per_cost(lifetime_value(scope.workspace.settings.unit_economics), cost)
    return spend, len(won), cost, times(ratio)


def _spend_table(found: Population, rows: Sequence[Source], spends: Spent, scope: Scope) -> Table:
    """Return what was spent on sources of deals, on what is none, and together."""
    home, idle = pricing.home(found.pipeline, scope), _idle(rows, spends)
    known = [name for name in spends.channels if name not in idle]
    own = [entry for one in rows if one.name in known for entry in one.won]
    everyone = [entry for one in rows for entry in one.won]
    told: list[Row] = []
    for name, channels, won in (
        ("on sources of deals", known, own),
        ("on others", idle, None),
        ("all", None, everyone),
    ):
        names = list(spends.channels) if channels is None else channels
        spend = added(spends.channels[one] for one in names)
        _, customers, cost, ratio = (None,) * 4 if won is None else _costs(spend, won, scope)
        listed = ", ".join(channels or ()) or None
        behind_it = {} if won is None else dict.fromkeys(("customers", "cac"), ids(won))
        told.append(((found.pipeline.id, name, listed, spend, home, customers, cost, ratio), behind_it))
    return Table(
        title=f"Spend: {found.pipeline.name}",
        columns=_SPEND,
        rows=cells(told),
        facts=scope.facts("closed in period, won", len(everyone), clock="closed_on"),
        name="sources-spend",
        behind=behind(told, scope),
    )


def _notes(idle: Sequence[str], spends: Spent, scope: Scope) -> Iterator[str]:
    if not scope.workspace.spend:
        yield "no spend.yaml: no cost is known"
    elif not alone(scope):
        yield "spend is not divided by pipeline: name one with --pipeline"
    if spends.cut:
        yield f"spend of {', '.join(spends.cut)} left out: in the period in part only"
    if idle:
        yield f"spent on what is the source of no deal: {', '.join(idle)}"
    worth = lifetime_value(scope.workspace.settings.unit_economics)
    if isinstance(worth, Withheld) and scope.workspace.spend:
        yield f"no LTV: {worth} in unit_economics of pipe.yaml"
