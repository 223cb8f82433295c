"""`git cat-file --batch` as a stream of contents."""

from __future__ import annotations

import subprocess
import threading
from collections import deque
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from pipecli.core.problem import PipeError
from pipecli.shell.log import running

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from pipecli.shell.git import Git

MOST = 1 << 20
"""So many bytes of a content are read; the rest is passed over."""


def blobs(git: Git, names: Iterable[str]) -> Generator[tuple[str, bytes | None], None, None]:
    """Return the content of each blob, in the order asked; None where git does not have it.

    One process. `names`, each given once, is run through in a thread of its own, so it may itself wait for
    git. Where objects of a partial clone are missing git gives up at the first; then it is asked which ones
    are there, and started again for these. Nothing is fetched.
    """
    asked: deque[str] = deque()
    source = iter(names)
    try:
        yield from _batch(git, source, asked)
    except PipeError as error:
        asked.extend(source)
        if not asked:
            raise
        present = _present(git)
        if all(name in present for name in asked):
            raise error from None
        there = [name for name in asked if name in present]
        yield from ((name, None) for name in asked if name not in present)
        yield from _batch(git, iter(there), deque())


class _Feed(threading.Thread):
    """Writes the names to git, and remembers what is not answered yet."""

    def __init__(self, source: Iterator[str], asked: deque[str], pipe: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._source, self._asked, self._pipe = source, asked, pipe
        self.error: BaseException | None = None

    def run(self) -> None:
        """Write until the names end or git does."""
        try:
            for name in self._source:
                self._asked.append(name)
                self._pipe.write(name.encode("ascii") + b"\n")
        except BrokenPipeError:
            pass
        except BaseException as error:  # noqa: BLE001 -- it is raised again by the reader
            self.error = error
        with suppress(OSError):
            self._pipe.close()


def _batch(git: Git, source: Iterator[str], asked: deque[str]) -> Iterator[tuple[str, bytes | None]]:
    with running(git, "cat-file", "--batch", "--buffer", stdin=subprocess.PIPE) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("git was started without pipes")
        feed = _Feed(source, asked, process.stdin)
        feed.start()
        for data in _answers(process.stdout):
            yield asked.popleft(), data
        feed.join()
        if feed.error:
            raise feed.error


def _answers(out: IO[bytes]) -> Iterator[bytes | None]:
    while line := out.readline():
        kind, _, size = line.partition(b" ")[2].partition(b" ")
        if not size:
            yield None
            continue
        data = _content(out, int(size))
        yield data if kind == b"blob" else None


def _content(out: IO[bytes], size: int) -> bytes:
    data = out.read(min(size, MOST))
    left = size - len(data) + 1
    while left:
        passed = len(out.read(min(left, MOST)))
        if not passed:
            raise PipeError("git cat-file ended inside of an object")
        left -= passed
    return data


def _present(git: Git) -> set[str]:
    out = git.read("cat-file", "--batch-all-objects", "--unordered", "--buffer", "--batch-check=%(objectname)")
    return set(out.decode("ascii").split())
