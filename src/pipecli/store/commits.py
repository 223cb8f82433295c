"""Commits from the records of git's log."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING

from pipecli.core.problem import Problem, Severity
from pipecli.history.commit import Change, Commit
from pipecli.store.places import joined

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipecli.shell.log import Record

EPOCH = datetime.fromtimestamp(0, UTC)


class Commits:
    """Takes up records, and puts commits together once all records are there.

    `problems` are the commits whose dates cannot be read: the other date stands in, else 1970.
    """

    def __init__(self) -> None:
        self.tip = ""
        self.problems: list[Problem] = []
        self._commits: list[Commit] = []
        self._trees: list[str] = []
        self._sides: dict[int, list[tuple[Change, ...]]] = {}

    def add(self, record: Record) -> tuple[Change, ...]:
        """Take up one record, and return its changes; those of one merge follow one another, the tip's come first."""
        self.tip = self.tip or record.hash
        changes = tuple(Change(*change) for change in joined(record.changes))
        if self._commits and self._commits[-1].hash == record.hash:
            self._sides[len(self._commits) - 1].append(changes)
            return changes
        if len(record.parents) > 1:
            self._sides[len(self._commits)] = [changes]
        self._commits.append(self._commit(record, changes))
        self._trees.append(record.tree)
        return changes

    @property
    def recorded(self) -> datetime | None:
        """When the tip was committed; None where there is no commit."""
        return self._commits[0].recorded if self._commits else None

    def __len__(self) -> int:
        return len(self._commits)

    def all(self) -> list[Commit]:
        """Return the commits, with the changes of merges against each parent."""
        trees = {commit.hash: tree for commit, tree in zip(self._commits, self._trees, strict=True)}
        for place, sides in self._sides.items():
            self._commits[place] = _with_sides(self._commits[place], sides, trees)
        return self._commits

    def _commit(self, record: Record, changes: tuple[Change, ...]) -> Commit:
        authored, recorded = moment(record.authored), moment(record.recorded)
        if authored is None or recorded is None:
            self.problems.append(undated(record.hash, "author" if authored is None else "committer"))
        return Commit(
            hash=sys.intern(record.hash),
            parents=tuple(map(sys.intern, record.parents)),
            author=sys.intern(record.author),
            email=sys.intern(record.email),
            authored=authored or recorded or EPOCH,
            recorded=recorded or authored or EPOCH,
            message=record.message,
            changes=(changes,),
        )


_FIRST_YEAR, _LAST_YEAR = 1900, 9998
"""Moments outside of these could not be told in every time zone."""


def moment(text: str) -> datetime | None:
    """Read git's raw date, `1762174800 +0100`, as an aware moment; None where it is none."""
    seconds, _, offset = text.partition(" ")
    try:
        found = datetime.fromtimestamp(int(seconds), _zone(offset))
    except (ValueError, OverflowError, OSError):
        return None
    return found if _FIRST_YEAR < found.year < _LAST_YEAR else None


@lru_cache(maxsize=1000)
def _zone(offset: str) -> timezone:
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    return timezone(timedelta(minutes=-minutes if offset.startswith("-") else minutes))


def _with_sides(commit: Commit, sides: Sequence[tuple[Change, ...]], trees: Mapping[str, str]) -> Commit:
    """Return a merge with its changes against each parent: a parent with the same tree has no record."""
    left = iter(sides)
    tree = trees[commit.hash]
    changes = tuple(() if trees.get(parent) == tree else next(left, ()) for parent in commit.parents)
    return replace(commit, changes=changes)


def undated(commit: str, which: str) -> Problem:
    """Return that one of a commit's dates cannot be read."""
    return Problem(
        code="unreadable-date",
        message=f"commit {commit[:10]}: its {which} date cannot be read",
        severity=Severity.WARNING,
        hint="its other date stands in; moves in this commit have no certain moment",
    )
