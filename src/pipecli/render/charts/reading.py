"""The rows of a table as charts read them: by the columns' names, whatever is missing or withheld."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from pipecli.core.table import Type
from pipecli.render.cell import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipecli.core.table import Cell, Table

_DAY = timedelta(days=1)
_SIZES = ((1e9, 1e9, "bn"), (1e6, 1e6, "M"), (1e4, 1e3, "k"))
"""From which number on it is told in which unit."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells and their types by the names of the columns."""

    cells: Mapping[str, Cell]
    types: Mapping[str, Type]

    def number(self, name: str) -> float | None:
        """Return the figure, in days for a duration; None where there is none."""
        match self.cells.get(name):
            case timedelta() as length:
                return length / _DAY
            case bool() | str() | None:
                return None
            case int() | Decimal() | Fraction() as figure:
                return float(figure)
            case _:
                return None

    def text(self, name: str) -> str:
        """Return the cell as the table shows it: empty where there is none, and why where it is withheld."""
        return shown(self.cells.get(name), self.types.get(name, Type.TEXT), str(self.cells.get("currency") or ""))

    def money(self, name: str) -> str:
        """Return the amount with its currency; nothing where there is none."""
        return f"{self.text(name)} {self.text('currency')}".strip() if self.number(name) is not None else ""

    def is_true(self, name: str) -> bool:
        """Return whether the cell is a flag that is set."""
        return self.cells.get(name) is True


def rows(table: Table) -> list[Row]:
    """Return every row of the table."""
    types = {column.name: column.type for column in table.columns}
    return [Row(record, types) for record in table.records()]


def grouped(found: Iterable[Row], name: str) -> dict[str, list[Row]]:
    """Return the rows by the text of a column, in their order."""
    groups: dict[str, list[Row]] = {}
    for row in found:
        groups.setdefault(row.text(name), []).append(row)
    return groups


def ticks(highest: float, most: int = 6) -> list[float]:
    """Return round numbers from 0 on, `most` at the most, the last at or above the highest."""
    if highest <= 0:
        return [0.0, 1.0]
    power = 10.0 ** floor(log10(highest / most))
    step = next(size * power for size in (1, 2, 5, 10, 20) if size * power * (most - 1) >= highest)
    return [step * place for place in range(ceil(highest / step) + 1)]


def short(figure: float) -> str:
    """Return a number of a scale in few characters: 750, 20k, 1.5M."""
    for least, size, letter in _SIZES:
        if abs(figure) >= least:
            return f"{_plain(figure / size)}{letter}"
    return _plain(figure)


def _plain(figure: float) -> str:
    return f"{figure:,.2f}".rstrip("0").rstrip(".")
