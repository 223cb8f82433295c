"""Applying edits as one commit, or not at all.

The caller holds the lock, has read the files inside it, and has looked whether anything forbids the write
(`shell/state.py`). Here the files are exchanged (`shell/swap.py`) and committed (`shell/onlythese.py`), and our
operation is looked for in HEAD, since git can fail after the commit is made; where it is not there, everything
is put back. Signals wait until one or the other is done.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.shell import clock, disk, fastimport, interrupt, onlythese, swap
from pipecli.shell.interrupt import Interrupted
from pipecli.shell.refusal import refused
from pipecli.shell.stored import stored

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipecli.core.edit import Edit
    from pipecli.shell.git import Repository
    from pipecli.shell.objects import Object


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a commit: its hash, and what git or a hook had to say.

    `changed` holds the files that are stored otherwise than they were written, as they are stored; `left` those
    that are otherwise on the disk; `stale` those whose old version is still in the index. `marked` is False where
    a hook took our operation out of the message.
    """

    commit: str
    said: str = ""
    changed: tuple[tuple[str, bytes], ...] = ()
    left: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    marked: bool = True


def write(root: Path, edits: Sequence[Edit]) -> None:
    """Write every file, or none: then `PipeError` is raised."""
    with interrupt.held():
        swap.forget(swap.exchange(root, edits))


def commit(
    root: Path, repository: Repository, edits: Sequence[Edit], message: str, operation: str, *, wait: float
) -> Done:
    """Write the edits and commit exactly their files; `operation` is the `Pipe-Op` in the message.

    Another git command's lock is waited for, `wait` seconds at most. Raises `PipeError` with git's own words where
    it refused (exit code 5; 4 for the lock), and `Interrupted`, both after everything is as it was.
    """
    given, end = message.encode(), clock.monotonic() + wait
    onlythese.await_index(repository, end)
    if len(edits) > onlythese.MANY:
        fastimport.store(repository, (edit.after for edit in edits if edit.after is not None))
    with interrupt.held() as hold:
        swaps = swap.exchange(root, edits, repository.directory / f"pipe-old-{operation}")
        made = {folder.relative_to(root).as_posix() for one in swaps for folder in one.made}
        tried = onlythese.Commit(repository, [e.path for e in edits], [e.path for e in edits if e.before is None], made)
        try:
            tried.run(given, end, hold)
        finally:
            found = stored(repository, [edit.path for edit in edits])
            landed = tried.succeeded or _has_landed(found, repository, edits, operation)
            remarks = [] if landed else swap.put_back(swaps, lambda data: onlythese.save(repository, data))
            remarks += [] if landed else tried.undo()
        if landed:
            hold.heeded = False
            swap.forget(swaps)
            marked = _is_marked(found, operation)
            return replace(_done(root, repository, edits, found, tried), marked=marked)
    if hold.came:
        raise Interrupted
    raise refused(tried.said, remarks)


def _has_landed(found: dict[str, Object | None], repository: Repository, edits: Sequence[Edit], operation: str) -> bool:
    """Return whether a commit is ours: by its message or, should a hook have changed that, by what it holds."""
    head = found.get("HEAD")
    if head is None:
        return False
    stored = [found[f"HEAD:{repository.prefix}{edit.path}"] for edit in edits]
    ours = all((one.data if one else None) == edit.after for one, edit in zip(stored, edits, strict=True))
    return _is_marked(found, operation) or (ours and head.id != repository.head)


def _is_marked(found: dict[str, Object | None], operation: str) -> bool:
    head = found.get("HEAD")
    return head is not None and operation.encode() in head.data


def _done(
    root: Path,
    repository: Repository,
    edits: Sequence[Edit],
    found: dict[str, Object | None],
    tried: onlythese.Commit,
) -> Done:
    """Return what became of a commit, and put those files right in the index that a hook changed."""
    stored = {edit.path: found.get(f"HEAD:{repository.prefix}{edit.path}") for edit in edits}
    staged = {edit.path: found.get(f":{repository.prefix}{edit.path}") for edit in edits}
    stale = [path for path, one in stored.items() if one != staged[path]]
    head = found.get("HEAD")
    return Done(
        head.id if head else "",
        tried.said.strip(),
        tuple((e.path, one.data) for e in edits if (one := stored[e.path]) and not _same(one.data, e.after)),
        tuple(e.path for e in edits if _content(root / e.path) != e.after),
        tuple(stale if stale and not tried.refresh(stale) else ()),
    )


def _same(one: bytes, other: bytes | None) -> bool:
    """Return whether two texts are equal but for line ends, which git may convert."""
    return other is not None and one.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")


def _content(path: Path) -> bytes | None:
    try:
        return disk.content(path)
    except OSError:
        return None


def forget(folder: Path, *, repository: bool, made: bool) -> None:
    """Take back what `pipe init` made: the new repository, and the new folder where it is empty."""
    with interrupt.held():
        if repository:
            shutil.rmtree(folder / ".git", ignore_errors=True)
        if made:
            disk.remove_folders([folder])
