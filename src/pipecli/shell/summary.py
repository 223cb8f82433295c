"""The summary of a step of GitHub Actions: a file in which a job collects Markdown for the page of its run."""

from __future__ import annotations

import os
from pathlib import Path

from pipecli.core.problem import ExitCode, PipeError

NAME = "GITHUB_STEP_SUMMARY"
"""The variable that names the file."""
LIMIT = 1 << 20
"""Bytes that GitHub takes of one step; of a larger file it shows nothing at all."""


def file() -> Path:
    """Return the file of this step. Raises `PipeError` where there is none, which is anywhere but in such a step."""
    given = os.environ.get(NAME, "")
    if not given:
        hint = "GitHub Actions sets it for each step; elsewhere: --format markdown --output FILE"
        raise PipeError(f"--summary writes to the file that {NAME} names, and it is not set", hint=hint)
    found = Path(given)
    if found.is_dir():
        raise PipeError(f"{NAME} names a folder: {given}", hint="name a file", code=ExitCode.USAGE)
    return found


def room(found: Path) -> int:
    """Return how many bytes GitHub still takes."""
    try:
        return LIMIT - found.stat().st_size - 1
    except OSError:
        return LIMIT


def append(found: Path, text: str) -> None:
    """Add a text below what is there, from a line of its own. Raises `PipeError` where that cannot be."""
    try:
        before = found.read_bytes()[-1:] if found.exists() else b""
        with found.open("ab") as file:
            file.write((b"\n" if before not in (b"", b"\n") else b"") + text.encode())
    except OSError as error:
        raise PipeError(f"cannot write {found}: {error.strerror}", code=ExitCode.STATE) from None
