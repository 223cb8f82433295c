"""An agenda on a terminal: two lines a thing to do, since a command has to be copied whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.table import Type
from pipecli.render.cell import shown
from pipecli.render.remarks import facts, notes, wrapped
from pipecli.render.safe import terminal
from pipecli.render.width import clipped, folded, width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipecli.core.table import Cell, Table
    from pipecli.render.medium import Medium

_WIDE = 80
_LEAST = 24
"""Where there are fewer columns beside the amounts, what is to be done stands below them."""
_GAP = "  "
_INDENT = " " * 4


def text(table: Table, medium: Medium) -> str:
    """Return the agenda as text: of each thing to do what is at stake, when, and what; then the command."""
    return "\n".join([*_lines(table, medium), ""])


def _lines(table: Table, medium: Medium) -> Iterator[str]:
    width = medium.width or _WIDE
    rows = table.records()
    yield from (*wrapped(terminal(table.title), medium), "")
    if not rows:
        yield from wrapped(terminal(table.empty), medium)
    left = [_left(row) for row in rows]
    widths = [max((width_of(cells[at]) for cells in left), default=0) for at in (0, 1)]
    for cells, row in zip(left, rows, strict=True):
        yield from _head(cells, widths, row, width)
        yield from (f"{_INDENT}{part}" for part in folded(terminal(str(row["command"])), width - len(_INDENT)))
    yield ""
    yield from (*facts(table, medium), *notes(table, medium))


def _left(row: Mapping[str, Cell]) -> tuple[str, str]:
    currency = str(row["currency"] or "")
    return f"{shown(row['at_stake'], Type.MONEY, currency)} {currency}".strip(), str(row["when"])


def _head(cells: tuple[str, str], widths: list[int], row: Mapping[str, Cell], width: int) -> Iterator[str]:
    """Yield what is at stake and when, and beside it what is to be done, in as many lines as it takes."""
    stake, when = cells
    before = f"{' ' * (widths[0] - width_of(stake))}{stake}{_GAP}" if widths[0] else ""
    left = f"{before}{when}{' ' * (widths[1] - width_of(when))}{_GAP}"
    told = terminal(f"{row['what']}: {row['text']}")
    if width - width_of(left) < _LEAST:
        yield clipped(left.strip(), width)
        yield from folded(told, width)
        return
    first, *others = folded(told, width - width_of(left))
    yield left + first
    yield from (" " * width_of(left) + part for part in others)
