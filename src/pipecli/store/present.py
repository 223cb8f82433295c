"""What the files of any repository say now: in the work tree, or at the commit that is asked for.

In the work tree only files that the commit has are looked for: which of the others are to be committed, and which
are what a build left there, only git's index could tell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from pipecli.core.blob import is_blob
from pipecli.core.layout import MAX_BYTES
from pipecli.core.problem import Problem, Severity
from pipecli.history import field, pending
from pipecli.shell import disk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipecli.history.event import Event
    from pipecli.history.snapshot import File
    from pipecli.history.version import Version
    from pipecli.shell.git import Repository


@dataclass(frozen=True, slots=True)
class Present:
    """What is known of each id: its readable versions, of which a removed file has none.

    `unread` are the ids of which a file cannot be read or does not say its state; `changed` tells whether any file is
    not that of the commit.
    """

    versions: Mapping[str, Sequence[Version]]
    unread: frozenset[str]
    problems: tuple[Problem, ...]
    changed: bool

    def readable(self, name: str) -> bool:
        """Return whether a file of an id can be read."""
        return any(not version.problem for version in self.versions[name])


def read(
    repository: Repository,
    there: Mapping[str, Sequence[File]],
    versions: Mapping[str, Version],
    name: str,
    *,
    work: bool,
) -> Present:
    """Return what the files that each id has at the commit say there or, for `work`, in the work tree.

    `versions` are those of their blobs, `name` is the field asked for.
    """
    top = repository.top if work and _is_checked_out(repository) else None
    sparse = (repository.directory / "info/sparse-checkout").exists()
    keys = name.split(".")
    found: dict[str, list[Version]] = {}
    problems: list[Problem] = []
    unread: set[str] = set()
    changed = False
    for one, files in there.items():
        found[one] = []
        for file in files:
            committed = versions[file.blob]
            version = _in_work(top, file, committed, keys, sparse=sparse) if top else committed
            changed |= version is not committed
            if version is None:
                continue
            found[one].append(version)
            wrong = _wrong(file, version, committed, name)
            problems += [wrong] if wrong else []
            if not version.state:
                unread.add(one)
    return Present(found, frozenset(unread), tuple(problems), changed)


def work_of(timelines: Mapping[str, Sequence[Event]], found: Present, now: datetime) -> dict[str, Event]:
    """Return what the work tree changed, one event an id: files that say other values, or are gone."""
    states = {name: {version.state for version in versions} for name, versions in found.versions.items()}
    unsure = {name for name, said in states.items() if len(said) > 1}
    said = {
        name: pending.Present(*state) for name, one in states.items() if len(one) == 1 and (state := next(iter(one)))
    }
    last = {name: events[-1].state for name, events in timelines.items()}
    return pending.pending(last, timelines, said, pending.Worker(now, UTC), unreadable=found.unread | unsure)


def _is_checked_out(repository: Repository) -> bool:
    return (repository.directory / "index").exists()


def _in_work(top: Path, file: File, committed: Version, keys: Sequence[str], *, sparse: bool) -> Version | None:
    """Return what a file of the work tree says; the very version of the commit, if the file is that one."""
    try:
        data = disk.content(top / file.path)
    except OSError as error:
        return replace(committed, state=None, problem=_unreadable(error))
    if data is None:
        return committed if sparse else None
    if len(data) <= MAX_BYTES and is_blob(data, file.blob):
        return committed
    return field.read(data, keys, whole=field.is_whole(file.path))


def _wrong(file: File, version: Version, committed: Version, name: str) -> Problem | None:
    """Return what stands against a version: an error where it cannot be read, a warning where it has lost the field."""
    if version.problem:
        gap = version.problem.code == "history-gap"
        if version is committed and (gap or version.problem.code == "missing-object"):
            return None  # the history tells of it
        hint = version.problem.hint or "its last readable value is taken to last"
        severity = Severity.WARNING if gap else Severity.ERROR
        return replace(version.problem, path=file.path, severity=severity, hint=hint)
    if version.state or not committed.state:
        return None
    message = f"{name!r} is not there any more; not committed yet"
    return Problem(code="history-gap", path=file.path, message=message, severity=Severity.WARNING)


def _unreadable(error: OSError) -> Problem:
    return Problem(code="unreadable-file", message=f"cannot be read: {error.strerror}", hint="ls -l shows its rights")
