"""File systems that are full or read-only, in a name space of their own that ends with the command."""

from __future__ import annotations

import shlex
import subprocess
from functools import cache

import pytest
from desk import PIPE, Desk, Ran


def mounted(at: Desk, script: list[str], *arguments: str) -> Ran:
    """Run the command where the script's mounts are made; skip the test where none can be made."""
    options = _options()
    if options is None:
        pytest.skip("NOT TESTED: this system lets nobody mount a file system here")
    command = " && ".join([*script, f"cd {shlex.quote(str(at.folder))}", shlex.join([str(PIPE), *arguments])])
    done = subprocess.run(
        ["unshare", *options, "sh", "-c", command],
        cwd="/", env=at.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


@cache
def _options() -> tuple[str, ...] | None:
    for options in (("--mount",), ("--map-root-user", "--mount")):
        command = ["unshare", *options, "mount", "-t", "tmpfs", "none", "/mnt"]
        try:
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return options
        except OSError:
            return None
    return None
