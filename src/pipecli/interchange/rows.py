"""Rows of other systems' tables, cell by cell; what cannot be used says where it stands. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pipecli.core.value import parse_currency
from pipecli.interchange import cells
from pipecli.interchange.fault import CellError, cell_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from pipecli.core.problem import Problem
    from pipecli.interchange.sheet import Sheet
    from pipecli.interchange.style import Style

T = TypeVar("T")

_LONGEST = 200
_OPTIONS = "--date-format day-first, or month-first; --decimal point, or comma"
YES, _NO = ("true", "1", "yes"), ("false", "0", "no", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells are asked for by what they say; a blank one, and one without a column, says nothing."""

    table: Sheet
    places: Mapping[str, int]
    style: Style
    line: int
    cells: Sequence[str]

    def raw(self, what: str) -> str:
        """Return the content of a cell without blanks around it."""
        place = self.places.get(what)
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""

    def text(self, what: str) -> str:
        """Return the content of a cell in one line."""
        text = " ".join(self.raw(what).split())
        if not text.isprintable():
            raise CellError(what, "there are control characters in it", "delete them")
        return text

    def named(self, what: str) -> str:
        """Return the content of a cell that every row needs, an id or a name."""
        text = self.text(what)
        if not text:
            raise CellError(what, "it is blank", "fill the cell, or leave the row out")
        if len(text) > _LONGEST:
            raise CellError(what, f"it is longer than {_LONGEST} characters", "shorten it")
        return text

    def moment(self, what: str) -> datetime | None:
        """Return when something has happened."""
        return self._read(what, self.style.moment, "write 2026-11-03T14:05:00+01:00")

    def day(self, what: str) -> date | None:
        """Return the day that stands in a cell."""
        return self._read(what, self.style.day, "write a day like 2026-11-03")

    def amount(self, what: str) -> Decimal | None:
        """Return the amount in a cell."""
        return self._read(what, self.style.amount, "write it like 48000.00")

    def share(self, what: str) -> Decimal | None:
        """Return what stands in a cell as 20 or 20% as a fraction."""
        return self._read(what, lambda text: cells.share(text, of_hundred=True), "write it like 20 %")

    def flag(self, what: str) -> bool:
        """Return whether a cell says yes; a blank one does not."""
        word = self.raw(what).casefold()
        if word not in (*YES, *_NO):
            raise CellError(what, f"{word!r} is neither TRUE nor FALSE", "write one of the two")
        return word in YES

    def currency(self, what: str) -> str:
        """Return the code of a currency in a cell."""
        return self._read(what, parse_currency, "write its code") or ""

    def others(self) -> dict[str, str]:
        """Return the contents of the cells that nobody asks for, by the titles of their columns; no blank ones."""
        read = self.places.values()
        cells = {
            title: text
            for at, (title, text) in enumerate(zip(self.table.header, self.cells, strict=False))
            if at not in read
        }
        return {title: _line(text) for title, text in cells.items() if text.strip()}

    def problem(self, error: CellError) -> Problem:
        """Return what is wrong with the row, at the cell that it is about."""
        return cell_problem(self.table, self.line, self.places.get(error.what), error)

    def _read(self, what: str, parse: Callable[[str], T], remedy: str) -> T | None:
        text = self.raw(what)
        try:
            return parse(text) if text else None
        except cells.AmbiguousError as error:
            raise CellError(what, str(error), _OPTIONS) from None
        except ValueError as error:
            raise CellError(what, str(error), f"{remedy}, or leave the row out") from None


def _line(text: str) -> str:
    """Return a text in one line, without what cannot be printed."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
