"""The files of a workspace on the disk: found, read, and written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat as modes
import sys
from array import array
from pathlib import Path
from typing import TYPE_CHECKING

from pipecli.core.layout import MAX_BYTES, SINGLES, FileKind, meant_at_top, name_problem, place
from pipecli.core.problem import ExitCode, PipeError, Problem
from pipecli.shell import known

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SECOND = 1_000_000_000
_TICK = 20_000_000
"""Nanoseconds that the clock of a file system may go without moving: one of a hundredth of a second, and some more."""
_AT_ONCE = 16 * 1024
"""More than nearly every file has: to make room for the largest one takes longer than to read the others."""
_UNKNOWN = (-1, -1, -1, -1)
_MOST = 0x7FFF_FFFF_FFFF_FFFF
_FORMAT, _PLAIN = 0o170000, modes.S_IFREG


def find_root(start: Path) -> Path | None:
    """Return the nearest folder at or above `start` that holds a `pipe.yaml`, or None."""
    found = known.root(str(start))
    return None if found is None else Path(found)


def scan(root: Path, *, without: FileKind | None = None) -> tuple[list[str], list[Problem]]:
    """Return the paths of all files in a workspace's places, relative and with slashes, and what was not followed.

    The folder of one kind may be left out.
    """
    paths: list[str] = []
    problems: list[Problem] = []
    with os.scandir(root) as entries:
        ours = [(entry, meant) for entry in entries if (meant := meant_at_top(entry.name)) not in (None, without)]
    for entry, meant in sorted(ours, key=lambda pair: pair[0].name):
        if entry.is_symlink():
            problems.append(symbolic_link(entry.name))
        elif meant in SINGLES:
            paths.append(entry.name)
        elif entry.is_dir(follow_symlinks=False):
            _scan_folder(str(root), entry.name, paths, problems)
    return paths, problems


def names(root: Path, folder: str) -> frozenset[str]:
    """Return the paths of all files in a folder of the workspace, relative; none where there is no such folder."""
    paths: list[str] = []
    if (root / folder).is_dir() and not (root / folder).is_symlink():
        _scan_folder(str(root), folder, paths, [])
    return frozenset(paths)


def folders(root: Path, folder: str) -> list[str]:
    """Return the paths of the folders in a folder of the workspace, relative; none where there is no such folder."""
    if not (root / folder).is_dir() or (root / folder).is_symlink():
        return []
    with os.scandir(root / folder) as entries:
        return sorted(f"{folder}/{entry.name}" for entry in entries if entry.is_dir(follow_symlinks=False))


def _scan_folder(root: str, top: str, paths: list[str], problems: list[Problem]) -> None:
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            entries = os.scandir(f"{root}/{folder}")
        except OSError as error:
            problems.append(_unreadable(folder, error))
            continue
        with entries:
            for entry in entries:
                path = f"{folder}/{entry.name}"
                if entry.name.startswith("."):
                    continue
                if entry.is_symlink():
                    problems.append(symbolic_link(path))
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                else:
                    paths.append(path)


def read(root: Path, paths: Iterable[str]) -> tuple[list[tuple[str, bytes]], list[Problem]]:
    """Return the contents of files, and a problem for each that cannot be read."""
    pairs: list[tuple[str, bytes]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            pairs.append((path, _read_one(f"{root}/{path}")))
        except OSError as error:
            problems.append(_unreadable(path, error))
    return pairs, problems


def stamps(root: Path, paths: Iterable[str]) -> array[int]:
    """Return four numbers for each file: when it was modified and changed, in nanoseconds, its size and its inode.

    A file that cannot be looked at, or is no plain file, has -1 in their place: it is like no other.
    """
    found = array("q")
    add, look, base = found.extend, os.lstat, f"{root}/"
    for path in paths:
        try:
            stat = look(base + path)
        except OSError:
            add(_UNKNOWN)
        else:
            is_file = stat.st_mode & _FORMAT == _PLAIN
            add((stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino & _MOST) if is_file else _UNKNOWN)
    return found


def is_settled(stamp: Sequence[int], moment: int) -> bool:
    """Return whether a file that looked like this at a moment cannot have been changed since and look the same.

    Git calls a file racily clean where it can: it was changed within the same tick of its file system's clock.
    """
    modified, changed = stamp[:2]
    coarse = not (modified % _SECOND or changed % _SECOND)
    return 0 <= max(modified, changed) <= moment - (2 * _SECOND if coarse else _TICK)


def content(path: Path) -> bytes | None:
    """Return what a file holds, or None where there is none. Raises `OSError`, also for a symbolic link."""
    try:
        return _read_one(str(path))
    except FileNotFoundError:
        return None


def _read_one(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        parts, left = [], MAX_BYTES + 1
        while left and (part := os.read(descriptor, min(left, _AT_ONCE))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def output_file(name: str) -> Path:
    """Return where data are to be written. Raises `PipeError` for a folder, and for a file of a workspace or of git."""
    path = Path(name).resolve()
    root = find_root(path.parent)
    below = path.relative_to(root).as_posix() if root else ""
    if path.is_dir():
        wrong, hint = "is a folder", "name a file in it"
    elif ".git" in path.parts or place(below) or name_problem(below):
        wrong, hint = f"is a file of {'git' if '.git' in path.parts else 'the workspace'}", "choose another file"
    elif not path.parent.is_dir():
        wrong, hint = "is in a folder that is not there", f"mkdir -p {path.parent}"
    else:
        return Path(name)
    raise PipeError(f"cannot write {name}: it {wrong}", hint=hint, code=ExitCode.USAGE)


def write(path: Path, data: bytes) -> None:
    """Replace or make a file, whole; what is no regular file, like a terminal, is written to as it is."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    path = path.resolve()
    make_folders(path.parent)
    fresh = prepare(path, data)
    try:
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def prepare(path: Path, data: bytes, *, sync: bool = True) -> Path:
    """Return a new file beside `path`, with its owner and rights, that can be renamed to it when it is synced."""
    import tempfile  # noqa: PLC0415 -- it brings much along, and reading commands do without

    old = path.stat() if path.exists() else None
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if old and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                with contextlib.suppress(OSError):
                    os.fchown(file.fileno(), old.st_uid, old.st_gid)
            os.fchmod(file.fileno(), old.st_mode & 0o777 if old else 0o666 & ~_umask())
            if sync:
                os.fsync(file.fileno())
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def make_folders(folder: Path) -> list[Path]:
    """Make a folder and what is missing above it, and return those that were made, the highest first."""
    missing = [place for place in (folder, *folder.parents) if not os.path.lexists(place)][::-1]
    made = []
    try:
        for place in missing:
            place.mkdir()
            made.append(place)
    except OSError:
        remove_folders(made)
        raise
    return made


def remove_folders(made: Iterable[Path]) -> None:
    """Remove folders that we made, but for those that hold something now."""
    for folder in reversed(list(made)):
        with contextlib.suppress(OSError):
            folder.rmdir()


def sync_many(paths: Iterable[Path]) -> None:
    """Sync files: all at once where that waits until it is done, which on Linux it does, else one by one."""
    if sys.platform == "linux":
        os.sync()
        return
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that a rename in it outlives a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def symbolic_link(path: str) -> Problem:
    """Return the problem of a link in a workspace's place."""
    return Problem(
        code="symbolic-link",
        path=path,
        message="a symbolic link is not followed",
        hint="put the file itself here",
    )


def _unreadable(path: str, error: OSError) -> Problem:
    return Problem(code="unreadable-file", path=path, message=f"cannot be read: {error.strerror}", hint=f"ls -l {path}")
