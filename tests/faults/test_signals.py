"""Ctrl-C, TERM and HUP: the move is committed, or nothing has changed; the exit code says which."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest
from desk import Desk, desk, same

from pipecli.cli.app import _ended

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
REACHED = 'touch "$HOME/reached"'


def reached(at: Desk) -> None:
    """Wait until a hook has said that it runs."""
    file = at.folder.parent / "home/reached"
    while not file.exists():
        time.sleep(0.01)
    file.unlink()


def start(
    at: Desk, *arguments: str, group: bool = False, ignored: tuple[signal.Signals, ...] = ()
) -> subprocess.Popen[str]:
    """Start the command, which heeds signals even where the tests themselves were started without."""

    def heed() -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)

    return at.start(*arguments, preexec_fn=heed, process_group=0 if group else None)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, err = process.communicate(timeout=60)
    return process.returncode, err


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("name", ["pre-commit", "commit-msg"])
def test_a_signal_while_a_hook_runs_leaves_everything_as_it_was(
    tmp_path: Path, name: str, number: signal.Signals
) -> None:
    at = desk(tmp_path)
    at.hook(name, f"{REACHED}; exec sleep 50")
    before = at.state()
    process = start(at, "move", "deal-00", "proposal")
    reached(at)
    process.send_signal(number)
    assert ended(process) == (130, "interrupted\n")
    same(before, at.state())


def test_a_second_signal_does_not_stop_the_clean_up(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("pre-commit", f"{REACHED}; exec sleep 50")
    before = at.state()
    process = start(at, "new", "Fresh", "--id", "fresh")
    reached(at)
    for _ in range(50):
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
    assert ended(process)[0] == 130
    same(before, at.state(), index=False)


def test_ctrl_c_in_a_terminal_reaches_git_and_its_hook_too(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("pre-commit", f"{REACHED}; exec sleep 50")
    before = at.state()
    process = start(at, "new", "Fresh", "--id", "fresh", group=True)
    reached(at)
    os.killpg(process.pid, signal.SIGINT)
    assert ended(process)[0] == 130
    same(before, at.state(), index=False)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_when_the_commit_is_made_comes_too_late(tmp_path: Path, number: signal.Signals) -> None:
    at = desk(tmp_path)
    at.hook("post-commit", f"{REACHED}; exec sleep 50")
    process = start(at, "move", "deal-00", "proposal")
    reached(at)
    process.send_signal(number)
    code, err = ended(process)
    assert (code, "committed" in err) == (0, True), err
    assert at.log() == ["Move deal-00 to proposal", "Begin"]
    assert at.git("status", "--porcelain") == ""


def test_a_signal_while_waiting_changes_nothing(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write(".git/index.lock", "")
    before = at.state()
    process = start(at, "move", "deal-00", "proposal", "--wait", "50")
    while not (at.folder / ".git/pipe.lock").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert ended(process) == (130, "interrupted\n")
    same(before, at.state())


def test_at_whatever_moment_a_signal_comes_the_move_is_whole_or_not_at_all(tmp_path: Path) -> None:
    at = desk(tmp_path)
    stages = ["proposal", "lead"]
    for step in range(14):
        before, log = at.state(), at.log()
        process = start(at, "move", "deal-00", stages[0])
        time.sleep(0.02 * step)
        process.send_signal(SIGNALS[step % 2])
        code, err = ended(process)
        assert "Traceback" not in err or err.endswith("KeyboardInterrupt\n"), "none but Python's own, before it began"
        if code == 0:
            assert at.log() == [f"Move deal-00 to {stages[0]}", *log], err
            assert at.git("status", "--porcelain") == ""
            stages.reverse()
        else:
            assert code in (130, -signal.SIGTERM, -signal.SIGINT), err
            same(before, at.state(), index=False)


def test_signals_that_the_parent_ignores_are_ignored(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("pre-commit", f"{REACHED}; sleep 0.2")
    nohup = start(at, "move", "deal-00", "proposal", ignored=(signal.SIGHUP, signal.SIGINT))
    reached(at)
    nohup.send_signal(signal.SIGHUP)
    nohup.send_signal(signal.SIGINT)
    assert ended(nohup)[0] == 0


def test_a_signal_while_a_class_is_made_is_an_interruption_and_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    class Interrupting:
        def __set_name__(self, owner: type, name: str) -> None:
            raise KeyboardInterrupt

    with pytest.raises((RuntimeError, KeyboardInterrupt)) as caught:  # Python 3.11 wraps it, later ones do not
        type("Made", (), {"field": Interrupting()})
    assert _ended(caught.value) == 130
    assert capsys.readouterr().err == "interrupted\n"
