"""Running `pipe` itself, as somebody would who typed the command."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NOT_PASSED_ON = ("PIPE_WORKSPACE", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")
"""What would make another workspace, or other people, of those that are meant."""


def run(arguments: Sequence[str], folder: Path) -> int:
    """Run this very program in a folder, and return its exit code; all that it says goes to standard output.

    The repository there says who acts: people that the environment names are left out.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}
    command = [sys.executable, "-P", "-m", "pipecli", *arguments]
    done = subprocess.run(  # noqa: S603 -- this very program, without a shell
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, check=False
    )
    return done.returncode
