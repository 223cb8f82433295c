"""Several writers at once: one after the other, or told that somebody else was first."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from desk import DEAL, Desk, bare_desk, desk, fill, same, started

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANY = 40


def all_at_once(at: Desk, commands: list[list[str]]) -> list[tuple[int, str]]:
    """Start all commands before waiting for the first, and return exit codes and errors."""
    running = [at.start(*command) for command in commands]
    ended = [process.communicate(timeout=100) for process in running]
    return [(process.returncode, err) for process, (_, err) in zip(running, ended, strict=True)]


@contextmanager
def locked(at: Desk) -> Iterator[None]:
    """Hold the lock of writers, as another command would."""
    with (at.folder / ".git/pipe.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_forty_moves_at_once_are_forty_commits(tmp_path: Path) -> None:
    at = started(bare_desk(tmp_path), deals=MANY)
    names = [f"deal-{number:02}" for number in range(MANY)]
    answers = all_at_once(at, [["move", name, "proposal", "--wait", "60"] for name in names])
    assert [code for code, _ in answers] == [0] * MANY, answers
    assert sorted(at.log()) == sorted(["Begin", *(f"Move {name} to proposal" for name in names)])
    assert at.git("status", "--porcelain") == ""
    assert at.git("fsck", "--strict") == ""
    assert at.git("log", "--merges", "--format=%H") == ""
    assert at.pipe("list", "--where", "stage = proposal", "--format", "csv").out.count("\n") == MANY + 1


def test_of_eight_moves_of_one_deal_with_if_stage_one_wins(tmp_path: Path) -> None:
    at = desk(tmp_path)
    command = ["move", "deal-00", "proposal", "--if-stage", "lead", "--wait", "60"]
    answers = all_at_once(at, [command] * 8)
    assert sorted(code for code, _ in answers) == [0] + [4] * 7, answers
    for code, err in answers:
        assert code == 0 or "deal-00 is in proposal, not in lead: somebody else moved it first" in err
    assert at.log() == ["Move deal-00 to proposal", "Begin"]


def test_moves_and_other_git_commits_at_once_all_arrive(tmp_path: Path) -> None:
    at = started(bare_desk(tmp_path), deals=6)
    stop = threading.Event()
    done = 0

    def commit_notes() -> None:
        nonlocal done
        while not stop.is_set():
            at.write("notes.txt", f"{done}\n")
            at.git("add", "notes.txt", check=False)
            before = at.head
            at.git("commit", "--quiet", "--message", f"Note {done}", "--", "notes.txt", check=False)
            done += at.head != before

    other = threading.Thread(target=commit_notes)
    other.start()
    answers = all_at_once(at, [["move", f"deal-{n:02}", "proposal", "--wait", "60"] for n in range(6)])
    stop.set()
    other.join()
    for number, (code, err) in enumerate(answers):
        moved = f"Move deal-{number:02} to proposal" in at.log()
        assert (code == 0) == moved, err
        assert code in (0, 4), err
        assert (b"stage: proposal" in at.read(f"deals/2026-10/deal-{number:02}.yaml")) == moved
    # Against HEAD: git's partial commit reads the index before it locks it, so that its own commits can make it old.
    assert at.git("diff", "HEAD", "--name-only", "--", "deals") == ""


def test_two_beginnings_in_one_folder_make_one_workspace(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    at.git("init", "--quiet")
    answers = all_at_once(at, [["init", ".", "--template", "empty"]] * 3)
    assert sorted(code for code, _ in answers) == [0, 2, 2], answers
    assert len(at.log()) == 1
    assert at.git("status", "--porcelain") == ""


def test_a_lock_that_is_held_is_waited_for_and_then_told(tmp_path: Path) -> None:
    at = desk(tmp_path)
    with locked(at):
        before = at.state()
        for arguments in (["move", "deal-00", "proposal"], ["new", "Fresh"], ["move", "deal-00", "won", "--no-commit"]):
            answer = at.pipe(*arguments, "--wait", "0")
            assert (answer.code, "--wait SECONDS" in answer.err) == (4, True), answer
        same(before, at.state())
        assert at.move("--dry-run").code == 0
        assert at.pipe("list").code == 0
        waiting = at.start("move", "deal-00", "proposal", "--wait", "60")
    assert waiting.communicate(timeout=100)[1].count("committed") == 1
    assert waiting.returncode == 0


def test_a_holder_that_is_killed_releases_the_lock(tmp_path: Path) -> None:
    at = desk(tmp_path)
    script = "import fcntl, time; f = open('.git/pipe.lock', 'w'); fcntl.flock(f, 2); print(flush=True); time.sleep(99)"
    holder = subprocess.Popen([sys.executable, "-c", script], cwd=at.folder, stdout=subprocess.PIPE)
    assert holder.stdout
    holder.stdout.readline()
    assert at.move("--wait", "0").code == 4
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    assert at.move("--wait", "0").code == 0


def test_what_happened_while_waiting_is_seen(tmp_path: Path) -> None:
    at = desk(tmp_path)
    with locked(at):
        waiting = at.start("move", "deal-00", "won", "--if-stage", "lead", "--wait", "60")
        at.write(DEAL, at.read().replace(b"lead", b"negotiation"))
        at.commit("By hand")
        at.git("switch", "--quiet", "--detach")
    assert "detached" in waiting.communicate(timeout=100)[1]
    assert waiting.returncode == 3
    assert at.log() == ["By hand", "Begin"]


def test_outside_of_git_the_settings_are_the_lock(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    fill(at)
    with (at.folder / "pipe.yaml").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert at.move("--no-commit", "--wait", "0").code == 4
    assert at.move("--no-commit", "--wait", "0").code == 0


def test_a_lock_of_git_s_is_waited_for_named_and_left(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write(".git/index.lock", "")
    before = at.state()
    for arguments in (["move", "deal-00", "proposal"], ["new", "Fresh"]):
        answer = at.pipe(*arguments, "--wait", "0.2")
        assert (answer.code, str(at.folder / ".git/index.lock") in answer.err) == (4, True), answer
        same(before, at.state())


def test_a_lock_of_git_s_that_goes_away_in_time_is_no_failure(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write(".git/index.lock", "")
    waiting = at.start("move", "deal-00", "proposal", "--wait", "60")
    assert waiting.stderr
    while not (at.folder / ".git/pipe.lock").exists():
        assert waiting.poll() is None
    (at.folder / ".git/index.lock").unlink()
    assert waiting.communicate(timeout=100)[1].count("committed") == 1
    assert waiting.returncode == 0


def test_a_branch_that_another_git_locks_is_named_and_nothing_is_changed(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write(".git/refs/heads/main.lock", "")
    before = at.state()
    answer = at.move("--wait", "0")
    assert (answer.code, "main.lock" in answer.err) == (4, True), answer
    same(before, at.state())


def test_a_branch_that_moves_during_the_commit_is_told(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("pre-commit", "git update-ref HEAD $(git commit-tree -p HEAD -m Theirs HEAD^{tree})")
    data = at.read()
    answer = at.move()
    assert (answer.code, "somebody else committed" in answer.err) == (4, True), answer
    assert at.log() == ["Theirs", "Begin"]
    assert at.read() == data
    assert at.git("status", "--porcelain") == ""
