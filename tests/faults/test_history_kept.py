"""The index of the history, whatever becomes of it: killed writers, several at once, damage. The answer is the same."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from desk import Desk, Ran, desk, environment

from bench.generate import generate

if TYPE_CHECKING:
    from collections.abc import Sequence

MANY = int(os.environ.get("PIPE_FAULTS", "5"))
"""So many kills, and so many damaged files; a long run has 100."""
AUDIT = ("audit", "--committed", "--format", "csv")
BACK = 400
"""So many commits are new where an index is brought up to date."""
WARNED = re.compile(r"the index of the history \S+ is damaged and is built again\n")


@cache
def _sample() -> Path:
    place = Path(tempfile.mkdtemp(prefix="pipe-history-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    generate(place / "work", 150, 2000)
    return place / "work"


@pytest.fixture
def long(tmp_path: Path) -> Desk:
    """Return a desk with 150 deals and 2,000 commits."""
    shutil.copytree(_sample(), tmp_path / "work")
    return Desk(tmp_path / "work", environment(tmp_path / "home"))


def kept(at: Desk) -> Path:
    return at.folder / ".git" / "pipe"


def index(at: Desk) -> Path:
    found = list(kept(at).glob("history-*.sqlite"))
    assert len(found) == 1
    return found[0]


def truth(at: Desk, *command: str) -> Ran:
    """Return what a command prints without an index; there is none afterwards."""
    shutil.rmtree(kept(at), ignore_errors=True)
    found = at.pipe(*command)
    assert found.code == 0, found
    assert found.out.count("\n") > 2
    shutil.rmtree(kept(at))
    return found


def right(found: Ran, wanted: Ran) -> bool:
    """Assert that a command gave the right answer; return whether it told of a damaged index. It says no more."""
    plain = WARNED.sub("", found.err)
    assert Ran(found.code, found.out, plain) == wanted
    return plain != found.err


def quiet(found: Ran, wanted: Ran) -> None:
    """Assert that a command gave the right answer, and told of no damage."""
    assert found == wanted


def killed_after(at: Desk, seconds: float) -> bool:
    """Run the audit, and kill it then; return whether it still ran."""
    process = at.start(*AUDIT)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return process.returncode == -signal.SIGKILL


def measured(at: Desk) -> float:
    began = time.monotonic()
    at.pipe(*AUDIT)
    return time.monotonic() - began


def test_killed_at_any_moment_while_it_reads_everything(long: Desk) -> None:
    chance, wanted, killed = Random(MANY), truth(long, *AUDIT), 0  # noqa: S311 -- no secret
    lasts = measured(long)
    for _ in range(MANY):
        shutil.rmtree(kept(long), ignore_errors=True)
        killed += killed_after(long, chance.uniform(0.1, 1) * lasts)
        quiet(long.pipe(*AUDIT), wanted)
        assert [file.suffix for file in kept(long).glob("history-*")] == [".sqlite"], "what was half built is removed"
        quiet(long.pipe(*AUDIT), wanted)
    assert killed > MANY / 3


def test_killed_at_any_moment_while_it_reads_what_is_new(long: Desk) -> None:
    chance, wanted, killed = Random(-MANY), truth(long, *AUDIT), 0  # noqa: S311 -- no secret
    tip = long.head
    long.git("update-ref", "HEAD", f"{tip}~{BACK}")
    before = truth(long, *AUDIT)
    assert before != wanted
    quiet(long.pipe(*AUDIT), before)
    long.git("update-ref", "HEAD", tip)
    lasts = measured(long)
    for _ in range(MANY):
        shutil.rmtree(kept(long))
        long.git("update-ref", "HEAD", f"{tip}~{BACK}")
        quiet(long.pipe(*AUDIT), before)
        long.git("update-ref", "HEAD", tip)
        killed += killed_after(long, chance.uniform(0.1, 1) * lasts)
        quiet(long.pipe(*AUDIT), wanted)
        quiet(long.pipe(*AUDIT), wanted)
    assert killed > MANY / 3


def together(at: Desk, count: int = 4) -> list[Ran]:
    """Run so many audits at once."""
    started = [at.start(*AUDIT) for _ in range(count)]
    outs = [process.communicate(timeout=100) for process in started]
    return [Ran(process.returncode, *out) for process, out in zip(started, outs, strict=True)]


def test_several_at_once(long: Desk) -> None:
    wanted, tip = truth(long, *AUDIT), long.head
    long.git("update-ref", "HEAD", f"{tip}~{BACK}")
    before = truth(long, *AUDIT)
    for found in together(long):
        quiet(found, before)
    for behind in (BACK // 2, 10, 0):
        long.git("update-ref", "HEAD", f"{tip}~{behind}")
        answers = together(long)
        for found in answers:
            quiet(found, answers[0])
    assert answers[0] == wanted
    assert not list(kept(long).glob("*.new"))


def test_removed_while_it_is_in_use(long: Desk) -> None:
    wanted, done = truth(long, *AUDIT), threading.Event()

    def remove() -> None:
        while not done.wait(0.02):
            for file in kept(long).glob("*") if kept(long).exists() else ():
                file.unlink(missing_ok=True)

    remover = threading.Thread(target=remove)
    remover.start()
    try:
        for found in (*together(long, 2), *together(long, 2)):
            quiet(found, wanted)
    finally:
        done.set()
        remover.join()
    quiet(long.pipe(*AUDIT), wanted)


COMMANDS: Sequence[tuple[str, ...]] = (
    AUDIT,
    (*AUDIT, "--clock", "recorded"),
    (*AUDIT, "--at", "HEAD~30"),
    ("report", "stage-time", "--format", "json"),
    ("report", "pipeline"),
)


def test_any_flipped_bytes_give_the_same_answer(long: Desk) -> None:
    """What is noticed is said; what is not may not matter."""
    chance = Random(4)  # noqa: S311 -- the same on every run
    wanted = {command: truth(long, *command) for command in COMMANDS}
    warned = 0
    for _ in range(MANY):
        quiet(long.pipe(*AUDIT), wanted[AUDIT])
        broken = bytearray(index(long).read_bytes())
        for _ in range(chance.choice((1, 3, 100))):
            broken[chance.randrange(len(broken))] ^= chance.randrange(1, 256)
        index(long).write_bytes(broken)
        command = chance.choice(COMMANDS)
        if right(long.pipe(*command), wanted[command]):
            warned += 1
        else:
            shutil.rmtree(kept(long))
    assert warned


@pytest.mark.parametrize("what", ["cut short", "empty", "garbage", "of another layout", "a copy", "with more in it"])
def test_an_index_that_is_not_what_it_should_be(tmp_path: Path, what: str) -> None:
    at = desk(tmp_path)
    wanted = truth(at, "audit", "--format", "csv")
    quiet(at.pipe("audit", "--format", "csv"), wanted)
    file = index(at)
    if what == "cut short":
        os.truncate(file, file.stat().st_size // 4096 // 2 * 4096)
    elif what == "empty":
        file.write_bytes(b"")
    elif what == "garbage":
        file.write_bytes(b"garbage" * 1000)
    elif what == "of another layout":
        sql(file, "UPDATE about SET layout = 'older'")
    elif what == "a copy":
        file.rename(tmp_path / "index")
        shutil.copy(tmp_path / "index", file)
    else:
        sql(file, "CREATE TRIGGER t AFTER INSERT ON commits BEGIN DELETE FROM commits; END")
    warned = right(at.pipe("audit", "--format", "csv"), wanted)
    assert warned == (what in ("cut short", "garbage", "with more in it"))
    quiet(at.pipe("audit", "--format", "csv"), wanted)


def sql(file: Path, statement: str) -> None:
    import sqlite3

    connection = sqlite3.connect(file)
    with connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("what", ["a folder", "a link", "a dangling link", "a folder that is a link"])
def test_what_lies_in_its_place_is_left_alone(tmp_path: Path, what: str) -> None:
    at = desk(tmp_path)
    wanted = truth(at, "audit", "--format", "csv")
    quiet(at.pipe("audit", "--format", "csv"), wanted)
    file, elsewhere = index(at), tmp_path / "elsewhere"
    file.unlink()
    if what == "a folder":
        file.mkdir()
    elif what == "a link":
        elsewhere.write_text("mine")
        file.symlink_to(elsewhere)
    elif what == "a dangling link":
        file.symlink_to(elsewhere)
    else:
        shutil.rmtree(kept(at))
        elsewhere.mkdir()
        kept(at).symlink_to(elsewhere)
    for _ in range(2):
        quiet(at.pipe("audit", "--format", "csv"), wanted)
    if what == "a link":
        assert elsewhere.read_text() == "mine"
    elif what == "a folder that is a link":
        assert list(elsewhere.iterdir()) == []
    else:
        assert not elsewhere.exists()
    assert file.is_dir() or kept(at).is_symlink() or file.is_symlink()
