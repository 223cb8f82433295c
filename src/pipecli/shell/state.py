"""What of a repository forbids a write: its state as a whole, and that of the files to be written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.blob import is_blob
from pipecli.core.problem import ExitCode, PipeError
from pipecli.shell.onlythese import MANY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.edit import Edit
    from pipecli.shell.git import Repository

_UNDER_WAY = {
    "MERGE_HEAD": "a merge",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase or git am",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "sequencer": "a cherry-pick or revert of several commits",
    "BISECT_LOG": "a bisection",
}


_UNCOMMITTED = ("has uncommitted changes", "commit or stash them first, or use --no-commit")


class Entry(NamedTuple):
    """A file in the index: `tags` are those of `git ls-files -v`, `ends` the line ends that `--eol` tells."""

    tags: str
    mode: str
    blob: str
    ends: str


def under_way(repository: Repository) -> str:
    """Return what was begun in the repository and has not ended, like `a merge`, or the empty string."""
    return next((what for name, what in _UNDER_WAY.items() if (repository.directory / name).exists()), "")


def refuse_unfit(repository: Repository, *, allow_detached: bool | None = False) -> None:
    """Raise `PipeError` where the state of the repository forbids a commit.

    `allow_detached` is None where the command has no such option.
    """
    if "GIT_INDEX_FILE" in os.environ:
        raise PipeError(
            "a git hook or another git command is running",
            hint="write after it has ended",
            code=ExitCode.STATE,
        )
    if repository.top is None:
        raise PipeError("a bare repository has no files to edit", code=ExitCode.STATE)
    what = under_way(repository)
    if what:
        raise PipeError(f"{what} is under way", hint="finish it, or abort it, then try again", code=ExitCode.STATE)
    if not repository.branch and not allow_detached:
        raise PipeError(
            "HEAD is detached: a commit made now would be on no branch",
            hint="git switch BRANCH" + (", or --allow-detached" if allow_detached is not None else ", then try again"),
            code=ExitCode.STATE,
        )


def refuse_dirty(repository: Repository, edits: Sequence[Edit], *, rehearsal: bool = False) -> None:
    """Raise `PipeError` where a commit of these files would hold more than the edits.

    Git itself is asked how the files differ from HEAD, since it alone knows what it does with line ends. Not in a
    `rehearsal`: to compare, git may run the filters that a repository names, and a dry run runs nothing from it.
    """
    paths = [edit.path for edit in edits]
    committed, known = _committed(repository, paths), _known(repository, paths, compare=not rehearsal)
    for edit in edits:
        head, entry = committed.get(edit.path), known.get(edit.path)
        found = _new(head, entry) if edit.before is None else _wrong(head, entry, edit.path)
        if rehearsal and not found and head and edit.before is not None and not is_blob(edit.before, head[1]):
            found = _UNCOMMITTED
        if found:
            raise PipeError(f"{edit.path} {found[0]}", hint=found[1], code=ExitCode.STATE)


def _new(head: tuple[str, str] | None, entry: Entry | None) -> tuple[str, str] | None:
    """Return what is wrong with a file that is to be made, and a remedy."""
    if head is None and entry is None:
        return None
    return "is known to git and missing on the disk", "git restore it, or choose another id"


def _wrong(  # noqa: PLR0911 -- a table of states, one a line
    head: tuple[str, str] | None, entry: Entry | None, path: str
) -> tuple[str, str] | None:
    """Return what is wrong with a file that is to be changed, and a remedy."""
    if head is None:
        return "is not committed yet", f"git add {path} && git commit, then try again"
    if entry is None:
        return "is deleted in the index", f"git restore --staged {path}, or --no-commit"
    if "M" in entry.tags:
        return "is in conflict", "resolve it and commit, then try again"
    if any(tag.islower() or tag == "S" for tag in entry.tags):
        return "is one that git was told not to look at", f"git update-index --no-assume-unchanged {path}"
    if (entry.mode, entry.blob) != head:
        return "has staged changes", "commit or unstage them first, or use --no-commit"
    if "C" in entry.tags or "R" in entry.tags:
        return _UNCOMMITTED
    if _is_due_for_conversion(entry.ends):
        return "has line ends that git would convert with this commit", "git add --renormalize . && git commit"
    return None


def _is_due_for_conversion(ends: str) -> bool:
    """Return whether the stored file has line ends that its attributes do not allow."""
    stored, _, attributes = ends.partition(" ")
    return stored in ("i/crlf", "i/mixed") and attributes.partition("attr/")[2].split()[:1] == ["text"]


def _named(paths: Sequence[str]) -> Sequence[str]:
    """Return the paths to ask git about: where they are too many to be arguments, the folders that they are in."""
    return paths if len(paths) <= MANY else sorted({path.partition("/")[0] for path in paths})


def _committed(repository: Repository, paths: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return mode and blob of the files in HEAD."""
    prefix = repository.prefix
    full = [f"{prefix}{path}" for path in _named(paths)]
    answer = repository.git.run("ls-tree", "-r", "-z", "--full-tree", "HEAD", "--", *full)
    if answer.code and repository.head:
        raise PipeError(f"git cannot read HEAD: {answer.err.strip()}", code=ExitCode.STATE)
    found = {}
    for line in os.fsdecode(answer.out).split("\0")[:-1]:
        about, _, path = line.partition("\t")
        mode, _, blob = about.split(" ")
        found[path.removeprefix(prefix)] = (mode, blob)
    return found


def _known(repository: Repository, paths: Sequence[str], *, compare: bool) -> dict[str, Entry]:
    """Return what the index knows of the files and, if git is to compare, whether they differ from it on the disk."""
    differ = ("--modified", "--deleted") if compare else ()
    named = (f":(literal){path}" for path in _named(paths))
    out = repository.git.read("ls-files", "-z", "-v", "--stage", *differ, "--eol", "--", *named)
    tags: dict[str, str] = {}
    found = {}
    for line in os.fsdecode(out).split("\0")[:-1]:
        about, ends, path = line.split("\t", 2)
        tag, mode, blob, _ = about.split(" ")
        tags[path] = tags.get(path, "") + tag
        found[path] = Entry(tags[path], mode, blob, ends)
    return found
