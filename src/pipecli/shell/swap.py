"""Files exchanged for their new versions, made or removed; and back.

Each file is wholly old or wholly new at every instant, and edits are done in their order: a rename makes the new
file before it removes the old one. Whatever takes space on the disk is written before the
first file is exchanged, and the old files keep a second name until the end, so that the way back needs no space.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError
from pipecli.shell import disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from pipecli.core.edit import Edit

_MANY = 100
"""How many files are at most synced one by one; of 9,000 that takes from 4 to 20 seconds, and together one."""


@dataclass(frozen=True, slots=True)
class Swap:
    """One file to exchange: `fresh` is the new one beside it, unless it is removed, `kept` a second name of the old."""

    edit: Edit
    path: Path
    fresh: Path | None
    kept: Path | None
    made: tuple[Path, ...]


def exchange(root: Path, edits: Sequence[Edit], keep: Path | None = None) -> list[Swap]:
    """Write every file and read it back; where one fails, all are as they were and `PipeError` is raised.

    `keep` begins the second names of the old files; it has to be on the same disk to be of use.
    """
    swaps: list[Swap] = []
    together = len(edits) > _MANY
    try:
        for number, edit in enumerate(edits):
            kept = keep.with_name(f"{keep.name}-{number}") if keep else None
            swaps.append(_prepared(root, edit, kept, sync=not together))
        if together:
            disk.sync_many(swap.fresh for swap in swaps if swap.fresh)
        for swap in swaps:
            _replace(swap)
        for folder in dict.fromkeys(swap.path.parent for swap in swaps):
            disk.sync_folder(folder)
    except OSError as error:
        put_back(swaps)
        path = edits[min(len(swaps), len(edits) - 1)].path
        message = f"cannot write {path}, and nothing was changed: {error.strerror}"
        raise PipeError(message, code=ExitCode.STATE) from None
    except BaseException:
        put_back(swaps)
        raise
    return swaps


def put_back(swaps: Iterable[Swap], save: Callable[[bytes], str] | None = None) -> list[str]:
    """Give every file its old content, and return remarks on those where something else happened meanwhile.

    `save` keeps what something else wrote, and says where, or returns the empty string; then the file is left.
    """
    remarks = [_back(swap, save) for swap in reversed(list(swaps))]
    forget(swaps)
    return [remark for remark in remarks if remark]


def _back(swap: Swap, save: Callable[[bytes], str] | None) -> str:
    before, remark = swap.edit.before, ""
    try:
        if swap.fresh:
            swap.fresh.unlink(missing_ok=True)
        now = disk.content(swap.path)
        if now not in (None, before, swap.edit.after):
            remark = save(now) if save else ""
            if not remark:
                return f"{swap.edit.path} was changed by something else, and is left as it is"
        if now != before:
            _restore(swap, before)
        disk.remove_folders(swap.made)
    except OSError as error:
        return f"{swap.edit.path} could not be put back: {error.strerror}; git restore {swap.edit.path}"
    return remark and f"{swap.edit.path}: {remark}"


def forget(swaps: Iterable[Swap]) -> None:
    """Give up the second names of the old files."""
    for swap in swaps:
        if swap.kept:
            with contextlib.suppress(OSError):
                swap.kept.unlink(missing_ok=True)


def _prepared(root: Path, edit: Edit, kept: Path | None, *, sync: bool) -> Swap:
    path = root / edit.path
    for folder in path.relative_to(root).parents:
        if (root / folder).is_symlink():
            raise PipeError(f"{folder} is a symbolic link, which is not followed", code=ExitCode.STATE)
    made = disk.make_folders(path.parent)
    try:
        fresh = None if edit.after is None else disk.prepare(path, edit.after, sync=sync)
    except BaseException:
        disk.remove_folders(made)
        raise
    return Swap(edit, path, fresh, kept, tuple(made))


def _replace(swap: Swap) -> None:
    if disk.content(swap.path) != swap.edit.before:
        message = f"{swap.edit.path} was changed by something else at the same time"
        raise PipeError(message, hint="look at it, and try again", code=ExitCode.TAKEN)
    if swap.kept and swap.edit.before is not None:
        with contextlib.suppress(OSError):
            os.link(swap.path, swap.kept, follow_symlinks=False)
    if swap.fresh:
        swap.fresh.replace(swap.path)
    else:
        disk.sync_folder(swap.path.parent)  # what was made instead is on the disk before this is gone
        swap.path.unlink()
    if disk.content(swap.path) != swap.edit.after:
        raise PipeError(f"{swap.edit.path} was not written as it was meant", code=ExitCode.STATE)


def _restore(swap: Swap, before: bytes | None) -> None:
    if before is None:
        swap.path.unlink(missing_ok=True)
    elif swap.kept and disk.content(swap.kept) == before:
        swap.kept.replace(swap.path)
    else:
        disk.write(swap.path, before)
    disk.sync_folder(swap.path.parent)
