"""The visits of files that are no deals: the table of deals' visits without what only a pipeline can tell.

Population: every visit, of removed files, too. Without a pipeline the values have no order, so a visit that another
one follows is `changed`: neither advanced nor back, neither won nor lost.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.visit import End

if TYPE_CHECKING:
    from pipecli.core.table import Cell, Column, Table

_LEFT_OUT = ("pipeline", "stage_name")
_CHANGED = "changed"


def of_files(table: Table, field: str, notes: tuple[str, ...] = ()) -> Table:
    """Return a table of visits or a timeline as one of files; the column of the value has the field as its heading."""
    kept = [at for at, column in enumerate(table.columns) if column.name not in _LEFT_OUT]
    columns = tuple(_named(table.columns[at], field) for at in kept)
    rows = tuple(tuple(_cell(columns[to], row[at]) for to, at in enumerate(kept)) for row in table.rows)
    return replace(table, columns=columns, rows=rows, notes=(*table.notes, *notes), empty="no file has a history yet")


def _named(column: Column, field: str) -> Column:
    if column.name == "deal":
        return replace(column, name="id", heading="Id", whole=True)
    return replace(column, heading=field) if column.name == "stage" else column


def _cell(column: Column, cell: Cell) -> Cell:
    if column.name == "end" and isinstance(cell, str):
        return cell.replace(End.ADVANCED, _CHANGED, 1)
    return cell
