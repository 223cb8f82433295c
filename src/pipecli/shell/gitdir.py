"""The git directory of a work tree, found without starting git, as a place for what only saves time."""

from __future__ import annotations

import os
from pathlib import Path

from pipecli.core.problem import PipeError

_ALWAYS = ("HEAD",)
_MARK = "gitdir: "
_LONGEST = 4096


def find(root: Path) -> tuple[Path, str] | None:
    """Return the git directory of the work tree that a folder lies in, and the way from its top to the folder.

    None where there is none, or none that git would trust: one that belongs to someone else is asked about.
    """
    ceilings = os.environ.get("GIT_CEILING_DIRECTORIES", "").split(os.pathsep)
    for top in (root, *root.parents):
        if top != root and str(top) in ceilings:
            return None
        mark = top / ".git"
        if not os.path.lexists(mark):
            continue
        directory = mark if mark.is_dir() else _named(mark)
        if directory is None or not all((directory / name).exists() for name in _ALWAYS):
            return None
        if directory.stat().st_uid != os.geteuid():
            return _asked(root)
        way = root.relative_to(top).as_posix()
        return directory, "" if way == "." else way
    return None


def _named(mark: Path) -> Path | None:
    """Return the directory that a `.git` file of a linked work tree or of a submodule names."""
    try:
        with mark.open("rb") as file:
            text = os.fsdecode(file.read(_LONGEST)).removesuffix("\n")
    except OSError:
        return None
    return Path(os.path.normpath(mark.parent / text.removeprefix(_MARK))) if text.startswith(_MARK) else None


def _asked(root: Path) -> tuple[Path, str] | None:
    from pipecli.shell import git  # noqa: PLC0415 -- seldom

    try:
        repository = git.discover(root)
    except PipeError:
        return None
    if repository is None or repository.top is None:
        return None
    return repository.directory, repository.prefix.rstrip("/")
