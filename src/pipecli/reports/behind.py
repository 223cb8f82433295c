"""`--explain`: the deals behind each figure of a table: for machines a row a deal, for people a row a figure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.table import Column, Figure, Table, Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipecli.core.table import Cell

MOST = 6
"""So many deals are named to a person."""
_NUMERIC = frozenset({Type.INTEGER, Type.NUMBER, Type.MONEY, Type.SHARE, Type.DAYS, Type.BUSINESS_DAYS})
_COLUMNS = (
    Column("figure", "figure"),
    Column("value", "value", Type.FIGURE),
    Column("n", "n", Type.INTEGER),
    Column("deal", "deal", machine=True),
    Column("deals", "deals", person=True, wraps=True),
)
_Line = tuple[tuple["Cell", ...], Column, Figure, "Sequence[str]"]
"""The cells that name a row, and of one of its figures the column, the figure and the deals behind it."""


def explained(table: Table) -> Table:
    """Return what is behind the figures of a table; the table itself, and why, where nothing is.

    A deal that is behind a figure more than once, with several visits, is named as often.
    """
    if not table.rows:
        return table
    if not table.behind:
        names = {column.name for column in table.columns}
        why = "each row is of one deal" if "deal" in names else "its figures are of no certain deals"
        return replace(table, notes=(*table.notes, f"nothing to explain here: {why}"))
    lines = list(_lines(table))
    return replace(
        table,
        title=f"Deals behind: {table.title}",
        name=f"{table.name}-deals",
        columns=(*(replace(column, priority=1) for column in table.columns if column.key), *_COLUMNS),
        rows=tuple(row for line in lines for row in _by_deal(line)),
        digest=tuple(_for_people(lines)),
        notes=(*table.notes, *_without(table)),
        empty="no figure has a deal behind it",
        behind=(),
    )


def _lines(table: Table) -> Iterator[_Line]:
    currency = next((place for place, column in enumerate(table.columns) if column.name == "currency"), None)
    for row, behind in zip(table.rows, table.behind, strict=True):
        key = tuple(cell for column, cell in zip(table.columns, row, strict=True) if column.key)
        of = "" if currency is None else str(row[currency] or "")
        for column, cell in zip(table.columns, row, strict=True):
            deals = behind.get(column.name)
            if deals and cell is not None and not isinstance(cell, Figure):
                yield key, column, Figure(cell, column.type, of), deals


def _by_deal(line: _Line) -> Iterator[tuple[Cell, ...]]:
    key, column, figure, deals = line
    for deal in deals:
        yield (*key, column.name, figure, len(deals), deal, None)


def _for_people(lines: Iterable[_Line]) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of the figures that people are shown; a row's figures of the same deals name them once."""
    told: dict[tuple[tuple[Cell, ...], frozenset[str], int], str] = {}
    for key, column, figure, deals in lines:
        if not column.machine:
            first = told.setdefault((key, frozenset(deals), len(deals)), column.heading)
            named = _named(Counter(deals)) if first == column.heading else f"as behind {first}"
            yield (*key, column.heading, figure, len(deals), None, named)


def _named(deals: Mapping[str, int]) -> str:
    names = [name if times == 1 else f"{name} ({times} times)" for name, times in sorted(deals.items())]
    more = f", … and {len(names) - MOST:,} more: --format csv" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def _without(table: Table) -> Iterator[str]:
    """Yield the note on the figures that no row has deals behind, though it has a value."""
    filled = {
        column.heading: None
        for row in table.rows
        for column, cell in zip(table.columns, row, strict=True)
        if cell and column.type in _NUMERIC and not column.key and not column.machine
    }
    explained_ones = {column.heading for column in table.columns if any(column.name in one for one in table.behind)}
    missing = [heading for heading in filled if heading not in explained_ones]
    if missing:
        yield f"no deals are listed behind {', '.join(missing)}"
