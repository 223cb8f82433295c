"""The history of a workspace's deals, read from git: one `git log`, one `git cat-file`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError, Problem
from pipecli.history import version
from pipecli.history.step import Rules
from pipecli.history.timeline import events, stem, walk
from pipecli.history.updates import last_updates
from pipecli.shell import log
from pipecli.shell.blobs import blobs
from pipecli.store import moment
from pipecli.store.commits import Commits
from pipecli.store.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, tzinfo

    from pipecli.history.effective import Made
    from pipecli.history.event import Event
    from pipecli.history.version import Version
    from pipecli.shell.git import Repository

UNSHALLOW = "git fetch --unshallow (in CI: fetch-depth: 0, or GIT_DEPTH: 0)"


@dataclass(frozen=True, slots=True)
class History:
    """What happened up to the commit `tip` (a full hash; empty where there is no commit yet).

    `timelines`: deal id → its events in order, of deals that were removed, too. `commits` counts the commits
    walked. `shallow`: the history is cut off, and visits at the cut are marked. `first_parent`: a move counts
    from when it reached the main line. `recorded` is when the tip was committed. `sinces`: deal id → the text
    of `stage_since` at the tip. `broken` are the paths of the deal files that cannot be read at the tip. `updated`:
    deal id → the last commit that changed its file. `earlier`: the timelines at the commit that was asked for
    besides; None where it is not in the history of the tip.
    """

    tip: str = ""
    recorded: datetime | None = None
    timelines: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    sinces: Mapping[str, str] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    shallow: bool = False
    first_parent: bool = False
    commits: int = 0
    updated: Mapping[str, Made] = field(default_factory=dict)
    earlier: Mapping[str, tuple[Event, ...]] | None = None


def read(  # noqa: PLR0913 -- options of the reading commands, by name
    repository: Repository,
    *,
    zone: tzinfo,
    at: str = "HEAD",
    as_of: datetime | None = None,
    first_parent: bool = False,
    allow_shallow: bool = False,
    earlier: str = "",
) -> History:
    """Return the history of the deals at a revision, with two git processes (three with `as_of`).

    `as_of` takes the last commit on the revision's first-parent line that was committed by then; `earlier` is the
    full hash of a commit of which the timelines are wanted, too. Raises `PipeError` where git fails, and for a
    shallow clone unless `allow_shallow`.
    """
    refuse_shallow(repository, allow_shallow=allow_shallow)
    if at == "HEAD" and not repository.head:
        return History(first_parent=first_parent)
    revision = at if as_of is None else moment.as_of(repository, as_of, at=at)
    if not revision:
        return History(first_parent=first_parent)
    commits = Commits()
    versions = _versions(repository, revision, commits, first_parent=first_parent)
    rules = Rules(
        versions=versions,
        zone=zone,
        identify=stem,
        boundary=log.boundary(repository) if repository.shallow else frozenset(),
        first_parent=first_parent,
    )
    every = commits.all()
    found = walk(every, commits.tip, rules, keep=earlier)
    held = dict(found.snapshot.items())
    files = [file for one in held.values() for file in one.files]
    return History(
        tip=commits.tip,
        recorded=commits.recorded,
        timelines=found.timelines,
        sinces={deal: one.since for deal, one in held.items() if one.files},
        broken=frozenset(file.path for file in files if versions[file.blob].problem),
        problems=(*commits.problems, *found.problems),
        shallow=repository.shallow,
        first_parent=first_parent,
        commits=len(commits),
        updated=last_updates(every, rules),
        earlier=None if found.earlier is None else events(found.earlier),
    )


def _versions(repository: Repository, revision: str, commits: Commits, *, first_parent: bool) -> dict[str, Version]:
    """Return the versions of all deal files by blob, and fill `commits` on the way."""
    alike: dict[Version, Version] = {}
    versions: dict[str, Version] = {}
    records = log.records(repository.git, revision, Places(repository.prefix), first_parent=first_parent)
    for blob, data in blobs(repository.git, _wanted(records, commits)):
        found = version.read(data)
        versions[blob] = alike.setdefault(found, found)
    return versions


def _wanted(records: Iterator[log.Record], commits: Commits) -> Iterator[str]:
    seen: set[str] = set()
    for record in records:
        for change in commits.add(record):
            if change.new and change.new not in seen:
                seen.add(change.new)
                yield change.new


def refuse_shallow(repository: Repository, *, allow_shallow: bool) -> None:
    """Raise `PipeError` for a shallow clone, unless it is allowed."""
    if repository.shallow and not allow_shallow:
        raise PipeError(
            "the clone is shallow: the past that it leaves out would be missing from every duration",
            hint=f"{UNSHALLOW}, or --allow-shallow to mark what is cut off",
            code=ExitCode.STATE,
        )
