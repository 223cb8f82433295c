"""Commits parents first, and the versions of files that they name: streamed, whatever their number."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pipecli.core.checksum import Damaged
from pipecli.core.watch import SILENT, Watch
from pipecli.history.commit import Change, Commit
from pipecli.history.timeline import first_parent_only
from pipecli.shell import log
from pipecli.shell.blobs import blobs
from pipecli.shell.spool import Spool
from pipecli.store.commits import EPOCH, moment, undated
from pipecli.store.places import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipecli.core.problem import Problem
    from pipecli.history.version import Version
    from pipecli.shell.git import Git
    from pipecli.shell.log import Record, Selection

_NEAR = 50_000
"""So many versions are kept at hand."""
_SOME = 1000
"""After so many commits progress is told."""


class Told(NamedTuple):
    """One commit as it is read: its tree, what is wrong with its dates, the parents that no later one has.

    `former` is where the files lay besides.
    """

    commit: Commit
    tree: str
    problems: tuple[Problem, ...]
    done_with: tuple[str, ...]
    former: tuple[str, ...]


class Kept(Protocol):
    """Where versions are kept that were read before, and the trees of the commits that are left out.

    `is_new`: nothing was ever read.
    """

    is_new: bool

    def tree(self, commit: str) -> str:
        """Return the tree of a commit, or the empty string where it was never read."""

    def version(self, blob: str) -> Version | None:
        """Return the version in a blob, or None where it was never read."""

    def keep_version(self, blob: str, version: Version) -> None:
        """Keep it."""


class Past:
    """The commits of a revision that are not reachable from any of `without`, told once, parents first.

    While they are told `versions` has what is in the blobs that they name: each is read when it is asked for, by
    `read`, unless it is kept from before.
    """

    def __init__(  # noqa: PLR0913 -- what is read, how, and who is told
        self,
        git: Git,
        revision: str,
        selection: Selection,
        read: Callable[[bytes | None], Version],
        kept: Kept,
        *,
        first_parent: bool = False,
        without: Sequence[str] = (),
        watch: Watch = SILENT,
    ) -> None:
        self._watch = watch
        self._kept = kept
        self._first_parent = first_parent
        self._spool = Spool()
        self.tip = ""
        self.ends: set[str] = set()
        self._fill(
            (record, selection.former)
            for record in log.records(git, revision, selection, first_parent=first_parent, without=without)
        )
        self._contents = blobs(git, _names(self._spool.newest_first()))
        self.versions = Versions(self._contents, read, kept)

    def close(self) -> None:
        """End what git still does, and let the commits go."""
        self._contents.close()
        self._spool.close()

    def __len__(self) -> int:
        return len(self._spool)

    def __iter__(self) -> Iterator[Told]:
        trees: dict[str, str] = {}
        for count, raw in enumerate(self._spool.newest_first()):
            if not count % _SOME:
                self._watch.progress("reading the history", count, len(self))
            told = self._told(Raw._make(raw), trees)
            commit = first_parent_only(told.commit) if self._first_parent else told.commit
            yield told._replace(commit=commit)
        self._watch.progress("reading the history", len(self), len(self))

    def _fill(self, records: Iterator[tuple[Record, frozenset[str]]]) -> None:
        """Spool the commits, and with each the parents that nobody before had: whoever comes later had them first.

        `ends` are in the end the parents that are no commits of this past.
        """
        for name, group in groupby(records, lambda pair: pair[0].hash):
            sides, formers = zip(*group, strict=True)
            first = sides[0]
            self.tip = self.tip or name
            parents = first.parents[:1] if self._first_parent else first.parents
            fresh = tuple(parent for parent in dict.fromkeys(parents) if parent not in self.ends)
            self.ends.update(fresh)
            self.ends.discard(name)
            changes = tuple(tuple(map(tuple, joined(side.changes))) for side in sides)
            message = first.message if "Pipe-" in first.message else ""
            self._spool.put((*first[:7], message, changes, fresh, tuple(sorted(formers[-1]))))
            if not len(self) % _SOME:
                self._watch.progress("reading the commits", len(self), None)

    def _told(self, raw: Raw, trees: dict[str, str]) -> Told:
        authored, recorded = moment(raw.authored), moment(raw.recorded)
        wrong = () if authored and recorded else (undated(raw.hash, "author" if authored is None else "committer"),)
        sides = tuple(tuple(map(Change._make, side)) for side in raw.sides)
        if len(raw.parents) > 1 and not self._first_parent:
            sides = _against(raw, sides, lambda parent: trees.get(parent) or self._kept.tree(parent))
        commit = Commit(
            hash=raw.hash,
            parents=raw.parents,
            author=sys.intern(raw.author),
            email=sys.intern(raw.email),
            authored=authored or recorded or EPOCH,
            recorded=recorded or authored or EPOCH,
            message=raw.message,
            changes=sides,
        )
        trees[raw.hash] = raw.tree
        for parent in raw.done_with:
            trees.pop(parent, None)
        return Told(commit, raw.tree, wrong, raw.done_with, raw.former)


class Raw(NamedTuple):
    """A record of git, with the changes against every parent that it differs from."""

    hash: str
    parents: tuple[str, ...]
    tree: str
    author: str
    email: str
    authored: str
    recorded: str
    message: str
    sides: tuple[tuple[tuple[str, str, str], ...], ...]
    done_with: tuple[str, ...]
    former: tuple[str, ...]


class Versions(Mapping[str, "Version"]):
    """What is in the blobs, in the order in which git tells them; those of late are kept at hand."""

    def __init__(
        self,
        contents: Iterator[tuple[str, bytes | None]],
        read: Callable[[bytes | None], Version],
        kept: Kept,
    ) -> None:
        self._contents, self._read, self._kept = contents, read, kept
        self._near: dict[str, Version] = {}
        self._alike: dict[Version, Version] = {}

    def __getitem__(self, blob: str) -> Version:
        """Return what a blob says that some commit named so far."""
        found = self._near.get(blob)
        return found if found is not None else self._far(blob)

    def __iter__(self) -> Iterator[str]:
        return iter(self._near)

    def __len__(self) -> int:
        return len(self._near)

    def _far(self, blob: str) -> Version:
        """Return a version that is not at hand: mostly the next one; else it is kept; else it comes later."""
        name, found = self._next() if self._kept.is_new else ("", None)
        if name != blob:
            found = self._kept.version(blob)
            while found is None:
                name, version = self._next()
                found = version if name == blob else None
        assert found is not None  # noqa: S101 -- the loop ends with it
        self._put(blob, found)
        return found

    def _next(self) -> tuple[str, Version]:
        name, data = next(self._contents, ("", None))
        if not name:
            raise Damaged  # a version that was read before is not kept
        found = None if self._kept.is_new else self._kept.version(name)
        if found is None:
            found = self._read(data)
            found = self._alike.setdefault(found, found)
            self._kept.keep_version(name, found)
        self._put(name, found)
        return name, found

    def _put(self, blob: str, found: Version) -> None:
        self._near[blob] = found
        if len(self._near) > _NEAR:
            for old in list(self._near)[: _NEAR // 2]:
                del self._near[old]


def _names(records: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the blobs that the records name, each once among those of late."""
    late: dict[str, None] = {}
    for record in records:
        for side in Raw._make(record).sides:
            for _, _, new in side:
                if new and new not in late:
                    late[new] = None
                    yield new
        if len(late) > _NEAR:
            late = dict.fromkeys(list(late)[_NEAR // 2 :])


def _against(
    raw: Raw, sides: Sequence[tuple[Change, ...]], tree_of: Callable[[str], str]
) -> tuple[tuple[Change, ...], ...]:
    """Return the changes of a merge against each parent: git has no record of one with the same tree."""
    left = iter(sides)
    return tuple(() if tree_of(parent) == raw.tree else next(left, ()) for parent in raw.parents)
