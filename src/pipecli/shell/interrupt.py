"""Ctrl-C, TERM and a closed terminal: one exception, or a wish that waits while a write is made or undone."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal asked the command to stop; no `Exception`, so that nothing takes it for an error of its own."""


@dataclass(slots=True)
class Held:
    """Signals that are held back: whether one came, and what is told at once when one comes.

    Where `heeded` is made False, they are ignored from then on: what was asked for is done, and the exit code is
    to say so.
    """

    came: bool = False
    heeded: bool = True
    tell: Callable[[], object] | None = None

    def take(self, _number: int, _frame: FrameType | None) -> None:
        """Remember a signal, and pass it on."""
        self.came = True
        if self.tell:
            self.tell()


def catch_signals() -> None:
    """Let INT, TERM and HUP raise `Interrupted` in this process, but for those that its parent had it ignore."""
    for number in _heeded():
        signal.signal(number, _raise)


@contextmanager
def held() -> Iterator[Held]:
    """Hold signals back for the block; who asks for it looks at `came` where it can stop."""
    hold = Held()
    before = {number: signal.signal(number, hold.take) for number in _heeded()}
    try:
        yield hold
    finally:
        for number, taker in before.items():
            signal.signal(number, taker if hold.heeded else signal.SIG_IGN)


def _heeded() -> list[signal.Signals]:
    return [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]


def _raise(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Interrupted
