"""A full or read-only disk, and every single call that can fail: the old bytes stay, or the commit is made."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from desk import DEAL, Desk, desk, same
from mounts import mounted

if TYPE_CHECKING:
    from pathlib import Path

FAILING = """
import errno, os, sys, tempfile

name, number = sys.argv.pop(1), int(sys.argv.pop(1))
calls = 0
real = getattr(os, name)

def failing(*arguments, **options):
    global calls
    inside = sys._getframe(1).f_code.co_filename
    writes = name != "open" or arguments[1] & (os.O_CREAT | os.O_TMPFILE & ~os.O_DIRECTORY)
    if writes and ("pipecli" in inside or "pathlib" in inside or "tempfile" in inside):
        calls += 1
        if calls == number:
            raise OSError(errno.ENOSPC, "No space left on device")
    return real(*arguments, **options)

setattr(os, name, failing)
from pipecli.__main__ import main
code = main()
print("calls", calls, file=sys.stderr)
sys.exit(code)
"""


def failing(at: Desk, call: str, number: int, *arguments: str) -> tuple[int, str, bool]:
    """Run a command in which the call of this number fails; return exit code, errors, and whether it came to that."""
    done = subprocess.run(
        [sys.executable, "-c", FAILING, call, str(number), *arguments],
        cwd=at.folder, env=at.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    calls = int(done.stderr.rpartition("calls ")[2])
    return done.returncode, done.stderr, calls >= number


@pytest.mark.parametrize("call", ["fsync", "rename", "replace", "link", "fchmod", "open", "mkdir", "unlink"])
def test_whichever_call_fails_a_file_is_old_and_clean_or_new_and_committed(tmp_path: Path, call: str) -> None:
    at = desk(tmp_path)
    old = {path: at.read(path) for path in (DEAL, "deals/2026-10/deal-01.yaml")}
    for number in range(1, 30):
        before = at.state()
        code, err, failed = failing(at, call, number, "move", "deal-00", "deal-01", "proposal")
        assert "bug" not in err, err
        if code:
            same(before, at.state())
        else:
            assert at.log()[0] == "Move 2 deals to proposal"
            assert at.git("status", "--porcelain") == ""
            assert [p.name for p in at.folder.rglob("*.tmp")] == []
            at.git("reset", "--quiet", "--hard", "HEAD~")
            assert {path: at.read(path) for path in old} == old
        if not failed:
            break
    else:
        pytest.fail("there was no end of calls")


@pytest.mark.parametrize("call", ["fsync", "rename", "replace", "mkdir"])
def test_whichever_call_fails_a_new_deal_is_committed_or_was_never_there(tmp_path: Path, call: str) -> None:
    at = desk(tmp_path)
    for number in range(1, 30):
        before = at.state()
        code, err, failed = failing(at, call, number, "new", "Fresh", "--id", f"fresh-{number}")
        assert "bug" not in err, err
        if code:
            same(before, at.state(), index=False)
        if not failed:
            assert code == 0, err
            break


def test_a_full_disk_leaves_the_old_files(tmp_path: Path) -> None:
    at = desk(tmp_path)
    original = at.folder.rename(tmp_path / "original")
    at.folder.mkdir()
    kept = tmp_path / "kept"
    for blocks in range(0, 60, 3):
        script = [
            f"mount -t tmpfs -o size=4m none '{at.folder}'",
            f"cp -a '{original}/.' '{at.folder}'",
            f"head -c {blocks * 4096} /dev/zero > '{at.folder}/.git/room'",
            f"(cat /dev/zero > '{at.folder}/.git/filler' || rm '{at.folder}/.git/room') 2> /dev/null",
            f'trap \'rm "{at.folder}/.git/filler"; rm -rf "{kept}"; cp -a "{at.folder}" "{kept}"\' EXIT',
        ]
        answer = mounted(at, script, "move", "deal-00", "deal-01", "proposal")
        then = Desk(kept, at.env)
        then.git("update-index", "-q", "--refresh", check=False)
        assert then.git("status", "--porcelain") == "", f"{blocks} blocks: {answer}"
        assert then.git("fsck", "--strict", "--no-dangling") == ""
        assert "bug" not in answer.err, answer
        if answer.code == 0:
            assert then.log() == ["Move 2 deals to proposal", "Begin"]
            break
        assert then.read() == (original / DEAL).read_bytes(), answer
    else:
        pytest.fail("the disk was never large enough")
    assert blocks > 0, "the disk was never full"
    shutil.rmtree(kept)


def test_a_read_only_folder_leaves_the_old_file_and_says_so(tmp_path: Path) -> None:
    at = desk(tmp_path)
    folder = at.folder / "deals/2026-10"
    script = [f"mount --bind '{folder}' '{folder}'", f"mount -o remount,ro,bind '{folder}'"]
    before = at.state()
    answer = mounted(at, script, "move", "deal-00", "proposal")
    assert (answer.code, "Read-only file system" in answer.err) == (3, True), answer
    same(before, at.state())


def test_a_read_only_git_directory_leaves_the_old_file(tmp_path: Path) -> None:
    at = desk(tmp_path)
    objects = at.folder / ".git/objects"
    script = [f"mount --bind '{objects}' '{objects}'", f"mount -o remount,ro,bind '{objects}'"]
    before = at.state()
    answer = mounted(at, script, "move", "deal-00", "proposal")
    assert answer.code == 5, answer
    same(before, at.state())
