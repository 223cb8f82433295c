"""The table of deals, and the table of one deal's facts.

Population: the deals that are given, as the files have them. No clock but today.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.money import rounded
from pipecli.core.table import Column, Table
from pipecli.facts.registry import lookup, types
from pipecli.facts.sort import BY_STAGE, Key, not_compared, ordered
from pipecli.reports.columns import USUAL, columns, row, worded
from pipecli.reports.lanes import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context
    from pipecli.reports.lanes import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How deals are listed: the facts in the columns, the order, the fact that makes groups, how many at most."""

    columns: tuple[str, ...] = tuple(USUAL)
    sort: tuple[Key, ...] = BY_STAGE
    group: str = ""
    limit: int | None = None


USUALLY = Listing()


def deals_table(deals: Iterable[Deal], context: Context, listing: Listing = USUALLY, *, closed: int = 0) -> Table:
    """Return one row a deal, in order, those of a group together; with a limit the first rows, and a note.

    `closed` counts the deals that would be here, too, were closed ones asked for.
    """
    by = (Key(listing.group), *listing.sort) if listing.group else listing.sort
    names = listing.columns
    chosen = ordered(deals, by, context)
    shown = columns(names if listing.group in ("", *names) else (listing.group, *names), context)
    rows = tuple(row(deal, shown, context) for deal in chosen[: listing.limit])
    notes = (*_cut(len(rows), len(chosen)), *_mixed(chosen, listing.sort, context))
    empty = "no deal meets this" if context.workspace.deals else 'no deal yet: pipe new "Title"'
    if closed:
        others = "one that is closed does" if closed == 1 else f"{closed:,} that are closed do"
        empty = f"no deal that is open or on hold meets this; {others} (--all)"
    return Table("Deals", shown, rows, (("n", str(len(chosen))),), notes, empty, name="deals")


def sections(groups: Sequence[Group], context: Context, listing: Listing) -> tuple[Table, ...]:
    """Return a table for each group of deals, with how many are in it, what they are worth, and how long they wait.

    A limit counts the rows of all groups; those that it leaves no room for are missing, which the last note tells.
    """
    named = listing.columns if listing.columns != (listing.group,) else ("id",)
    shown = tuple(column for column in columns(named, context) if column.name != listing.group)
    left, tables = listing.limit, list[Table]()
    for group in groups:
        rows = tuple(row(deal, shown, context) for deal in group.deals[:left])
        if rows:
            tables.append(Table(group.title, shown, rows, told(group.deals, context), name="deals"))
        left = None if left is None else left - len(rows)
    chosen = [deal for group in groups for deal in group.deals]
    notes = (*_cut(sum(len(table.rows) for table in tables), len(chosen)), *_mixed(chosen, listing.sort, context))
    return (*tables[:-1], replace(tables[-1], notes=notes)) if tables else ()


def _cut(shown: int, chosen: int) -> tuple[str, ...]:
    rest = f"{shown:,} of {chosen:,} deals; narrow them with --where, or see all with --limit 0"
    return (rest,) if shown < chosen else ()


def _mixed(deals: Sequence[Deal], by: Sequence[Key], context: Context) -> tuple[str, ...]:
    """Return what is to be told of an order by amounts of several currencies, where that was asked for."""
    found = not_compared(deals, by, context) if by != BY_STAGE else []
    return (f"{', '.join(found)}: amounts are in order within each currency, and not compared across",) if found else ()


def facts_table(deal: Deal, context: Context) -> Table:
    """Return one row with every fact of the deal that is set, own fields among them."""
    find, kinds = lookup(deal, context), types(context.workspace.pipelines.get(deal.pipeline))
    facts = {name: find(name) for name in kinds}
    money = context.workspace.currency_of(deal) or ""
    facts["weighted"] = rounded(facts["weighted"], money) if isinstance(facts["weighted"], Decimal) else None
    rows = tuple((n, worded(value, kinds[n])) for n, value in facts.items() if value not in (None, (), ""))
    shown = (Column("fact", "Fact"), Column("value", "Value"))
    return Table(f"{deal.id}: {deal.title}", shown, rows, (("file", deal.path),), name="deal")
