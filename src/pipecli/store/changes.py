"""Which files of the work tree are not those of a commit, told without git's status.

`git status` would run the filters that a repository names. Here the content of each file is hashed as git
does; what git stores with other line ends counts as the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.contents import is_blob
from pipecli.core.layout import FOLDERS, SINGLES, place
from pipecli.store import moment

if TYPE_CHECKING:
    from pipecli.core.workspace import Workspace
    from pipecli.shell.git import Repository


def differing(repository: Repository, commit: str, workspace: Workspace) -> frozenset[str]:
    """Return the paths at which what was read of the work tree differs from the commit: others, more, or none there."""
    names = [*FOLDERS, *SINGLES]
    committed = {path: blob for mode, blob, path in moment.listed(repository, commit, names) if mode.startswith("100")}
    texts = workspace.texts
    present = set(texts)
    changed = {path for path in present & committed.keys() if not is_blob(texts, path, committed[path])}
    return frozenset(path for path in changed | (committed.keys() ^ present) if place(path))
