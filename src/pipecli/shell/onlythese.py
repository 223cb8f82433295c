"""`git commit --only`: a commit of the named files, beside whatever else is staged."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipecli.shell import clock
from pipecli.shell.refusal import is_locked, locked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from pipecli.shell.git import Repository
    from pipecli.shell.interrupt import Held

MANY = 100
"""How many files are at most named one by one, as arguments."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_PATIENCE = 10.0
"""Seconds to wait for git's lock where something of ours has still to be put right in the index."""
_SAFELY = (
    "-c", "core.fsync=committed,reference", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
    "-c", "i18n.commitEncoding=UTF-8", "-c", "user.useConfigOnly=true",
)  # fmt: skip
_COMMIT = ("commit", "--quiet", "--only", "--cleanup=whitespace", "--file=-")


class Commit:
    """One commit of some files, of which git does not know the new ones yet.

    `made` are folders that were made for them and hold nothing else. Where the files are many, such a folder stands
    for all below it: git compares every file that it knows with every path that it is given.
    `said` is all that git and the hooks print. A failed `git commit --only` leaves the index as it was; only the
    entries of new files, which it needs, are ours to take back.
    """

    def __init__(
        self, repository: Repository, paths: Sequence[str], new: Sequence[str], made: Collection[str] = ()
    ) -> None:
        self.repository = repository
        self.paths = paths
        self.new = new
        self.made = made if len(paths) > MANY else ()
        self.intended = False
        self.succeeded = False
        self.said = ""

    def run(self, message: bytes, end: float, hold: Held) -> None:
        """Run git to its end; it is asked to stop when a signal comes, and never killed, since it holds locks."""
        try:
            self.said = self.ignored() if self.made else ""
            if self.new and not self.said:
                self.intended = _patiently(self._intend, end, hold)
            if not hold.came and self.intended == bool(self.new):
                self.succeeded = _patiently(lambda: self._commit(message, hold), end, hold)
        except OSError as error:
            self.said = f"git could not be run: {error.strerror}"

    def ignored(self) -> str:
        """Return the first new file that git is told to ignore with the rule that says so, or the empty string."""
        names = b"".join(os.fsencode(path) + b"\0" for path in self.new)
        answer = self.repository.shielded.run("check-ignore", "--verbose", "-z", "--stdin", stdin=names)
        if answer.code:
            return ""
        source, line, pattern, path = answer.out.decode("utf-8", "replace").split("\0")[:4]
        return f"{path} is ignored by {source}, line {line}: {pattern}"

    def undo(self) -> list[str]:
        """Take the entries of new files out of the index again, and return remarks where that fails."""
        if not self.intended or self._unintend():
            return []
        return [f"git still expects {path}: git rm --cached {path}" for path in self.new]

    def refresh(self, paths: Sequence[str]) -> bool:
        """Take files into the index as they are in HEAD, and return whether that went well."""
        with _named(paths) as arguments:
            return self._again("reset", "--quiet", *arguments)

    def _intend(self) -> tuple[bool, bool]:
        with _named(_covering(self.new, self.made)) as arguments:
            answer = self.repository.shielded.run("add", "--intent-to-add", *arguments)
        self.said = answer.err
        locked_out = is_locked(answer.err)
        if answer.code and not locked_out:
            if self._has_some():  # git adds what it can, first
                self._unintend()
            self.said = self.ignored() or self.said
        return answer.code == 0, locked_out

    def _commit(self, message: bytes, hold: Held) -> tuple[bool, bool]:
        """Run git once, and return whether it went well, and whether it found a lock."""
        with tempfile.TemporaryFile() as said, _named(_covering(self.paths, self.made)) as arguments:
            process = self.repository.writer.start(
                *_SAFELY, *_COMMIT, *arguments,
                stdin=subprocess.PIPE, stdout=said.fileno(), stderr=said.fileno(),
            )  # fmt: skip
            hold.tell = process.terminate
            if hold.came:
                process.terminate()
            with suppress(BrokenPipeError):
                process.communicate(message)
            hold.tell = None
            said.seek(0)
            self.said = said.read().decode("utf-8", "replace")
        return process.returncode == 0, is_locked(self.said)

    def _has_some(self) -> bool:
        """Return whether the index has an entry of a new file."""
        few = [f":(literal){path}" for path in self.new] if len(self.new) <= MANY else []
        there = self.repository.shielded.run("ls-files", "-z", "--", *few).out.split(b"\0")
        return not {os.fsencode(path) for path in self.new}.isdisjoint(there)

    def _unintend(self) -> bool:
        """Take the entries of new files out of the index, those that are there."""
        names = b"".join(os.fsencode(path) + b"\0" for path in self.new)
        return self._again("update-index", "--force-remove", "-z", "--stdin", stdin=names)

    def _again(self, *arguments: str, stdin: bytes | None = None) -> bool:
        def once() -> tuple[bool, bool]:
            answer = self.repository.shielded.run(*arguments, stdin=stdin)
            return answer.code == 0, is_locked(answer.err)

        return _patiently(once, clock.monotonic() + _PATIENCE)


def await_index(repository: Repository, end: float) -> None:
    """Wait until no other git command holds the index, or raise `PipeError` (4): nothing is written before."""
    file = repository.directory / "index.lock"
    if not _patiently(lambda: (not file.exists(), True), end):
        raise locked(str(file))


def save(repository: Repository, data: bytes) -> str:
    """Keep a content in git, and return how to get at it, or the empty string."""
    answer = repository.shielded.run("hash-object", "-w", "--no-filters", "--stdin", stdin=data)
    if answer.code:
        return ""
    return f"something changed it meanwhile; that is kept: git cat-file blob {answer.out.decode('ascii').strip()}"


def _patiently(once: Callable[[], tuple[bool, bool]], end: float, hold: Held | None = None) -> bool:
    """Do something until it goes well, fails for another reason than a lock, is not wanted any more, or time is up."""
    pause = _FIRST_PAUSE
    while True:
        went_well, is_taken = once()
        if went_well or not is_taken or (hold and hold.came) or clock.monotonic() >= end:
            return went_well
        clock.pause(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


@contextmanager
def _named(paths: Sequence[str]) -> Iterator[list[str]]:
    """Give the arguments that name exactly these paths, whatever characters they hold; many of them in a file."""
    literal = [f":(literal){path}" for path in paths]
    if len(literal) <= MANY:
        yield ["--", *literal]
        return
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"".join(os.fsencode(path) + b"\0" for path in literal))
        file.flush()
        yield [f"--pathspec-from-file={file.name}", "--pathspec-file-nul"]


def _covering(paths: Sequence[str], folders: Collection[str]) -> list[str]:
    """Return the highest folders that have some of the paths below them, and the paths that are in none."""
    above = (([*reversed(PurePosixPath(path).parents)], path) for path in paths)
    return list(dict.fromkeys(next((str(p) for p in parents if str(p) in folders), path) for parents, path in above))
