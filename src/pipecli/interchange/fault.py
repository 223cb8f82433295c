"""What is wrong with one row of a file, and with which case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.interchange.batch import Change
    from pipecli.interchange.sheet import Sheet


_LEAVE_OUT = "correct it, or leave the row out"


class CellError(ValueError):
    """A cell that cannot be used: what it would say, what is wrong, and the remedy."""

    def __init__(self, what: str, message: str, hint: str = _LEAVE_OUT) -> None:
        super().__init__(message)
        self.what = what
        self.hint = hint


class Fault(NamedTuple):
    """A problem of a row, and the case that it spoils."""

    case: str
    problem: Problem


def of_change(change: Change, message: str, hint: str = "") -> Fault:
    """Return what is wrong with the row of a change."""
    return Fault(change.case, row_problem(change.file, change.line, message, hint))


def row_problem(name: str, line: int, message: str, hint: str = "") -> Problem:
    """Return what is wrong with one row of a file."""
    return Problem(code="unusable-row", path=name, line=line, column=1, message=message, hint=hint)


def cell_problem(table: Sheet, line: int, place: int | None, error: CellError) -> Problem:
    """Return what is wrong with the row that begins on a line, at the cell that it is about where that has a place."""
    if place is None:
        return replace(row_problem(table.name, line, str(error), error.hint), excerpt=table.excerpt(line))
    at, column = table.position(line, place)
    found = row_problem(table.name, at, f"column {table.header[place]!r}: {error}", error.hint)
    return replace(found, column=column, excerpt=table.excerpt(at))


def check_width(table: Sheet, cells: Sequence[str]) -> None:
    """Raise `CellError` where a row has not as many cells as the header."""
    width = len(table.header)
    if len(cells) != width:
        hint = "quote the cells that hold the delimiter, and fill up what is missing"
        raise CellError("", f"the row has {len(cells)} cells where the header has {width}", hint)


def oddity(problem: Problem) -> Problem:
    """Return what is wrong with a row as something to look at, with which it can be used all the same."""
    return replace(problem, code="odd-row", severity=Severity.WARNING, hint=problem.hint or "nothing, if that is right")
