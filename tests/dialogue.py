"""A command on a terminal, with a person who answers its questions."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
from typing import TYPE_CHECKING

from case import PIPE, pinned_environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def dialogue(folder: Path, words: Sequence[str], answers: Sequence[str], *, columns: int = 100) -> tuple[str, int]:
    """Return what a command prints on a terminal, questions and answers among it, and its exit code.

    The answers are typed in advance; behind the last one the input ends.
    """
    ours, its = pty.openpty()
    environment = pinned_environment(folder.parent) | {"COLUMNS": str(columns), "TERM": "dumb"}
    with subprocess.Popen([PIPE, *words], cwd=folder, env=environment, stdin=its, stdout=its, stderr=its) as running:
        os.write(ours, "".join(f"{answer}\n" for answer in answers).encode() + b"\x04")
        os.close(its)
        pieces = []
        with contextlib.suppress(OSError):  # how Linux says that the other end is closed
            while piece := os.read(ours, 65536):
                pieces.append(piece)
        os.close(ours)
    text = b"".join(pieces).decode().replace("\r\n", "\n")
    return re.sub(r"\b[0-9a-f]{10}\b", "<a commit>", text), running.returncode
