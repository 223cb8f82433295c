"""Which record a version of a file belongs to, where a field of the file says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.history.commit import Change
from pipecli.history.order import parents_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipecli.history.commit import Commit


class Owned(str):
    """A path that knows whose it is in one version of its file; else a text like any other."""

    __slots__ = ("owner",)
    owner: str


def owner(path: str) -> str:
    """Return the id that an `Owned` path has."""
    return path.owner if isinstance(path, Owned) else path


def owned(commits: Iterable[Commit], ids: Mapping[str, str]) -> list[Commit]:
    """Return the commits with paths that know their owner; `ids` has the id that each blob says, where it says one.

    A version that says none belongs to whom the one before it at the same path belongs, else its path is its id.
    Where a file takes another id, one record ends and another begins.
    """
    inherited: dict[tuple[str, str], str] = {}
    found = []
    for commit in parents_first(commits):
        sides = []
        for side in commit.changes:
            for path, old, new in side:
                if new and not ids.get(new):
                    inherited.setdefault((path, new), ids.get(old) or inherited.get((path, old)) or path)
            sides.append(tuple(change for one in side for change in _changes(one, ids, inherited)))
        found.append(replace(commit, changes=tuple(sides)))
    return found


def _changes(change: Change, ids: Mapping[str, str], inherited: Mapping[tuple[str, str], str]) -> Iterator[Change]:
    path, old, new = change
    before, after = (_path(path, ids.get(blob) or inherited.get((path, blob)) or path) for blob in (old, new))
    if not old or not new or before.owner == after.owner:
        yield Change(after if new else before, old, new)
    else:
        yield Change(before, old, "")
        yield Change(after, "", new)


def _path(path: str, name: str) -> Owned:
    found = Owned(path)
    found.owner = name
    return found
