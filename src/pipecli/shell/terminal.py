"""What is known of the terminal, and text to its two streams."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress


def prepare() -> None:
    """Let no character that the streams' encoding lacks end a command."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # replaced streams may lack it


def width() -> int | None:
    """Return the width of the terminal that standard output is, or None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def colored(choice: str) -> bool:
    """Return whether to colour standard output: `always`, `never`, or `auto` for a terminal without NO_COLOR."""
    if choice == "auto":
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return choice == "always"


def out(text: str) -> None:
    """Write data to standard output."""
    sys.stdout.write(text)


def say(text: str) -> None:
    """Write a line for people to standard error."""
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")


def close_quietly() -> None:
    """Flush standard output; where its reader has gone (`pipe list | head`), leave nothing to be flushed later."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
