"""`git log --raw` as a stream of records.

Every field ends with NUL, the one byte that a message cannot hold, and the number of fields is fixed, so no
message can break the format. Whatever a user's configuration could change is set on the command line.
"""

from __future__ import annotations

import subprocess
import tempfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

from pipecli.core.problem import ExitCode, PipeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.shell.git import Git, Repository

_FIELDS = ("%H", "%P", "%T", "%an", "%ae", "%ad", "%cd", "%B", "end")
_OPTIONS = (
    "--raw", "-z", "--no-abbrev", "--no-renames", "--no-show-signature", "--full-history", "--encoding=UTF-8",
    "--no-color", "--no-decorate", "--no-notes", "--no-mailmap", "--no-ext-diff", "--no-textconv",
    "--no-relative", "--ignore-submodules=none", "-O/dev/null", "--date=raw", "--topo-order",
    f"--format={'%x00'.join(_FIELDS)}",
)  # fmt: skip
_CHUNK = 1 << 20


class RawChange(NamedTuple):
    """One path that differs from a parent; `old` and `new` are empty where there is no regular file."""

    path: str
    old: str
    new: str


class Selection(Protocol):
    """Which paths to tell of; it may learn of further ones from the files of one name.

    It sees each record before those of the commit's parents.
    """

    watched: str
    """The name, without a folder."""

    former: frozenset[str]
    """Where the files lay besides, at the commit that was seen last."""

    def begin(self, commit: str, parents: tuple[str, ...]) -> None:
        """See which commit a record is of, before its changes."""

    def learn(self, changes: Sequence[RawChange], *, merge: bool) -> None:
        """See the changes of all files of that name in one record, before its paths are chosen."""

    def keep(self, path: str) -> str | None:
        """Return the path to use, or None for one that is not told of."""


class Record(NamedTuple):
    """One commit, or one of several records of a merge; dates are git's raw ones: `1762174800 +0100`.

    A merge has one record for each parent that it differs from, in the order of the parents. Git does not say
    which parent it is: one with the same tree is one that the merge does not differ from.
    """

    hash: str
    parents: tuple[str, ...]
    tree: str
    author: str
    email: str
    authored: str
    recorded: str
    message: str
    changes: tuple[RawChange, ...]


def records(
    git: Git, revision: str, selection: Selection, *, first_parent: bool = False, without: Sequence[str] = ()
) -> Iterator[Record]:
    """Return the commits reachable from a revision with the changes that are selected, each before its parents.

    The revision comes first. Commits that are reachable from one of `without`, full hashes, are left out; such a
    hash may be one that git has no more. Raises `PipeError` where git cannot read the revision.
    """
    if ".." in revision or revision.startswith("^"):
        raise PipeError(f"{revision!r} is not one revision", hint="name one commit, branch or tag")
    walk = ("--first-parent", "--diff-merges=first-parent") if first_parent else ("--diff-merges=separate",)
    known = ("--ignore-missing", *(f"^{commit}" for commit in without)) if without else ()
    arguments = ("log", *_OPTIONS, *walk, *known, "--end-of-options", f"{revision}^{{commit}}", "--")
    with running(git, *arguments) as process:
        yield from _parsed(tokens(_out(process)), selection)


def tokens(stream: IO[bytes]) -> Iterator[bytes]:
    """Return the parts of a stream that NUL ends."""
    rest = b""
    while chunk := stream.read1(_CHUNK):  # type: ignore[attr-defined]  # a pipe is a BufferedReader
        *parts, rest = (rest + chunk).split(b"\0")
        yield from parts
    if rest:
        yield rest


@contextmanager
def running(git: Git, *arguments: str, stdin: int = subprocess.DEVNULL) -> Iterator[subprocess.Popen[bytes]]:
    """Run git beside us; raise `PipeError` with its own words where it failed, end it where we fail."""
    with tempfile.TemporaryFile() as errors:
        process = git.start(*arguments, stdin=stdin, stderr=errors.fileno())
        try:
            yield process
            code = process.wait()
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdout, process.stdin):
                if pipe:
                    _close(pipe)
        if code:
            errors.seek(0)
            said = errors.read(10_000).decode("utf-8", "replace").strip()
            raise PipeError(f"git {arguments[0]} failed: {said or f'exit status {code}'}", code=ExitCode.STATE)


def boundary(repository: Repository) -> frozenset[str]:
    """Return the commits whose parents a shallow clone left out."""
    try:
        return frozenset((repository.common / "shallow").read_text(encoding="ascii").split())
    except FileNotFoundError:
        return frozenset()


def _parsed(parts: Iterator[bytes], selection: Selection) -> Iterator[Record]:
    header: list[bytes] = []
    changes: list[tuple[bytes, str]] = []
    for part in parts:
        if part.startswith((b":", b"\n:")):
            changes.append((part, next(parts).decode("utf-8", "surrogateescape")))
            continue
        if header:
            yield _record(header, changes, selection)
        header = [part, *(next(parts) for _ in _FIELDS[1:])]
        changes = []
    if header:
        yield _record(header, changes, selection)


def _record(header: list[bytes], changes: list[tuple[bytes, str]], selection: Selection) -> Record:
    name, parents, tree, *rest, _ = (field.decode("utf-8", "replace") for field in header)
    author, email, authored, recorded, message = rest
    above = tuple(parents.split())
    selection.begin(name, above)
    watched = [_change(part, path) for part, path in changes if path.endswith(selection.watched)]
    if watched:
        named = [change for change in watched if change.path.rpartition("/")[2] == selection.watched]
        selection.learn(named, merge=len(above) > 1)
    kept = tuple(_change(part, path) for part, full in changes if (path := selection.keep(full)) is not None)
    return Record(name, above, tree, author, email, authored, recorded, message, kept)


def _change(part: bytes, path: str) -> RawChange:
    before, after, old, new, _ = part.decode("ascii").lstrip("\n:").split(" ", 4)
    return RawChange(path, old if before.startswith("100") else "", new if after.startswith("100") else "")


def _out(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdout is None:
        raise AssertionError("git was started without a pipe")
    return process.stdout


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be written has no reader any more
        return
