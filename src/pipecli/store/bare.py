"""The settings of a workspace, also of one that is in the commits of a bare repository alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.layout import SETTINGS
from pipecli.core.problem import PipeError
from pipecli.shell import disk, git
from pipecli.store import moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


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


def settings(root: Path, at: str | None = None) -> Sequence[tuple[str, bytes]]:
    """Return the settings file of the folder, or that of a revision where the folder is a bare repository."""
    found = disk.read(root, [SETTINGS])[0]
    if found:
        return found
    repository = git.discover(root)
    if repository is None or repository.top is not None or not repository.head:
        return []
    return moment.read(repository, moment.resolve(repository, at or "HEAD"), [SETTINGS]).pairs
