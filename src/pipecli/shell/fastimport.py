"""Many commits, or contents, at once: one `git fast-import`, and the branch and the work tree after it, or nothing."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.shell.git import Answer, Repository

TEMPORARY = "refs/pipe/import"
"""Where the commits go until they are all there; a stream's commits name it."""

_SAFELY = ("-c", "core.fsync=committed", "-c", "gc.auto=0", "-c", "maintenance.auto=false")
_REMEDY = 'git config user.name "Your Name" && git config user.email you@example.com'


def identity(repository: Repository) -> tuple[str, str]:
    """Return name and e-mail address with which git commits here. Raises `PipeError` (5) where there are none."""
    answer = repository.git.run("var", "GIT_COMMITTER_IDENT")
    if answer.code:
        raise PipeError(f"git knows no identity: {answer.err.strip()}", hint=_REMEDY, code=ExitCode.REFUSED)
    name, _, rest = answer.out.decode("utf-8", "replace").partition(" <")
    return name, rest.partition(">")[0]


def write(repository: Repository, stream: Iterable[bytes], refs: Iterable[str] = (TEMPORARY,)) -> str:
    """Feed a stream to git and return the hash of the commit at the first of its refs, which are gone then.

    Nothing refers to the new commits but that hash. Raises `PipeError` with git's own words where it fails.
    """
    names = list(refs)
    try:
        _feed(repository, stream)
        return repository.git.read("rev-parse", "--verify", "--end-of-options", names[0]).decode().strip()
    finally:
        drop = "".join(f"delete {name}\n" for name in names)
        repository.writer.run("update-ref", "--stdin", stdin=drop.encode())


def store(repository: Repository, contents: Iterable[bytes]) -> None:
    """Put contents into git, in one pack; a commit that finds them there need not write and sync each by itself."""
    _feed(repository, (*(b"blob\ndata %d\n%b\n" % (len(data), data) for data in contents), b"done\n"))


def advance(repository: Repository, new: str) -> None:
    """Move the current branch, the index and the work tree from HEAD as it was found to a commit.

    Files with changes that are not committed stay as they are. Raises `PipeError` where git would have to
    overwrite one (3), somebody else moved the branch or holds the index (4), or a hook refuses (5); nothing is
    changed then.
    """
    old = repository.head or _empty_tree(repository)
    try:
        answer = _check_out(repository, old, new)
        if not answer.code:
            point(repository, repository.branch or "HEAD", new, old=repository.head)
    except BaseException:  # git has ended when an interruption arrives here, and may have written all
        _check_out(repository, new, old)
        raise
    if answer.code:
        raise _unwritten(answer.err.strip())


def point(repository: Repository, ref: str, new: str, *, old: str) -> None:
    """Let a ref point to a commit, if it still points to `old` (empty: if it is not there yet)."""
    expected = old or "0" * len(new)
    answer = repository.writer.run(*_SAFELY, "update-ref", "-m", "pipe import", ref, new, expected)
    if answer.code:
        raise _unmoved(ref, answer.err.strip())


def exists(repository: Repository, ref: str) -> bool:
    """Return whether there is a ref of this full name."""
    return repository.git.run("rev-parse", "--quiet", "--verify", "--end-of-options", ref).code == 0


def _check_out(repository: Repository, old: str, new: str) -> Answer:
    """Let the index and the work tree follow from one commit to another, where nothing stands in the way."""
    return repository.writer.run(*_SAFELY, "read-tree", "-m", "-u", old, new)


def _unwritten(said: str) -> PipeError:
    if "index.lock" in said:
        hint = "try again when it has ended; if none runs, delete the file that git names"
        return PipeError(f"another git command holds the index: {said}", hint=hint, code=ExitCode.TAKEN)
    hint = "move the files that git names out of the way, or commit them, and try again"
    return PipeError(f"git cannot write the files: {said}", hint=hint, code=ExitCode.STATE)


def _unmoved(ref: str, said: str) -> PipeError:
    if "but expected" in said or "already exists" in said:
        hint = "look at 'git log', then try again"
        return PipeError(f"somebody else moved {ref} meanwhile: {said}", hint=hint, code=ExitCode.TAKEN)
    hint = "mend what the message says, then try again"
    return PipeError(f"git refused to move {ref}, and nothing was changed: {said}", hint=hint, code=ExitCode.REFUSED)


def _feed(repository: Repository, stream: Iterable[bytes]) -> None:
    process = repository.writer.start(
        *_SAFELY, "fast-import", "--quiet", "--force", "--done", "--date-format=raw", stdin=subprocess.PIPE
    )
    feed = process.stdin
    if feed is None:
        raise PipeError("git took no input", code=ExitCode.STATE)
    try:
        try:
            for piece in stream:
                feed.write(piece)
        except BrokenPipeError:
            pass  # git has ended, and says why
        _, said = process.communicate()
    except BaseException:
        process.terminate()
        process.communicate()
        raise
    finally:
        (repository.common / f"fast_import_crash_{process.pid}").unlink(missing_ok=True)
    if process.returncode:
        message = f"git refused the import, and nothing was changed. It said:\n{said.decode(errors='replace').strip()}"
        raise PipeError(message, hint="mend what the message says, then try again", code=ExitCode.REFUSED)


def _empty_tree(repository: Repository) -> str:
    made = repository.writer.read("hash-object", "-t", "tree", "-w", "--stdin", stdin=b"")
    return made.decode().strip()
