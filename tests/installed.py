"""The installed command and git in a folder: one person, one moment, nothing of this machine's configuration."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PIPE = Path(sys.executable).parent / "pipe"
NOW = "2026-11-23T15:12:09+01:00"


def run(folder: Path, *command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command with one person, and nothing of this machine's configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PIPE_"))}
    pinned = {
        "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "PIPE_NOW": NOW,
        "GIT_AUTHOR_NAME": "Ada Test", "GIT_AUTHOR_EMAIL": "ada@example.com",
        "GIT_COMMITTER_NAME": "Ada Test", "GIT_COMMITTER_EMAIL": "ada@example.com",
    }  # fmt: skip
    return subprocess.run(command, cwd=folder, env=kept | pinned | more, capture_output=True, text=True, check=False)


def pipe(folder: Path, *arguments: str, code: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
    done = run(folder, PIPE, *arguments, **more)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def git(folder: Path, *arguments: str) -> str:
    done = run(folder, "git", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
