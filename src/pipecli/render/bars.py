"""Small bars beside the numbers of a column: how far from nothing to all of it, at a glance."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Type
from pipecli.render.cell import told

if TYPE_CHECKING:
    from pipecli.core.table import Cell, Column, Table

WIDTH = 8
"""Terminal columns of the longest bar."""
_FEW = 2
"""Rows from which on there is something to compare."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def bars(table: Table, column: Column, *, blocks: bool) -> list[str]:
    """Return a bar a row, shares of 1, other numbers of the highest; none where there is nothing to compare.

    `blocks`: the terminal can show blocks by eighths; else they are marks of ASCII.
    """
    place = table.columns.index(column)
    cells = [_number(row[place]) for row in told(table)]
    most = Fraction(1) if column.type is Type.SHARE else max((cell for cell in cells if cell is not None), default=None)
    if not column.bar or len(cells) < _FEW or not most or most < 0:
        return []
    return [_bar(cell / most, blocks=blocks) if cell is not None else "" for cell in cells]


def _number(cell: Cell) -> Fraction | None:
    match cell:
        case bool():
            return None
        case int() | Decimal() | Fraction():
            return Fraction(cell)
        case _:
            return None


def _bar(share: Fraction, *, blocks: bool) -> str:
    share = min(max(share, Fraction(0)), Fraction(1))
    if not blocks:
        return "#" * round(share * WIDTH)
    full, rest = divmod(round(share * WIDTH * (len(_EIGHTHS) - 1)), len(_EIGHTHS) - 1)
    return (_EIGHTHS[-1] * full + _EIGHTHS[rest]).rstrip()
