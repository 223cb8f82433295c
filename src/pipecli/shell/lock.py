"""One writer at a time: an operating-system lock, which a killed process releases."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError
from pipecli.shell import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FIRST_PAUSE = 0.01
_LONGEST_PAUSE = 0.25


@contextmanager
def held(place: Path, wait: float) -> Iterator[bool]:
    """Hold the lock of a git directory (a file in it), or of a file outside of git, for the block.

    Waits up to `wait` seconds for another holder, then raises `PipeError` (exit code 4). Gives whether there was
    one, so that what was looked at before may be old.
    """
    try:
        descriptor = _open(place)
    except OSError as error:
        message = f"nothing can be written here: {place}: {error.strerror}"
        hint = "reading works: pipe list, pipe validate, --dry-run"
        raise PipeError(message, hint=hint, code=ExitCode.STATE) from None
    try:
        yield _take(descriptor, wait)
    finally:
        os.close(descriptor)


def _open(place: Path) -> int:
    if place.is_dir():
        return os.open(place / "pipe.lock", os.O_RDWR | os.O_CREAT, 0o666)
    return os.open(place, os.O_RDONLY)


def _take(descriptor: int, wait: float) -> bool:
    """Take the lock, and return whether it had to be waited for."""
    end, pause, waited = clock.monotonic() + wait, _FIRST_PAUSE, False
    while not _is_free(descriptor):
        if clock.monotonic() >= end:
            raise PipeError(
                f"another pipe command is writing here, and was not done after {wait:g} s",
                hint="run the command again, or give it longer with --wait SECONDS",
                code=ExitCode.TAKEN,
            )
        clock.pause(pause)
        pause, waited = min(pause * 1.5, _LONGEST_PAUSE), True
    return waited


def _is_free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        message = f"this file system has no locks, which writing needs: {error.strerror}"
        raise PipeError(message, hint="keep the workspace on a local disk", code=ExitCode.STATE) from None
    return True
