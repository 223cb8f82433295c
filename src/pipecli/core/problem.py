"""What is wrong in the data (`Problem`), and why a command cannot go on (`PipeError`)."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Loc = tuple[str | int, ...]
"""Keys and list indexes that lead from the top of a file to one value."""


class Severity(StrEnum):
    """How much a problem matters; `pipe.yaml` may change it for each rule."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class ExitCode(IntEnum):
    """The exit codes of the command."""

    OK = 0
    PROBLEMS = 1
    USAGE = 2
    STATE = 3
    TAKEN = 4
    REFUSED = 5
    CONFLICT = 6
    BUG = 70
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a file, with its place and its remedy.

    Lines and columns count from 1; 0 means unknown. `loc` leads to the value where the position is not
    known yet (`pipecli.core.locate` fills it in), `excerpt` is the source line at the position. `commit` (a short
    hash) and `by` say in which commit it is, and who made that; they are empty for a problem of the present files.
    """

    code: str
    message: str
    path: str = ""
    line: int = 0
    column: int = 0
    severity: Severity = Severity.ERROR
    hint: str = ""
    excerpt: str = ""
    loc: Loc = ()
    at_key: bool = False
    commit: str = ""
    by: str = ""


class PipeError(Exception):
    """A command cannot go on: one message, one hint, one exit code, and the problems behind it."""

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: ExitCode = ExitCode.USAGE,
        problems: Iterable[Problem] = (),
    ) -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code
        self.problems = tuple(problems)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known name that is most like `word`, or the empty string."""
    names = list(known)
    if word.casefold() in (name.casefold() for name in names):
        return next(name for name in names if name.casefold() == word.casefold())
    return next(iter(get_close_matches(word, names, n=1, cutoff=0.6)), "")


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """Return a remedy that names the nearest known name, else the few that there are, else `otherwise`."""
    names = sorted(known)
    best = nearest(word, names)
    if best:
        return f"did you mean {best!r}?"
    if otherwise:
        return otherwise
    return f"known: {', '.join(names[:12])}{' …' if len(names) > 12 else ''}" if names else ""  # noqa: PLR2004 -- what fits a line
