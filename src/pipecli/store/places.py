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
    """The prefixes of the workspace, the present one first; each is empty, or ends with a slash.

    It is shown the commits newest first, and from a move on keeps the paths below the former prefix, too.
    """

    watched = SETTINGS

    def __init__(self, prefix: str) -> None:
        self.prefixes = [prefix]
        self._folders = [(len(prefix), f"{prefix}deals/")]

    def learn(self, changes: Sequence[RawChange], *, merge: bool) -> None:
        """Take up a former prefix, if these changes of files named `pipe.yaml` are a move."""
        came = [change.new for change in changes if not change.old and _prefix(change.path) in self.prefixes]
        if not came:
            return
        left = [change for change in changes if not change.new and change.old]
        same = [change for change in left if change.old in came] or (left if merge else [])
        if len(same) == 1 and (found := _prefix(same[0].path)) not in self.prefixes:
            self.prefixes.append(found)
            self._folders.append((len(found), f"{found}deals/"))

    def keep(self, path: str) -> str | None:
        """Return the path of a deal's file relative to the workspace, or None for any other path."""
        if path.endswith(".yaml") and not path.endswith("/.yaml"):
            for length, folder in self._folders:
                if path.startswith(folder):
                    return None if "/." in path[length:] else path[length:]
        return None


def at(repository: Repository, commit: str) -> Repository:
    """Return the repository as seen from where the workspace lay at a former commit (a full hash)."""
    if _is_there(repository, commit):
        return repository
    places = Places(repository.prefix)
    for record in log.records(repository.git, "HEAD", places):
        if record.hash == commit:
            break
    return next(
        (old for p in places.prefixes[1:] if _is_there(old := replace(repository, prefix=p), commit)), repository
    )


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
