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
def held(place: Path, wait: float) -> Iterator[None]:
    """Hold the lock of a git directory (a file in it), or of a file outside of git, for the block.

    Waits up to `wait` seconds for another holder, then raises `PipeError` (exit code 4).
    """
    if place.is_dir():
        descriptor = os.open(place / "pipe.lock", os.O_RDWR | os.O_CREAT, 0o666)
    else:
        descriptor = os.open(place, os.O_RDONLY)
    try:
        _take(descriptor, wait)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, wait: float) -> None:
    end, pause = clock.monotonic() + wait, _FIRST_PAUSE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if clock.monotonic() >= end:
                raise PipeError(
                    f"another pipe command is writing here, and was not done after {wait:g} s",
                    hint="run the command again, or give it longer with --wait SECONDS",
                    code=ExitCode.TAKEN,
                ) from None
            clock.pause(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        else:
            return
