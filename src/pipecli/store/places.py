"""Where the workspace lay in its repository: its folder now, and the folders that it was moved from.

Only what is certain links two folders: one commit in which `pipe.yaml` is new in the one and gone from the
other with the same content, and from no third. For a merge, which may have settled what it says, the content
does not matter: the commit that moved it is on the other side.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.layout import SETTINGS
from pipecli.shell import log
from pipecli.shell.log import RawChange
from pipecli.store import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipecli.shell.git import Repository


class Places:
    """The folders of the workspace: the present one, and at a commit those that it is moved from by a later one.

    A prefix is empty, or ends with a slash. It is shown the commits, each before its parents. `left` has the former
    prefixes at those commits that were not shown, but of which a commit that was is a child.
    """

    watched = SETTINGS

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.left: dict[str, frozenset[str]] = {}
        self.former: frozenset[str] = frozenset()
        self._commit = ""
        self._parents: tuple[str, ...] = ()

    def begin(self, commit: str, parents: tuple[str, ...]) -> None:
        """See the hash of a commit and those of its parents; one with several records is seen again."""
        self._parents = parents
        if commit != self._commit:
            self._commit = commit
            self.former = self.left.pop(commit, frozenset())
            if self.former:
                self._hand_on(self.former)

    def learn(self, changes: Sequence[RawChange], *, merge: bool) -> None:
        """Take up a former prefix, if these changes of files named `pipe.yaml` are a move."""
        prefixes = {self.prefix, *self.former}
        came = [change.new for change in changes if not change.old and _prefix(change.path) in prefixes]
        if not came:
            return
        left = [change for change in changes if not change.new and change.old]
        same = [change for change in left if change.old in came] or (left if merge else [])
        if len(same) == 1 and (found := _prefix(same[0].path)) not in prefixes:
            self.former |= {found}
            self._hand_on(self.former)

    def _hand_on(self, former: frozenset[str]) -> None:
        for parent in self._parents:
            self.left[parent] = self.left.get(parent, frozenset()) | former

    def keep(self, path: str) -> str | None:
        """Return the path of a deal's file relative to the workspace, or None for any other path."""
        if path.endswith(".yaml") and not path.endswith("/.yaml"):
            for prefix in (self.prefix, *self.former) if self.former else (self.prefix,):
                if path.startswith(f"{prefix}deals/"):
                    return None if "/." in path[len(prefix) :] else path[len(prefix) :]
        return None


def at(repository: Repository, commit: str) -> Repository:
    """Return the repository as seen from where the workspace lay at a former commit (a full hash)."""
    if _is_there(repository, commit):
        return repository
    places = Places(repository.prefix)
    for record in log.records(repository.git, "HEAD", places):
        if record.hash == commit:
            break
    former = (replace(repository, prefix=prefix) for prefix in sorted(places.former))
    return next((old for old in former if _is_there(old, commit)), repository)


def _is_there(repository: Repository, commit: str) -> bool:
    return any(moment.listed(repository, commit, [SETTINGS]))


def joined(changes: Iterable[RawChange]) -> tuple[RawChange, ...]:
    """Return the changes with each path once: gone from one place and new in another is an edit, or nothing."""
    found: dict[str, RawChange] = {}
    for change in changes:
        other = found.get(change.path)
        if other:
            found[change.path] = RawChange(change.path, other.old or change.old, change.new or other.new)
        else:
            found[change.path] = change
    return tuple(change for change in found.values() if change.old != change.new)


def _prefix(path: str) -> str:
    return path[: -len(SETTINGS)]
