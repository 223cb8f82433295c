"""The settings of a workspace, also of one that is in the commits of a bare repository alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pipecli.core.layout import SETTINGS
from pipecli.core.problem import PipeError
from pipecli.core.workspace import build
from pipecli.shell import git
from pipecli.store import moment, worktree

if TYPE_CHECKING:
    from pathlib import Path

    from pipecli.core.workspace import Workspace


def is_workspace(folder: Path) -> bool:
    """Return whether the folder is a bare repository whose HEAD has a `pipe.yaml` at its top."""
    try:
        repository = git.discover(folder)
    except PipeError:  # no git, or one that does not trust the folder
        return False
    return (
        repository is not None
        and repository.top is None
        and bool(repository.head)
        and any(moment.listed(repository, "HEAD", [SETTINGS]))
    )


def settings(root: Path, at: str | None = None) -> Workspace:
    """Return a workspace of the settings alone: those of the folder, or of a revision where it is a bare repository."""
    if os.path.lexists(root / SETTINGS):
        return worktree.load_only(root, [SETTINGS])
    repository = git.discover(root)
    if repository is None or repository.top is not None or not repository.head:
        return build(())
    return build(moment.read(repository, moment.resolve(repository, at or "HEAD"), [SETTINGS]).pairs)
