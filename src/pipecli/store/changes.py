"""Which files of the work tree are not those of a commit, told without git's status.

`git status` would run the filters that a repository names. Here the content of each file is hashed as git
does; what git stores with other line ends counts as the same.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipecli.core.layout import FOLDERS, MAX_BYTES, SINGLES, place
from pipecli.store import moment

if TYPE_CHECKING:
    from pipecli.core.workspace import Workspace
    from pipecli.shell.git import Repository

_SHA1 = 40
"""So many digits has a hash of the older object format."""


def differing(repository: Repository, commit: str, workspace: Workspace) -> frozenset[str]:
    """Return the paths at which what was read of the work tree differs from the commit: others, more, or none there."""
    names = [*FOLDERS, *SINGLES]
    committed = {
        path: blob
        for mode, blob, path in moment.listed(repository, commit, names)
        if mode.startswith("100") and place(path)
    }
    present = {path: data for path, data in workspace.texts.items() if place(path)}
    changed = {path for path, data in present.items() if path in committed and not _is(data, committed[path])}
    return frozenset(changed | (committed.keys() ^ present.keys()))


def _is(data: bytes, blob: str) -> bool:
    """Return whether git stores these bytes under this id; a file that is too long was not read to its end."""
    return len(data) > MAX_BYTES or _id(data, blob) == blob or _id(data.replace(b"\r\n", b"\n"), blob) == blob


def _id(data: bytes, like: str) -> str:
    made = hashlib.sha1(usedforsecurity=False) if len(like) == _SHA1 else hashlib.sha256(usedforsecurity=False)
    made.update(b"blob %d\0" % len(data))
    made.update(data)
    return made.hexdigest()
