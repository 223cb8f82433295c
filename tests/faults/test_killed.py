"""I1, I2: killed at whatever call, a file is wholly old or wholly new, HEAD is sound, and the lock is free."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from desk import DEAL, Desk, desk

if TYPE_CHECKING:
    from pathlib import Path

KILLED = """
import os, signal, sys

name, number, after = sys.argv.pop(1), int(sys.argv.pop(1)), sys.argv.pop(1) == "after"
calls = 0
real = getattr(os, name)

def killed(*arguments, **options):
    global calls
    calls += 1
    if calls == number and not after:
        os.kill(os.getpid(), signal.SIGKILL)
    answer = real(*arguments, **options)
    if calls == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

setattr(os, name, killed)
from pipecli.__main__ import main
sys.exit(main())
"""


def killed(at: Desk, call: str, number: int, when: str) -> bool:
    """Run a move that is killed before or after a call of this number; return whether it came to that."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, call, str(number), when, "move", "deal-00", "proposal"],
        cwd=at.folder, env=at.env, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", ["replace", "fsync", "link"])
def test_a_killed_move_leaves_a_file_that_is_old_or_new(tmp_path: Path, call: str, when: str) -> None:
    at = desk(tmp_path)
    old = at.read()
    new = old.replace(b"lead", b"proposal").replace(b"2026-10-05", b"2026-11-23")
    number = 1
    while killed(at, call, number, when):
        assert at.read() in (old, new)
        assert at.git("cat-file", "blob", f"HEAD:{DEAL}").encode() == old
        assert at.git("diff", "--cached", "--name-only") == ""
        at.git("checkout", "HEAD", "--", DEAL)
        number += 1
    assert at.read() == new, "the last one was not killed, and found no lock"
    assert at.git("status", "--porcelain", "--untracked-files=no") == ""


def test_a_move_that_is_killed_while_git_commits_is_what_git_makes_of_it(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("pre-commit", 'until test -s "$HOME/pid"; do :; done; kill -9 $(cat "$HOME/pid")')
    at.hook("post-commit", 'touch "$HOME/made"')
    process = at.start("move", "deal-00", "proposal")
    (tmp_path / "home/pid").write_text(str(process.pid))
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    while not (tmp_path / "home/made").exists():
        time.sleep(0.01)
    assert at.log() == ["Move deal-00 to proposal", "Begin"]
    assert at.git("status", "--porcelain") == ""
    (at.folder / ".git/hooks/pre-commit").unlink()
    assert at.pipe("move", "deal-00", "won").code == 0
