"""A file that is built beside its place and then put there, whole; and what may lie at that place."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FRESH = ".new"
"""How the name of a file ends that is being built."""


def begin(path: Path) -> Path:
    """Return a new empty file beside a place, with the rights of the git directory, which is two folders up."""
    rights = path.parent.parent.stat().st_mode
    with suppress(FileExistsError):
        path.parent.mkdir()
        path.parent.chmod(stat.S_IMODE(rights))
    if not stat.S_ISDIR(path.parent.lstat().st_mode) or (os.path.lexists(path) and not is_plain(path)):
        raise NotADirectoryError(path)
    _sweep(path)
    building = path.with_name(f"{path.name}.{os.getpid()}{_FRESH}")
    discard(building)
    descriptor = os.open(building, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        os.fchmod(descriptor, rights & 0o666)
    finally:
        os.close(descriptor)
    return building


def is_plain(path: Path) -> bool:
    """Return whether there is a plain file at a place, reached by no symbolic link in the last folder or its name."""
    try:
        folder, file = path.parent.lstat(), path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(folder.st_mode) and stat.S_ISREG(file.st_mode)


def discard(path: Path) -> None:
    """Remove a file, if that can be."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove what processes left that ended while they built."""
    for left in path.parent.glob(f"{path.name}.*{_FRESH}"):
        number = left.name.removeprefix(f"{path.name}.").removesuffix(_FRESH)
        if number.isdecimal() and not _is_alive(int(number)):
            discard(left)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
