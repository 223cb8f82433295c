"""How a view names its source: the commit and the work tree, the clock, and what was not recorded by then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pipecli.store import moment

if TYPE_CHECKING:
    from pipecli.core.workspace import Workspace
    from pipecli.shell.git import Repository
    from pipecli.store.view import Question


class Past(Protocol):
    """A history, of which the commit is known at which it ends: a full hash, or empty."""

    @property
    def tip(self) -> str:
        """The commit."""


def source(question: Question, past: Past, *, changed: bool) -> str:
    """Return the commit, with `+work tree` where files are `changed`, or in words why there is none."""
    if not past.tip:
        return "none by then" if question.as_of else "none yet" if question.is_past else "none yet: the work tree"
    return f"{past.tip}+work tree" if changed else past.tip


def clock(question: Question) -> str:
    """Return the clock of the visits, and until when what was recorded is known."""
    if question.as_of is None or question.clock != "effective":
        return question.clock
    return f"effective, as recorded by {question.as_of.isoformat(timespec='seconds')}"


def notes(repository: Repository, question: Question, past: Past, present: Workspace) -> tuple[str, ...]:
    """Return what has to be said of a moment before the first commit."""
    if past.tip or question.as_of is None or not repository.head:
        return ()
    return (not_yet(repository, question, present),)


def not_yet(repository: Repository, question: Question, present: Workspace) -> str:
    """Return that there was no commit by a moment, and since when there is one."""
    if not repository.head:
        return "nothing is committed yet"
    first = moment.first(repository, at=question.at or "HEAD")
    day = first.astimezone(present.zone).date().isoformat() if first else ""
    return f"nothing was recorded by then; the first commit is of {day}"
