"""The table of deals, and the table of one deal's facts.

Population: the deals that are given, as the files have them. No clock but today.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.condition import FactType
from pipecli.core.money import rounded
from pipecli.core.table import Column, Table, Type
from pipecli.facts.registry import lookup, types

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.condition import Fact
    from pipecli.core.record import Deal
    from pipecli.core.table import Cell
    from pipecli.facts.derived import Context

_COLUMNS = (
    Column("id", "Deal"),
    Column("title", "Title", priority=1),
    Column("pipeline", "Pipeline", priority=6),
    Column("stage", "Stage"),
    Column("stage_age", "In stage", Type.DAYS, priority=1),
    Column("value", "Value", Type.MONEY),
    Column("currency", "", priority=1),
    Column("owner", "Owner", priority=4),
    Column("expected_close", "Close", Type.DAY, priority=5),
)


def deals_table(deals: Iterable[Deal], context: Context, *, limit: int | None = None, closed: int = 0) -> Table:
    """Return one row a deal, by pipeline, stage and falling value; with `limit`, the first rows and a note.

    `closed` counts the deals that would be here, too, were closed ones asked for.
    """
    chosen = sorted(deals, key=lambda deal: _order(deal, context))
    shown = chosen if limit is None else chosen[:limit]
    rows = tuple(tuple(_cell(lookup(deal, context)(column.name)) for column in _COLUMNS) for deal in shown)
    notes = []
    if len(shown) < len(chosen):
        notes.append(
            f"{len(shown)} of {len(chosen):,} deals; narrow them with --where, or see all with '| less' or --format csv"
        )
    empty = "no deal meets this" if context.workspace.deals else 'no deal yet: pipe new "Title"'
    if closed:
        others = "one that is closed does" if closed == 1 else f"{closed:,} that are closed do"
        empty = f"no deal that is open or on hold meets this; {others} (--all)"
    return Table("Deals", _COLUMNS, rows, (("n", str(len(chosen))),), tuple(notes), empty, name="deals")


def _cell(value: Fact) -> Cell:
    return ", ".join(value) if isinstance(value, tuple) else value


def _order(deal: Deal, context: Context) -> tuple[str, int, object, str]:
    pipeline = context.workspace.pipelines.get(deal.pipeline)
    place = pipeline.index(deal.stage) if pipeline else -1
    return deal.pipeline, place, -(deal.value or 0), deal.id


def facts_table(deal: Deal, context: Context) -> Table:
    """Return one row with every fact of the deal that is set, own fields among them."""
    find, kinds = lookup(deal, context), types(context.workspace.pipelines.get(deal.pipeline))
    facts = {name: find(name) for name in kinds}
    money = context.workspace.currency_of(deal) or ""
    rows = tuple((n, _worded(value, kinds[n], money)) for n, value in facts.items() if value not in (None, (), ""))
    columns = (Column("fact", "Fact"), Column("value", "Value"))
    return Table(f"{deal.id}: {deal.title}", columns, rows, (("file", deal.path),), name="deal")


def _worded(value: Fact, kind: FactType, currency: str) -> str:
    if isinstance(value, timedelta):
        return f"{value.days} days"
    if isinstance(value, Decimal) and kind is FactType.SHARE:
        return f"{(value * 100).normalize():f}%"
    if isinstance(value, Decimal) and value != rounded(value, currency):
        return str(rounded(value, currency))
    return str(_cell(value))
