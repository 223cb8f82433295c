"""Tables as tidy CSV (RFC 4180, lines ending with a line feed): one value a cell, no totals, no notes.

Facts and notes have no place in it: `pipecli.render.remarks` gives them for another channel. A figure that is
absent or withheld is an empty cell; a withheld one with n of 5 or more beside it was not reached.
"""

from __future__ import annotations

import csv
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING

from pipecli.render.cell import currencies_in, exact, for_machines
from pipecli.render.safe import csv as safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.core.table import Cell, Table, Type
    from pipecli.render.medium import Medium

_BLOCK = 4096
"""So many rows are told at once, column by column, which is quicker than cell by cell."""


def text(tables: Sequence[Table], medium: Medium) -> str:
    """Return the tables as CSV: one header for tables of the same columns, an empty line before other ones.

    Texts are made harmless for spreadsheets unless the medium is raw; numbers are left alone.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    before: list[str] = []
    for table in tables:
        header = [column.name for column in for_machines(table)]
        if header != before:
            out.write("\n" if before else "")
            writer.writerow(header)
        writer.writerows(_rows(table, raw=medium.raw))
        before = header
    return out.getvalue()


def _rows(table: Table, *, raw: bool) -> Iterator[Sequence[str]]:
    currencies = currencies_in(table)
    for start in range(0, len(table.rows), _BLOCK):
        cells = list(zip(*table.rows[start : start + _BLOCK], strict=True))
        own = currencies[start : start + _BLOCK]
        kept = [(cells[place], column.type) for place, column in enumerate(table.columns) if not column.person]
        yield from zip(*(_texts(column, kind, own, raw=raw) for column, kind in kept), strict=True)


def _texts(cells: Sequence[Cell], kind: Type, currencies: Sequence[str], *, raw: bool) -> list[str]:
    """Return the cells of one column as texts; of equal texts each is made harmless once."""
    harmless = str if raw else cache(safe)
    if {*map(type, cells)} == {str}:
        return list(map(harmless, cells))
    exactly = [exact(cell, kind, currency) or "" for cell, currency in zip(cells, currencies, strict=True)]
    return [harmless(text) if isinstance(cell, str) else text for cell, text in zip(cells, exactly, strict=True)]
