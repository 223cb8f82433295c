"""A rename writes one file and removes another: one commit of exactly both, or no trace; never neither file."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from desk import DEAL, Desk, desk, same
from test_killed import KILLED

if TYPE_CHECKING:
    from pathlib import Path

FRESH = "deals/2026-10/fresh.yaml"


def killed(at: Desk, call: str, number: int, when: str) -> bool:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, call, str(number), when, "rename", "deal-00", "fresh"],
        cwd=at.folder, env=at.env, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", ["replace", "fsync", "link", "unlink"])
def test_a_killed_rename_leaves_one_of_the_files_at_least_and_each_whole(tmp_path: Path, call: str, when: str) -> None:
    at = desk(tmp_path)
    old = at.read()
    new = old + b"\nformerly: [deal-00]\n"
    number = 1
    while killed(at, call, number, when):
        left = [at.read(path) if (at.folder / path).exists() else None for path in (DEAL, FRESH)]
        committed = at.log() != ["Begin"]
        assert left in ([None, new], *([] if committed else [[old, None], [old, new]]))
        at.git("reset", "--quiet", "--hard", at.git("rev-list", "--max-parents=0", "HEAD").strip())
        at.git("clean", "--quiet", "--force")
        number += 1
    assert (at.folder / DEAL).exists() is False
    assert at.read(FRESH) == new
    assert at.git("status", "--porcelain", "--untracked-files=no") == ""


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg"])
def test_a_refused_rename_leaves_everything_as_it_was(tmp_path: Path, name: str) -> None:
    at = desk(tmp_path)
    at.hook(name, "exit 1")
    before = at.state()
    assert at.pipe("rename", "deal-00", "fresh").code == 5
    same(before, at.state(), index=False)


def test_a_rename_holds_both_files_and_nothing_that_is_staged(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write("notes.txt", "staged\n")
    at.git("add", "notes.txt")
    at.write("deals/2026-10/deal-01.yaml", at.read("deals/2026-10/deal-01.yaml") + b"# mine\n")
    answer = at.pipe("rename", "deal-00", "fresh")
    assert answer.code == 0, answer
    assert at.git("show", "--name-status", "--no-renames", "--format=").split() == ["D", DEAL, "A", FRESH]
    assert at.git("status", "--porcelain") == " M deals/2026-10/deal-01.yaml\nA  notes.txt\n"


def test_a_commit_that_git_makes_and_then_fails_is_a_rename_that_is_done(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("post-commit", "kill -9 $PPID")
    answer = at.pipe("rename", "deal-00", "fresh")
    assert answer.code == 0, answer
    assert at.log() == ["Rename deal-00 to fresh", "Begin"]
    assert [(at.folder / path).exists() for path in (DEAL, FRESH)] == [False, True]


def test_a_deal_that_is_not_as_it_was_committed_is_not_renamed(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write(DEAL, at.read() + b"# edited\n")
    before = at.state()
    assert at.pipe("rename", "deal-00", "fresh").code == 3
    same(before, at.state())


def test_a_file_in_the_way_that_is_no_deal_of_ours_is_not_overwritten(tmp_path: Path) -> None:
    at = desk(tmp_path)
    (at.folder / FRESH).mkdir()
    answer = at.pipe("rename", "deal-00", "fresh")
    assert answer.code == 3, answer
    assert (at.folder / FRESH).is_dir()
    assert at.log() == ["Begin"]
    assert at.git("status", "--porcelain") == ""
