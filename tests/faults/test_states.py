"""What the state of a repository or of a file forbids: exit 3, a reason, a remedy, and nothing is changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from desk import DEAL, Desk, bare_desk, desk, fill, same

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def edited(at: Desk) -> None:
    at.write(DEAL, at.read() + b"# mine\n")


def staged(at: Desk) -> None:
    edited(at)
    at.git("add", DEAL)


def staged_and_taken_back(at: Desk) -> None:
    before = at.read()
    staged(at)
    at.write(DEAL, before)


def untracked(at: Desk) -> None:
    at.git("rm", "--quiet", "--cached", DEAL)
    at.git("commit", "--quiet", "--message", "Untrack")


def intended(at: Desk) -> None:
    untracked(at)
    at.git("add", "--intent-to-add", DEAL)


def executable(at: Desk) -> None:
    (at.folder / DEAL).chmod(0o755)


def assumed_unchanged(at: Desk) -> None:
    at.git("update-index", "--assume-unchanged", DEAL)
    edited(at)


def in_conflict(at: Desk) -> None:
    edited(at)
    at.git("stash", "--quiet")
    at.write(DEAL, at.read() + b"# theirs\n")
    at.commit()
    at.git("stash", "pop", check=False)
    at.git("checkout", "--ours", DEAL)


FILES: dict[str, tuple[Callable[[Desk], object], str]] = {
    "edited": (edited, "has uncommitted changes"),
    "staged": (staged, "has staged changes"),
    "staged, and taken back on the disk": (staged_and_taken_back, "has staged changes"),
    "made executable": (executable, "has uncommitted changes"),
    "never committed": (untracked, "is not committed yet"),
    "intended to be added": (intended, "is not committed yet"),
    "deleted in the index": (lambda at: at.git("rm", "--quiet", "--cached", DEAL), "is deleted in the index"),
    "made executable in the index": (lambda at: at.git("update-index", "--chmod=+x", DEAL), "has staged changes"),
    "hidden from git": (assumed_unchanged, "was told not to look at"),
    "in conflict": (in_conflict, "is in conflict"),
}


@pytest.mark.parametrize(("make", "said"), FILES.values(), ids=FILES)
def test_a_file_with_changes_of_its_own_is_not_taken_along(
    tmp_path: Path, make: Callable[[Desk], object], said: str
) -> None:
    at = desk(tmp_path)
    make(at)
    before = at.state()
    answer = at.move()
    assert (answer.code, said in answer.err, "try:" in answer.err) == (3, True, True), answer
    same(before, at.state())


def test_a_file_that_was_only_touched_or_copied_has_no_changes(tmp_path: Path) -> None:
    at = desk(tmp_path)
    data = at.read()
    (at.folder / DEAL).unlink()
    at.write(DEAL, data)
    os.utime(at.folder / DEAL, (10**9, 10**9))
    assert at.move().code == 0


def test_an_edited_file_can_be_moved_without_a_commit(tmp_path: Path) -> None:
    at = desk(tmp_path)
    edited(at)
    head = at.head
    assert at.move("--no-commit").code == 0
    assert at.read().endswith(b"# mine\n")
    assert b"stage: proposal" in at.read()
    assert at.head == head


def branched(at: Desk) -> None:
    """Make a branch `side` that conflicts with main in another file."""
    at.write("notes.txt", "begin\n")
    at.commit()
    at.git("switch", "--quiet", "--create", "side")
    at.write("notes.txt", "side\n")
    at.commit("Side")
    at.git("switch", "--quiet", "main")
    at.write("notes.txt", "main\n")
    at.commit("Main")


UNDER_WAY = {
    "a merge": ["merge", "side"],
    "a rebase": ["rebase", "side"],
    "a cherry-pick": ["cherry-pick", "side"],
    "a revert": ["revert", "--no-edit", "HEAD~"],
    "a bisection": ["bisect", "start"],
}


@pytest.mark.parametrize(("what", "command"), UNDER_WAY.items(), ids=UNDER_WAY)
def test_nothing_is_committed_into_an_operation_under_way(tmp_path: Path, what: str, command: list[str]) -> None:
    at = desk(tmp_path)
    branched(at)
    at.git(*command, check=False)
    before = at.state()
    for arguments in (["move", "deal-00", "proposal"], ["new", "Fresh"]):
        answer = at.pipe(*arguments)
        assert (answer.code, f"{what} is under way" in answer.err) == (3, True), answer
    same(before, at.state())


def test_files_elsewhere_that_are_in_conflict_stay_so(tmp_path: Path) -> None:
    at = desk(tmp_path)
    branched(at)
    at.write("notes.txt", "stashed\n")
    at.git("stash", "--quiet")
    at.write("notes.txt", "again\n")
    at.commit()
    at.git("stash", "pop", check=False)
    before = at.git("ls-files", "--unmerged"), at.read("notes.txt")
    answer = at.move()
    assert answer.code == 0, answer
    assert (at.git("ls-files", "--unmerged"), at.read("notes.txt")) == before


def test_a_commit_on_no_branch_has_to_be_asked_for(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.git("switch", "--quiet", "--detach")
    before = at.state()
    for arguments in (["move", "deal-00", "proposal"], ["new", "Fresh"]):
        answer = at.pipe(*arguments)
        assert (answer.code, "--allow-detached" in answer.err) == (3, True), answer
        same(before, at.state())
        assert at.pipe(*arguments, "--allow-detached").code == 0
        before = at.state()
    assert at.log() == [at.log()[0], "Move deal-00 to proposal", "Begin"]
    assert at.git("log", "--format=%s", "main") == "Begin\n"


def test_a_bare_repository_has_no_files_to_edit(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    at.git("init", "--quiet", "--bare")
    fill(at)
    answer = at.move()
    assert (answer.code, "bare" in answer.err) == (3, True), answer


def test_inside_of_a_git_hook_nothing_is_written(tmp_path: Path) -> None:
    at = desk(tmp_path)
    before = at.state()
    answer = at.move(GIT_INDEX_FILE=str(at.folder / ".git/index"))
    assert (answer.code, "hook" in answer.err) == (3, True), answer
    same(before, at.state())
    assert at.pipe("validate", GIT_INDEX_FILE=str(at.folder / ".git/index")).code == 0


def test_without_git_the_files_can_be_edited_and_not_committed(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    fill(at)
    answer = at.move()
    assert (answer.code, "--no-commit" in answer.err) == (3, True), answer
    assert at.move("--no-commit").code == 0
    assert b"stage: proposal" in at.read()
    assert at.pipe("list").code == 0
    assert at.pipe("show", "deal-00").code == 0


def test_other_repositories_in_the_environment_are_not_written_to(tmp_path: Path) -> None:
    at, other = desk(tmp_path), desk(tmp_path / "b")
    before = other.state()
    answer = at.move(GIT_DIR=str(other.folder / ".git"), GIT_WORK_TREE=str(other.folder))
    assert answer.code == 0, answer
    assert at.log()[0] == "Move deal-00 to proposal"
    same(before, other.state())
