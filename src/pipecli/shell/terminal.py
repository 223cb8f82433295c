"""What is known of the terminal, and text to its two streams."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from pipecli.core.problem import ExitCode, PipeError
from pipecli.shell import clock
from pipecli.shell.interrupt import held

_UNSEEN = 1.0
"""Seconds of work that are not worth a line."""
_BETWEEN = 0.1
_BAR = 24


def prepare() -> None:
    """Let neither a closed stream nor a character that its encoding lacks end a command."""
    for number in range(3):
        _open(number)
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # replaced streams may lack it


def _open(number: int) -> None:
    """Open a closed standard stream to nowhere: else the next file that is opened would be taken for it."""
    try:
        os.fstat(number)
    except OSError:
        os.open(os.devnull, os.O_RDWR)


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def width() -> int | None:
    """Return the width of the terminal that standard output is, or None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def is_interactive() -> bool:
    """Return whether a person can be asked: input and output are a terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def colored(choice: str) -> bool:
    """Return whether to colour standard output: `always`, `never`, or `auto` for a terminal without NO_COLOR."""
    if choice == "auto":
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return choice == "always"


def has_blocks() -> bool:
    """Return whether standard output can be written the characters that bars are drawn of."""
    try:
        "█▏".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def out(text: str) -> None:
    """Write data to standard output, or nothing where its reader has gone (`pipe list | head`).

    Raises `PipeError` where it takes no more for another reason.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up(sys.stdout)
    except OSError as error:
        _give_up(sys.stdout)
        raise PipeError(f"standard output takes no more: {error.strerror}", code=ExitCode.STATE) from None


def page(text: str) -> None:
    """Write data to standard output: by way of PAGER where that is a terminal too low for them, else as `out` does."""
    wanted = os.environ.get("PAGER", "").strip()
    if not wanted or not sys.stdout.isatty() or text.count("\n") < shutil.get_terminal_size().lines:
        out(text)
        return
    import shlex  # noqa: PLC0415 -- few outputs are that long
    import subprocess  # noqa: PLC0415 -- the same

    try:
        command, environment = shlex.split(wanted), {"LESS": "FRX", **os.environ}
        pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)  # noqa: S603 -- the user's choice, no shell
    except (OSError, ValueError):
        out(text)
        return
    with held():  # Ctrl-C is the pager's
        pager.communicate(text.encode(sys.stdout.encoding, "backslashreplace"))


def say(text: str) -> None:
    """Write a line for people to standard error, if that can be."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:
        _give_up(sys.stderr)


def ask(question: str) -> str:
    """Return what a person answers to a question on standard error; nothing where standard input has ended."""
    with suppress(OSError):
        sys.stderr.write(question)
        sys.stderr.flush()
    return sys.stdin.readline().strip() if sys.stdin is not None else ""


class Progress:
    """One line on standard error that says how far some long work is, and that is gone when the work is done.

    It is drawn on a terminal only, and only when the work has taken more than a second.
    """

    def __init__(self) -> None:
        self._begun = clock.monotonic()
        self._drawn = 0.0
        self._shown = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def draw(self, what: str, done: int, total: int | None) -> None:
        """Say that `done` of `total` steps are done; the line is erased with the last one."""
        if not self._shown:
            return
        now = clock.monotonic()
        if done == total:
            self.erase()
        elif now - self._begun > _UNSEEN and now - self._drawn > _BETWEEN:
            self._drawn = now
            self._write(f"\r{_bar(what, done, total)[: shutil.get_terminal_size().columns - 1]}\x1b[K")

    def erase(self) -> None:
        """Take the line away, before something else is said or when the work is done."""
        if self._drawn:
            self._drawn = 0.0
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self._shown = False


def _bar(what: str, done: int, total: int | None) -> str:
    if not total:
        return f"{what}: {done:,}"
    part = min(done / total, 1)
    filled = int(part * _BAR)
    return f"{what}: [{'#' * filled}{'.' * (_BAR - filled)}] {part:4.0%} of {total:,}"


def close_quietly() -> None:
    """Flush standard output, if that can be."""
    try:
        sys.stdout.flush()
    except OSError:
        _give_up(sys.stdout)


def _give_up(stream: TextIO) -> None:
    """Lead a stream that fails to nowhere, so that what it still holds fails no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
