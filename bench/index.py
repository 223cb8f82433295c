"""What `pipe` keeps in the git directory, taken away, left there, or put back as it was before new commits.

Cold means that it is not there; what the system keeps of files in memory stays, for our commands as for the floors.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from bench.process import measure
from bench.row import Bench, Case, Size, pipe
from bench.workspaces import add_commits, copy, workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bench.process import Command

NEW_COMMITS = 100


def index(folder: Path) -> Path:
    """Return where the index of a workspace's repository lies, if there is one."""
    return folder / ".git" / "pipe"


def cold(folder: Path) -> Callable[[], None]:
    """Return what takes the index away."""
    return lambda: shutil.rmtree(index(folder), ignore_errors=True)


def after_new_commits(
    arguments: tuple[str, ...], floors: Callable[[Path], Mapping[str, Command]]
) -> Callable[[Bench, Size], Case]:
    """Return the case of a command that finds an index as it was before the last commits, in every run."""

    def case(bench: Bench, size: Size) -> Case:
        folder = copy(workspace(*size), bench.scratch / f"{size[0]}-deals-grown")
        kept = bench.scratch / f"{size[0]}-deals-index"
        first = measure(pipe(folder, *arguments))
        if first.error:
            raise RuntimeError(first.error)
        if index(folder).exists():
            shutil.copytree(index(folder), kept)
        add_commits(folder, NEW_COMMITS)
        return Case(pipe(folder, *arguments, before=lambda: _put_back(kept, folder)), floors(folder))

    return case


def _put_back(kept: Path, folder: Path) -> None:
    """Write what was kept into the very files: one that was copied to the place would not be believed."""
    for file in kept.iterdir() if kept.exists() else ():
        shutil.copyfile(file, index(folder) / file.name)
