"""What the files of the work tree say, from the index in the git directory where they are as they were.

As git's own index does it, a file is known again by its stat data; one that was changed too shortly before it was read
to tell is read again. Each content is parsed once, wherever it turns up. Without a git directory every file is read.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from pipecli.core.blob import content_id
from pipecli.core.watch import SILENT, Watch
from pipecli.shell import gitdir
from pipecli.store import kept
from pipecli.store.edition import edition
from pipecli.store.kept import Kept
from pipecli.store.recognition import Found, Recognition

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipecli.shell.database import Database


def location(root: Path) -> Path | None:
    """Return where the index of a workspace lies, or would.

    None outside of a git work tree, and in a Python that was built without SQLite.
    """
    found = gitdir.find(root) if find_spec("_sqlite3") else None
    if found is None:
        return None
    directory, way = found
    name = f"worktree-{content_id(way.encode('utf-8', 'surrogateescape'))[:12]}" if way else "worktree"
    return directory / "pipe" / f"{name}.sqlite"


def read(root: Path, paths: Iterable[str], *, every: bool, watch: Watch = SILENT) -> Found:
    """Return what some files say, or `every` file of the workspace: what is kept of others then is kept no more."""
    where, folders = location(root), by_folder(paths)
    if where is None:
        return Recognition(root, Kept(None, folders, every=every), watch).of(folders)
    from pipecli.shell.database import used  # noqa: PLC0415 -- SQLite is loaded only where there is an index

    def work(database: Database) -> Found:
        before = Kept(database, folders, every=every)
        found = Recognition(root, before, watch).of(folders)
        before.save()
        return found

    return used(where, edition(), kept.TABLES, work, watch)


def by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return the names of files by folder, in order."""
    folders: dict[str, list[str]] = {}
    for path in sorted(paths):
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    return folders
