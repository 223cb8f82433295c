"""The workspace at two moments, and which deal of the one is which of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.days import ENDS, FutureError, by
from pipecli.core.layout import FileKind
from pipecli.core.problem import ExitCode, PipeError
from pipecli.history.rename import by_files, continued
from pipecli.shell import git
from pipecli.store import moment
from pipecli.store.standing import Standing, stand
from pipecli.store.view import Question, look

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from pipecli.core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Pair:
    """The workspace at two moments; `names`: id at the second → id at the first, of each deal that is in both.

    `doubtful`: deals both came and went, and a shallow clone cannot tell all that were renamed.
    """

    before: Standing
    after: Standing
    names: Mapping[str, str]
    doubtful: bool = False


def pair(root: Path, ends: tuple[str, str | None], now: datetime, starts: int, *, allow_shallow: bool = False) -> Pair:
    """Return the workspace at two moments, each a day, a period, a moment or a revision; without a second it is now.

    What reads as a day or a period is one. `starts` is the month in which the fiscal year begins. Raises `PipeError`
    for what is neither that nor a revision, and where only a history that is cut off could tell which deal is which.
    """
    after = stand(root, _question(root, ends[1], now, starts) if ends[1] else Question(), now)
    before = stand(root, _question(root, ends[0], now, starts), now, after.workspace)
    names = by_files(before.workspace, after.workspace)
    renamed, doubtful = _by_history(root, before, after, names, now, allow_shallow=allow_shallow)
    names |= renamed
    if not after.commit:
        names |= _by_content(before.workspace, after.workspace, names)
    return Pair(before, after, names, doubtful and all(_unmatched(before.workspace, after.workspace, names)))


def _question(root: Path, text: str, now: datetime, starts: int) -> Question:
    try:
        return Question(as_of=by(text, now, starts))
    except FutureError as error:
        raise PipeError(f"{text} {error}", hint="name a day that has come", code=ExitCode.USAGE) from None
    except ValueError as error:
        why = str(error)
    repository = git.discover(root)
    if repository is None:
        return Question(at=text)
    if text == "HEAD" and not repository.head:
        raise PipeError("nothing is committed yet", hint="git add . && git commit", code=ExitCode.STATE)
    try:
        return Question(at=moment.resolve(repository, text))
    except PipeError:
        message = f"{text}: {why}; and there is no revision of that name"
        raise PipeError(message, hint=f"{ENDS}; or a revision that git log lists", code=ExitCode.USAGE) from None


def _by_history(
    root: Path, before: Standing, after: Standing, names: Mapping[str, str], now: datetime, *, allow_shallow: bool
) -> tuple[dict[str, str], bool]:
    """Return the renames that only the commits tell, and whether some of these are cut off."""
    new, gone = _unmatched(before.workspace, after.workspace, names)
    repository = git.discover(root)
    tip = after.commit or (repository.head if repository else "")
    if not (new and gone) or before.commit == tip:  # only where deals both came and went one may be another, renamed
        return {}, False
    then, later = (look(root, Question(at=commit, allow_shallow=allow_shallow), now) for commit in (before.commit, tip))
    return continued(then.timelines, later.timelines, gone, new), then.shallow


def _by_content(before: Workspace, after: Workspace, names: Mapping[str, str]) -> dict[str, str]:
    """Return the exact renames that are not committed: a file is gone, one is new with its content, and no other."""
    new, gone = _unmatched(before, after, names)
    came, went = _contents(after, new), _contents(before, gone)
    return {some[0]: went[data][0] for data, some in came.items() if len(some) == 1 and len(went.get(data, ())) == 1}


def _contents(workspace: Workspace, names: Iterable[str]) -> dict[bytes, list[str]]:
    found: dict[bytes, list[str]] = {}
    for name in sorted(names):
        found.setdefault(workspace.texts.get(_known(workspace)[name], b""), []).append(name)
    return found


def _unmatched(before: Workspace, after: Workspace, names: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """Return the ids of deals that are at the second moment only, and of those that are at the first only."""
    return set(_known(after)) - names.keys(), set(_known(before)) - set(names.values())


def _known(workspace: Workspace) -> Mapping[str, str]:
    return workspace.known.get(FileKind.DEAL, {})
