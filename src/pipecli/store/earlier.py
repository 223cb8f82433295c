"""The moment since which changes are asked for, and the workspace as it was recorded by then."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.days import FORMS, past
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.workspace import build
from pipecli.store import commits, moment, places, shallow

if TYPE_CHECKING:
    from pipecli.core.workspace import Workspace
    from pipecli.shell.git import Repository
    from pipecli.store.view import Question


class Earlier(NamedTuple):
    """A moment, aware, and the commit that was the last one by then: a full hash, or empty where there was none."""

    moment: datetime
    commit: str


def asked(repository: Repository, question: Question, tip: str, now: datetime) -> Earlier | None:
    """Return the moment that a question compares with, counted back from the one that it asks of; None if it does not.

    `tip` is the commit that is asked of, `now` in the workspace's zone.
    """
    if question.since is None:
        return None
    until = question.as_of or (recorded(repository, tip) if question.at else now)
    return find(
        repository,
        question.since,
        at=tip,
        until=until.astimezone(now.tzinfo),
        allow_shallow=question.allow_shallow,
    )


def find(repository: Repository, text: str, *, at: str, until: datetime, allow_shallow: bool) -> Earlier:
    """Return the moment that `--since` names, counted from `until`, and the last commit by then before `at`.

    A day begins with its first second, and what was recorded before that is not of it. Raises `PipeError` for what
    is no moment and no revision, for one after `until`, and where a shallow clone does not reach back so far.
    """
    shallow.refuse_shallow(repository, allow_shallow=allow_shallow)
    try:
        when = past(text, until)
    except ValueError as error:
        return _revision(repository, text, str(error))
    start = _start(when, until)
    if start > until:
        hint = f"name what has come by {until.isoformat(timespec='seconds')}: {FORMS}, or a revision"
        raise PipeError(f"--since {text} is in the future", hint=hint, code=ExitCode.USAGE)
    last = start if isinstance(when, datetime) else start - timedelta(seconds=1)
    commit = moment.as_of(repository, last, at=at) if repository.head else ""
    if repository.shallow and not commit:
        raise PipeError(f"the clone is shallow, and begins after {text}", hint=shallow.UNSHALLOW, code=ExitCode.STATE)
    return Earlier(start, commit)


def _start(when: date | datetime, until: datetime) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time(), until.tzinfo)


def _revision(repository: Repository, text: str, why: str) -> Earlier:
    try:
        commit = moment.resolve(repository, text) if text.strip() else ""
    except PipeError:
        commit = ""
    if not commit:
        message = f"--since {text}: {why}; and there is no revision of that name"
        raise PipeError(message, hint="--since 7d", code=ExitCode.USAGE)
    return Earlier(recorded(repository, commit), commit)


def recorded(repository: Repository, commit: str) -> datetime:
    """Return when a commit (a full hash) was committed, in UTC; 1970 where its date cannot be read."""
    line = repository.git.read("rev-list", "--max-count=1", "--timestamp", "--end-of-options", commit, "--")
    return commits.moment(f"{line.decode('ascii').split()[0]} +0000") or datetime.fromtimestamp(0, UTC)


def workspace(repository: Repository, commit: str, present: Workspace) -> Workspace:
    """Return the workspace as it was at a commit, in the folder where it lay then; an empty one without a commit.

    A deal's file that is as at `present` is not read again.
    """
    return moment.workspace(places.at(repository, commit), commit, present) if commit else build(())
