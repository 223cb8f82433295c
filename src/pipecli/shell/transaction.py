"""Applying edits as one commit, or not at all.

The order of the steps is that of the design: the caller holds the lock and has read the files inside it; here
the targets are checked against HEAD and the index, written, read back, committed with `git commit --only`, and
looked for in HEAD; where git refused, the files get their old bytes back.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError
from pipecli.shell import clock, disk
from pipecli.shell.interrupt import Interrupted
from pipecli.shell.objects import read_objects

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipecli.core.edit import Edit
    from pipecli.shell.git import Repository
    from pipecli.shell.objects import Object

_UNDER_WAY = {
    "MERGE_HEAD": "a merge",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisection",
}
_INDEX_LOCK = re.compile(r"index\.lock'?: File exists")
_FIRST_PAUSE = 0.05
_QUIETLY = ("-c", "core.fsync=committed", "-c", "gc.auto=0", "-c", "maintenance.auto=false")


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a commit: its hash, what git or a hook had to say, and the files that a hook changed."""

    commit: str
    said: str = ""
    changed_by_hook: tuple[str, ...] = ()


def refuse_unfit(repository: Repository, *, allow_detached: bool = False) -> None:
    """Raise `PipeError` where the state of the repository forbids a commit."""
    if "GIT_INDEX_FILE" in os.environ:
        raise PipeError(
            "a git hook or another git command is running",
            hint="write after it has ended",
            code=ExitCode.STATE,
        )
    if repository.top is None:
        raise PipeError("a bare repository has no files to edit", code=ExitCode.STATE)
    for name, what in _UNDER_WAY.items():
        if (repository.directory / name).exists():
            raise PipeError(f"{what} is under way", hint="finish it, or abort it, then try again", code=ExitCode.STATE)
    if not repository.branch and not allow_detached:
        raise PipeError(
            "HEAD is detached: a commit made now would be on no branch",
            hint="git switch BRANCH, or --allow-detached",
            code=ExitCode.STATE,
        )


def refuse_dirty(repository: Repository, edits: Sequence[Edit]) -> None:
    """Raise `PipeError` where a file to be edited differs from HEAD, or stands otherwise in the index."""
    names = [name for edit in edits for name in (_object("HEAD", repository, edit), _object("", repository, edit))]
    found = read_objects(repository.git, names)
    for edit in edits:
        committed, staged = (found[_object(rev, repository, edit)] for rev in ("HEAD", ""))
        if edit.before is None:
            if committed is not None or staged is not None:
                _dirty(
                    edit.path,
                    "is known to git and missing on the disk",
                    "git restore it, or choose another id",
                )
        elif committed is None:
            _dirty(edit.path, "is not committed yet", f"git add {edit.path} && git commit, then try again")
        elif staged is None or not _same(staged.data, committed.data):
            _dirty(edit.path, "has staged changes", "commit or unstage them first")
        elif not _same(edit.before, committed.data):
            _dirty(edit.path, "has uncommitted changes", "commit or stash them first, or use --no-commit")


def _dirty(path: str, what: str, hint: str) -> None:
    raise PipeError(f"{path} {what}", hint=hint, code=ExitCode.STATE)


def _same(one: bytes, other: bytes) -> bool:
    """Return whether two texts are equal but for line ends, which git may convert."""
    return one == other or one.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")


def _object(revision: str, repository: Repository, edit: Edit) -> str:
    return f"{revision}:{repository.prefix}{edit.path}"


def write(root: Path, edits: Sequence[Edit]) -> None:
    """Write every file and read it back; where one fails, all get their old bytes back."""
    done: list[Edit] = []
    try:
        for edit in edits:
            done.append(edit)
            disk.write(root / edit.path, edit.after)
            _check(root / edit.path, edit)
    except OSError as error:
        restore(root, done)
        raise PipeError(f"cannot write {done[-1].path}: {error.strerror}", code=ExitCode.STATE) from None
    except BaseException:
        restore(root, done)
        raise


def _check(path: Path, edit: Edit) -> None:
    if path.read_bytes() != edit.after:
        raise PipeError(f"{edit.path} was not written as it was meant", code=ExitCode.STATE)


def restore(root: Path, edits: Sequence[Edit]) -> list[str]:
    """Give files their old bytes back where they still are what we wrote, and return the paths of the others."""
    others = []
    for edit in edits:
        path = root / edit.path
        now = path.read_bytes() if path.exists() else None
        if now == edit.before:
            continue
        if now != edit.after:
            others.append(edit.path)
        elif edit.before is None:
            disk.remove(path)
        else:
            disk.write(path, edit.before)
    return others


def commit(
    root: Path, repository: Repository, edits: Sequence[Edit], message: str, operation: str, *, wait: float
) -> Done:
    """Write the edits and commit exactly their files; `operation` is the `Pipe-Op` in the message.

    Another git command's `index.lock` is waited for, `wait` seconds at most. Raises `PipeError` with git's own
    words where it refused (exit code 5; 4 for the lock), after everything is as it was.
    """
    write(root, edits)
    new = [edit.path for edit in edits if edit.before is None]
    try:
        said, interrupted = _commit(repository, edits, new, message, wait)
        names = ["HEAD", *(_object("HEAD", repository, edit) for edit in edits)]
        found = read_objects(repository.git, names)
    except BaseException:
        _undo(root, repository, edits, new)
        raise
    head = found["HEAD"]
    if head is None or operation.encode() not in head.data:
        others = _undo(root, repository, edits, new)
        if interrupted:
            raise Interrupted
        raise _refused(said, others)
    return Done(
        head.id,
        said.strip(),
        tuple(e.path for e in edits if not _holds(found[_object("HEAD", repository, e)], e)),
    )


def _holds(found: Object | None, edit: Edit) -> bool:
    return found is not None and _same(found.data, edit.after)


def _commit(
    repository: Repository, edits: Sequence[Edit], new: list[str], message: str, wait: float
) -> tuple[str, bool]:
    """Run git until it has ended, and return what it said and whether we were interrupted."""
    end, pause = clock.monotonic() + wait, _FIRST_PAUSE
    while True:
        said, interrupted = _add_and_commit(repository, [edit.path for edit in edits], new, message)
        if interrupted or not _INDEX_LOCK.search(said) or clock.monotonic() >= end:
            return said, interrupted
        clock.pause(pause)
        pause *= 2


def _add_and_commit(repository: Repository, paths: list[str], new: list[str], message: str) -> tuple[str, bool]:
    git = repository.writer
    if new:
        added = git.run("add", "--intent-to-add", "--", *new)
        if added.code:
            return added.err, False
    process = git.start(
        *_QUIETLY, "commit", "--quiet", "--only", "--cleanup=whitespace", "--file=-", "--", *paths,
        stdin=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    text: bytes | None = message.encode()
    interrupted = False
    while True:
        try:
            out, err = process.communicate(text)
        except Interrupted:
            interrupted, text = True, None
            process.terminate()
        else:
            return (err + out).decode("utf-8", "replace"), interrupted


def _undo(root: Path, repository: Repository, edits: Sequence[Edit], new: list[str]) -> list[str]:
    others = restore(root, edits)
    if new:
        back = ("reset", "--quiet") if repository.head else ("rm", "--cached", "--quiet", "--force")
        repository.writer.run(*back, "--", *new)
    return others


def _refused(said: str, others: list[str]) -> PipeError:
    kept = f" (but {', '.join(others)}, which something else changed meanwhile)" if others else ""
    if _INDEX_LOCK.search(said):
        return PipeError(
            f"another git command holds the index, and nothing was changed{kept}",
            hint="try again when it has ended; if none runs, delete the file that git names:\n" + said.strip(),
            code=ExitCode.TAKEN,
        )
    words = said.strip() or "(nothing)"
    message = f"git refused the commit, and nothing was changed{kept}. It said:\n{words}"
    return PipeError(message, hint=_remedy(said), code=ExitCode.REFUSED)


def _remedy(said: str) -> str:
    if "tell me who you are" in said or "empty ident" in said:
        return 'git config user.name "Your Name" && git config user.email you@example.com'
    if "gpg" in said or "sign" in said:
        return "make signing work (git commit --allow-empty -m test), then try again"
    return "mend what the message says, then try again"


def forget(folder: Path, *, repository: bool, made: bool) -> None:
    """Take back what `pipe init` made: the new repository, and the new folder where it is empty."""
    if repository:
        shutil.rmtree(folder / ".git", ignore_errors=True)
    if made:
        with contextlib.suppress(OSError):
            folder.rmdir()
