"""Standard streams that are closed, full or read by nobody: told where it can be, and never a half move."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from desk import PIPE, Desk, Ran, desk


def shell(at: Desk, *arguments: str, streams: str) -> Ran:
    """Run the command with its streams as the shell makes them."""
    done = subprocess.run(
        ["sh", "-c", f"{shlex.join([str(PIPE), *arguments])} {streams}"],
        cwd=at.folder, env=at.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("streams", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full", ">/dev/full 2>&1"])
def test_a_move_is_a_success_whatever_becomes_of_its_words(tmp_path: Path, streams: str) -> None:
    if "full" in streams and not Path("/dev/full").exists():
        pytest.skip("NOT TESTED: this system has no /dev/full")
    at = desk(tmp_path)
    answer = shell(at, "move", "deal-00", "proposal", streams=streams)
    assert answer.code == 0, answer
    assert "Traceback" not in answer.err
    assert at.log() == ["Move deal-00 to proposal", "Begin"]
    assert at.git("status", "--porcelain") == ""
    assert at.read().endswith(b"created: 2026-10-01\n")


def test_a_listing_that_cannot_be_written_is_an_error_and_no_bug(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("NOT TESTED: this system has no /dev/full")
    at = desk(tmp_path)
    for arguments in (["list"], ["validate"], ["report", "stage-time", "--format", "csv"]):
        answer = shell(at, *arguments, streams=">/dev/full")
        assert (answer.code, "No space left" in answer.err, "bug" in answer.err) == (3, True, False), answer


def test_a_reader_that_has_gone_is_no_error(tmp_path: Path) -> None:
    at = desk(tmp_path)
    process = at.start("list")
    assert process.stdout
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr
    assert process.stderr.read() == ""
    process.stderr.close()


def test_output_to_a_device_goes_there_and_does_not_replace_it(tmp_path: Path) -> None:
    at = desk(tmp_path)
    (tmp_path / "out").symlink_to("/dev/stdout")
    answer = shell(at, "report", "stage-time", "--format", "csv", "--output", str(tmp_path / "out"), streams="")
    assert (answer.code, answer.out.count("\n") > 1) == (0, True), answer
    assert (tmp_path / "out").is_symlink()


def test_a_wrong_command_is_one_also_where_nobody_can_be_told(tmp_path: Path) -> None:
    at = desk(tmp_path)
    assert shell(at, "nosuch", streams="2>&-").code == 2
    assert shell(at, "move", "deal-00", streams=">&- 2>&-").code == 2


def test_help_whose_reader_has_gone_is_no_failure(tmp_path: Path) -> None:
    at = desk(tmp_path)
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([str(PIPE), "--help"], env=at.env, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("NOT TESTED: this system has no /dev/full")
    answer = desk(tmp_path).pipe("report", "--list", "--output", "/dev/full")
    assert answer.code == 3, answer
    assert "cannot write /dev/full: No space left on device" in answer.err
