"""The workspace as its files stand, or stood at a moment; no history is read, and a shallow clone will do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.problem import ExitCode, PipeError
from pipecli.shell import git
from pipecli.store import earlier, labels, moment, places, shallow, worktree

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pipecli.core.workspace import Workspace
    from pipecli.shell.git import Repository
    from pipecli.store.view import Question


@dataclass(frozen=True, slots=True)
class Standing:
    """What the files say at a moment.

    `now` is the moment, in the workspace's zone. `commit` is the full hash of the commit of which the files are; empty
    where they are those of the disk, or nothing was recorded by then, which `note` says. `prefix` leads from the top of
    the repository to the folder in which the workspace lay at the commit.
    """

    workspace: Workspace
    now: datetime
    commit: str = ""
    note: str = ""
    prefix: str = ""

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return what is to be told beside a past: its moment and its commit; nothing of the files on the disk."""
        if not self.commit and not self.note:
            return ()
        return (("as of", self.now.isoformat(timespec="seconds")), ("commit", self.commit or "none by then"))


def stand(root: Path, question: Question, now: datetime, like: Workspace | None = None) -> Standing:
    """Return the workspace of the moment that a question asks of; in a bare repository HEAD stands for the disk.

    A deal's file that is as in the workspace `like` is not parsed again. Raises `PipeError` where there is no
    repository to ask, for what is no revision, and where a shallow clone does not reach back so far.
    """
    repository = git.discover(root)
    if repository is None and question.is_past:
        message = "there is no git repository here, and so no past"
        raise PipeError(message, hint="leave --at and --as-of out", code=ExitCode.STATE)
    if repository is None or (repository.top and not question.is_past):
        return Standing(worktree.load(root), now)
    commit = moment.resolve(repository, question.at or "HEAD") if question.at or repository.head else ""
    if commit and question.as_of:
        commit = moment.as_of(repository, question.as_of, at=commit)
    if not commit:
        return _nothing(root, repository, question, now)
    then = places.at(repository, commit)
    found = moment.workspace(then, commit, like)
    until = question.as_of or (earlier.recorded(repository, commit) if question.at else now)
    return Standing(found, until.astimezone(found.zone), commit, prefix=then.prefix)


def _nothing(root: Path, repository: Repository, question: Question, now: datetime) -> Standing:
    """Return the workspace before its first commit: its settings as they are, and no deal yet."""
    if repository.shallow:
        message = "the clone is shallow, and begins after that"
        raise PipeError(message, hint=shallow.UNSHALLOW, code=ExitCode.STATE)
    present = worktree.load(root, deals=False) if repository.top else moment.workspace(repository, "HEAD")
    empty = replace(present, deals={}, known={**present.known, FileKind.DEAL: {}})
    note = labels.not_yet(repository, question, present)
    return Standing(empty, (question.as_of or now).astimezone(present.zone), note=note, prefix=repository.prefix)
