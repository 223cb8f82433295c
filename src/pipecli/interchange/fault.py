"""What is wrong with one row of a file, and with which case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.problem import Problem, Severity

if TYPE_CHECKING:
    from pipecli.interchange.batch import Change


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


def oddity(problem: Problem) -> Problem:
    """Return what is wrong with a row as something to look at, with which it can be used all the same."""
    return replace(problem, code="odd-row", severity=Severity.WARNING, hint=problem.hint or "nothing, if that is right")
