"""How a view names its source: the commit and the work tree, the clock, and what was not recorded by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.store import moment
from pipecli.store.changes import changed

if TYPE_CHECKING:
    from pipecli.core.workspace import Workspace
    from pipecli.shell.git import Repository
    from pipecli.store.history import History
    from pipecli.store.view import Question


def source(repository: Repository, question: Question, past: History, present: Workspace) -> str:
    """Return the commit, with `+work tree` where its files are not the commit's, or in words why there is none."""
    if not past.tip:
        return "none by then" if question.as_of else "none yet" if question.is_past else "none yet: the work tree"
    is_committed = question.is_past or not changed(repository, past.tip, present)
    return past.tip if is_committed else f"{past.tip}+work tree"


def clock(question: Question) -> str:
    """Return the clock of the visits, and until when what was recorded is known."""
    if question.as_of is None or question.clock != "effective":
        return question.clock
    return f"effective, as recorded by {question.as_of.isoformat(timespec='seconds')}"


def notes(repository: Repository, question: Question, past: History, present: Workspace) -> tuple[str, ...]:
    """Return what has to be said of a moment before the first commit."""
    if past.tip or question.as_of is None or not repository.head:
        return ()
    first = moment.first(repository, at=question.at or "HEAD")
    day = first.astimezone(present.zone).date().isoformat() if first else ""
    return (f"nothing was recorded by then; the first commit is of {day}",)
