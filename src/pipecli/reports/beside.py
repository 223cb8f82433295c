"""`--compare`: the tables of a report beside the same ones of a former moment, joined by what names their rows.

Every figure has what it was (`NAME_before`) and by how much it changed (`NAME_change`): counts, amounts and durations
by their difference, shares by percent points. A row that is there once only is `new` or `gone`. What is withheld at
either moment, or is of two currencies, has no change. The weeks or months of a period stand beside those of the other
period in their order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.calendar import Unit
from pipecli.core.money import EXACT
from pipecli.core.table import Cell, Column, Figure, Table, Type, Withheld

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipecli.reports.scope import Scope

NEW, GONE = Withheld("new"), Withheld("gone")
ANOTHER_CURRENCY = Withheld("another currency")
_FIGURES = frozenset({
    Type.INTEGER, Type.NUMBER, Type.MONEY, Type.SHARE, Type.DAYS, Type.BUSINESS_DAYS, Type.SECONDS, Type.FIGURE,
})  # fmt: skip
_BESIDE = 2
"""Of so many figures a person is shown what they were, and of as many more by how much they changed."""
_LATER, _TEXT_LATER = 10, 2
"""What is added to the priorities of the other figures and of texts, so that they give way before those."""
_ROW = Column("row", "", machine=True)
_UNITS = frozenset(Unit)
_Record = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of a table, and the figures among them, the most important first.

    `shifted`: the other table is of another period.
    """

    columns: Sequence[Column]
    figures: Sequence[Column]
    shifted: bool

    def key(self, record: _Record) -> tuple[Cell, ...]:
        """Return what names a row; a unit of time in another period has no name in common."""
        timed = self.shifted and record.get("by") in _UNITS
        return tuple(record.get(one.name) for one in self.columns if one.key and not (timed and one.name == "group"))

    def beside(self) -> Iterator[Column]:
        """Yield the columns with those of what was before, and of the change."""
        rank = {column.name: place for place, column in enumerate(self.figures)}
        yield from (column for column in self.columns if column.key)
        yield _ROW if rank else replace(_ROW, machine=False)
        for column in self.columns:
            if column.name in rank:
                yield from _three(column, rank[column.name])
            elif not column.key:
                yield replace(column, priority=column.priority + _TEXT_LATER)


def _three(column: Column, rank: int) -> Iterator[Column]:
    shown = not column.machine and rank < 2 * _BESIDE
    was = shown and rank < _BESIDE
    yield replace(column, priority=1 + rank if shown else column.priority + _LATER)
    plain = replace(column, whole=False, wraps=False)
    yield replace(plain, name=f"{column.name}_before", heading="was", priority=3 + rank, machine=not was)
    yield replace(plain, name=f"{column.name}_change", heading="+/-", priority=1 + rank, machine=not shown, signed=True)


def beside(now: Sequence[Table], then: Sequence[Table], scope: Scope, *, shifted: bool = False) -> tuple[Table, ...]:
    """Return the tables of a report beside those of the former scope; one that is gone stands last.

    `shifted`: that scope is asked of another period.
    """
    rest = list(then)
    pairs = [(table, _taken(table, rest)) for table in now]
    gone = [(replace(table, rows=(), notes=(), digest=None), table) for table in rest if table.rows]
    return tuple(_joined(table, other, scope, shifted=shifted) for table, other in (*pairs, *gone))


def _taken(table: Table, rest: list[Table]) -> Table | None:
    """Return the former table that has the same title, or else is of the same pipeline, and take it from the rest."""
    same = [one for one in rest if one.name == table.name]
    titled = [one for one in same if one.title == table.title]
    of = [one for one in same if table.rows and one.rows and _pipeline(one) == _pipeline(table)]
    found = next(iter((*titled, *of)), None)
    if found is not None:
        rest.remove(found)
    return found


def _pipeline(table: Table) -> Cell:
    return next((table.rows[0][at] for at, column in enumerate(table.columns) if column.name == "pipeline"), None)


def _joined(table: Table, other: Table | None, scope: Scope, *, shifted: bool) -> Table:
    if not any(column.key for column in table.columns):
        return replace(table, notes=(*table.notes, "not compared: nothing names a row of this table at two moments"))
    figures = [column for column in table.columns if column.type in _FIGURES and not column.key]
    layout = _Layout(table.columns, sorted(figures, key=lambda column: (column.machine, column.priority)), shifted)
    columns = tuple(layout.beside())
    before = other.records() if other else []
    digests = [one.digest for one in (table, other) if one and one.digest is not None]
    told = replace(table, rows=_told(table)).records(), replace(other, rows=_told(other)).records() if other else []
    return replace(
        table,
        columns=columns,
        rows=_rows(table.records(), before, layout, columns),
        digest=_rows(*told, layout, columns) if digests else None,
        facts=(*table.facts, ("compared with", _said(scope, other))),
        notes=(
            *table.notes,
            *(f"before: {note}" for note in (other.notes if other else ()) if note not in table.notes),
        ),
        incomplete=table.incomplete or (other is not None and other.incomplete),
        behind=(),
    )


def _told(table: Table) -> tuple[tuple[Cell, ...], ...]:
    return table.rows if table.digest is None else table.digest


def _said(scope: Scope, other: Table | None) -> str:
    """Return the moment, the source and the size of what is compared with."""
    facts = dict(other.facts) if other else {}
    period = scope.period()
    parts = [
        scope.now.isoformat(timespec="seconds"),
        f"commit {scope.commit}" if scope.commit else "no commit",
        *([f"n {facts['n']}"] if "n" in facts else []),
        *([f"period {period}"] if period else []),
    ]
    return ", ".join(parts)


def _rows(
    now: Iterable[_Record], then: Iterable[_Record], layout: _Layout, columns: Sequence[Column]
) -> tuple[tuple[Cell, ...], ...]:
    waiting: dict[tuple[Cell, ...], list[_Record]] = {}
    for record in then:
        waiting.setdefault(layout.key(record), []).append(record)
    rows = []
    for record in now:
        same = waiting.get(layout.key(record))
        rows.append(_row(record, same.pop(0) if same else None, layout, columns))
    rows += [_row(None, record, layout, columns) for some in waiting.values() for record in some]
    return tuple(rows)


def _row(now: _Record | None, then: _Record | None, layout: _Layout, columns: Sequence[Column]) -> tuple[Cell, ...]:
    cells: _Record = {**(then or {}), **(now or {})}
    cells[_ROW.name] = str(NEW) if then is None else str(GONE) if now is None else None
    another = bool(now and then) and (now or {}).get("currency") != (then or {}).get("currency")
    for column in layout.figures:
        name = column.name
        after, before = (now or {}).get(name), (then or {}).get(name)
        cells[name] = after
        if another and column.type in (Type.MONEY, Type.FIGURE):
            cells[f"{name}_before"] = cells[f"{name}_change"] = ANOTHER_CURRENCY
            continue
        cells[f"{name}_before"] = before
        cells[f"{name}_change"] = NEW if then is None else GONE if now is None else change(after, before)
    return tuple(cells.get(column.name) for column in columns)


def change(after: Cell, before: Cell) -> Cell:
    """Return after - before; why there is none where one of them is withheld, nothing where one is absent."""
    if isinstance(after, Figure) or isinstance(before, Figure):
        return _figure(after, before)
    withheld = [one for one in (after, before) if isinstance(one, Withheld)]
    if withheld:
        return withheld[0]
    if isinstance(after, Decimal) and isinstance(before, Decimal):
        return EXACT.subtract(after, before)
    if isinstance(after, timedelta) and isinstance(before, timedelta):
        return after - before
    if isinstance(after, int) and isinstance(before, int):
        return after - before
    numbers = (int, Decimal, Fraction)
    return Fraction(after) - Fraction(before) if isinstance(after, numbers) and isinstance(before, numbers) else None


def _figure(after: Cell, before: Cell) -> Cell:
    if not isinstance(after, Figure) or not isinstance(before, Figure):
        return None
    if after[1:] != before[1:]:
        return ANOTHER_CURRENCY
    found = change(after.cell, before.cell)
    return found if isinstance(found, Figure) else Figure(found, after.type, after.currency)
