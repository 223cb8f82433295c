"""Tables as plain text, fitted to the width of a terminal."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.table import Column
from pipecli.render.bars import WIDTH, bars
from pipecli.render.cell import NUMERIC, for_people, texts, told
from pipecli.render.remarks import facts, notes, wrapped
from pipecli.render.safe import terminal
from pipecli.render.width import clipped, folded, width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.core.table import Table
    from pipecli.render.medium import Medium

_GAP = 2
_PROSE = 80
"""The width in which prose is read with ease, where the medium has none."""
_LEAST = 6
_SHORT = 12
"""To so many columns texts are shortened before any column is left out; ids are not."""
_MASK = "\ufdd0"
_MASKED = re.compile(f"{_MASK}+")


class _Strip(NamedTuple):
    """One column laid out: its definition, its texts with the heading first, and its width."""

    column: Column
    cells: list[str]
    width: int


def text(tables: Sequence[Table], medium: Medium) -> str:
    """Return the tables as text: title, rows, facts, notes.

    Where the width does not suffice, the widest texts are shortened with `…`, and prose is wrapped; where that is
    not enough, columns of a higher priority number are left out, the last first, and named below. Numbers are never
    shortened. A terminal that has room left is shown bars beside the numbers that they help to compare.
    """
    return "\n".join(line for table in tables for line in (*_lines(table, medium), ""))


def _lines(table: Table, medium: Medium) -> Iterator[str]:
    strips = _strips(table)
    fitting = _fitted(strips, medium.width)
    if table.title:
        yield from (*wrapped(terminal(table.title), medium), "")
    yield from (
        _grid(_with_bars(fitting, table, medium)).splitlines()
        if told(table)
        else wrapped(terminal(table.empty), medium)
    )
    kept = {strip.column.name for strip in fitting}
    hidden = [strip.cells[0] for strip in strips if told(table) and strip.cells[0] and strip.column.name not in kept]
    remarks = [*facts(table, medium), *notes(table, medium, list(dict.fromkeys(hidden)))]
    if remarks:
        yield from ("", *remarks)


def _strips(table: Table) -> list[_Strip]:
    columns = for_people(table)
    rows = [[terminal(column.heading) for column in columns], *texts(table, columns, terminal)]
    cells = [list(strip) for strip in zip(*rows, strict=True)]
    return [_Strip(column, strip, max(map(width_of, strip))) for column, strip in zip(columns, cells, strict=True)]


def _fitted(strips: Sequence[_Strip], width: int | None) -> list[_Strip]:
    """Return the columns that fit, the texts of the widest ones shortened as far as need be."""
    kept = list(strips)
    if width is None:
        return [
            _narrowed(strip, _PROSE - _total(kept) + strip.width) if strip.column.wraps else strip for strip in kept
        ]
    while _total([_shortest(strip) for strip in kept]) > width:
        droppable = [strip for strip in kept if strip.column.priority > 1 and strip.cells[0]]
        if not droppable:
            break
        kept = _without(kept, max(reversed(droppable), key=lambda strip: strip.column.priority))
    kept = _shrunk(kept, width, _SHORT, whole=False)
    kept = _shrunk(kept, width, _LEAST, whole=True)
    return [
        strip if strip.column.wraps else strip._replace(cells=[clipped(cell, strip.width) for cell in strip.cells])
        for strip in kept
    ]


def _with_bars(strips: Sequence[_Strip], table: Table, medium: Medium) -> list[_Strip]:
    """Return the columns, on a terminal with bars behind those that have some, as far as there is room for them."""
    if medium.width is None:
        return list(strips)
    found, room = list[_Strip](), medium.width - _total(strips)
    for strip in strips:
        found.append(strip)
        drawn = bars(table, strip.column, blocks=medium.blocks) if strip.column.bar else []
        if drawn and room >= WIDTH + _GAP:
            found.append(_Strip(Column("", ""), ["", *drawn], WIDTH))
            room -= WIDTH + _GAP
    return found


def _shortest(strip: _Strip) -> _Strip:
    """Return a column as narrow as it may be while there are others to leave out."""
    cut = strip.column.type not in NUMERIC and not strip.column.whole
    return strip._replace(width=min(strip.width, _SHORT)) if cut else strip


def _without(strips: Sequence[_Strip], gone: _Strip) -> list[_Strip]:
    """Return the columns without one of them, and without those that belong to it."""
    start = strips.index(gone)
    end = next((at for at in range(start + 1, len(strips)) if strips[at].cells[0]), len(strips))
    return [*strips[:start], *strips[end:]]


def _shrunk(strips: Sequence[_Strip], width: int, least: int, *, whole: bool) -> list[_Strip]:
    """Return the columns with the widest texts shortened until all fit or none is wider than `least`."""
    kept = list(strips)
    while _total(kept) > width:
        texts = (s for s in kept if s.column.type not in NUMERIC and (whole or not s.column.whole))
        widest = max(texts, key=lambda s: s.width, default=None)
        if widest is None or widest.width <= least:
            break
        kept[kept.index(widest)] = widest._replace(width=widest.width - 1)
    return kept


def _narrowed(strip: _Strip, width: int) -> _Strip:
    return strip._replace(width=min(strip.width, max(width, _PROSE // 2)))


def _total(strips: Sequence[_Strip]) -> int:
    return sum(strip.width for strip in strips) + _GAP * (len(strips) - 1)


def _grid(strips: Sequence[_Strip]) -> str:
    """Return the aligned rows, with a rule below the headings.

    tabulate counts characters, not columns: a text that is not ASCII is masked by as many of a character that
    no text holds, and put back, in the same order, once the rows are aligned.
    """
    from tabulate import tabulate  # noqa: PLC0415 -- takes long to import, and only tables need it

    ruled = [[strip.cells[0], "-" * strip.width, *strip.cells[1:]] for strip in strips]
    rows = [line for row in zip(*ruled, strict=True) for line in _lines_of(row, strips)]
    masked = [cell for row in rows for cell in row if _masking(cell)]
    grid = tabulate(
        [[_MASK * width_of(cell) if _masking(cell) else cell for cell in row] for row in rows],
        tablefmt="plain",
        colalign=["right" if strip.column.type in NUMERIC else "left" for strip in strips],
        disable_numparse=True,
    )
    originals = iter(masked)
    return _MASKED.sub(lambda _: next(originals), grid)


def _lines_of(row: Sequence[str], strips: Sequence[_Strip]) -> list[list[str]]:
    """Return a row as the lines that its prose needs."""
    cells = [
        folded(cell, strip.width) if strip.column.wraps else [cell] for cell, strip in zip(row, strips, strict=True)
    ]
    return [list(line) for line in zip_longest(*cells, fillvalue="")]


def _masking(cell: str) -> bool:
    return not cell.isascii() and width_of(cell) > 0
