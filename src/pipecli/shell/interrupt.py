"""Ctrl-C and TERM, as one exception that goes through the same clean-up as any other failure."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType


class Interrupted(BaseException):
    """A signal asked the command to stop; no `Exception`, so that nothing takes it for an error of its own."""


def catch_signals() -> None:
    """Let INT and TERM raise `Interrupted` in this process."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _raise)


def _raise(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Interrupted
