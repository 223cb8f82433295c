"""The index of the work tree, damaged, copied, read-only, killed and raced: what is said stays what the files say."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from desk import desk
from mounts import mounted

from pipecli.core.layout import TEMPLATES
from pipecli.core.watch import Watch
from pipecli.core.workspace import Workspace, build
from pipecli.shell import disk
from pipecli.store import index, worktree

SAMPLE = Path(__file__).parent.parent.parent / "sample-pipelines" / "b2b-sales"
PIPE = str(Path(sys.executable).parent / "pipe")
DEAL = "title: Deal {0}\npipeline: sales\nstage: new-lead\nvalue: {0}\ntags: [a, b]\nnext_step: {{do: Call}}\n"


class Heard(Watch):
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def as_read(root: Path) -> Workspace:
    paths, problems = disk.scan(root)
    pairs, unreadable = disk.read(root, sorted(paths))
    return replace(build(pairs, problems=(*problems, *unreadable)), templates=disk.names(root, TEMPLATES))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "work"
    shutil.copytree(SAMPLE, place)
    (place / "deals" / "2031-01").mkdir()
    for number in range(40):
        (place / "deals" / "2031-01" / f"deal-{number}.yaml").write_text(DEAL.format(number))
    (place / "deals" / "2031-01" / "broken.yaml").write_text("title: [\n")
    (place / "deals" / "2031-01" / "half.yaml").write_text(DEAL.format("x"))
    subprocess.run(["git", "init", "--quiet", str(place)], check=True)
    worktree.load(place)
    time.sleep(0.05)
    worktree.load(place)
    return place


def pipe(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PIPE_NOW": "2026-11-23T10:00:00+01:00"}
    return subprocess.run(
        [PIPE, *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def place(root: Path) -> Path:
    found = index.location(root)
    assert found
    return found


def test_any_flipped_bytes_change_nothing_that_is_said(root: Path) -> None:
    chance, wanted, whole = random.Random(7), as_read(root), place(root).read_bytes()  # noqa: S311 -- the same on every run
    for _ in range(200):
        broken = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 20))):
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        place(root).write_bytes(bytes(broken))
        assert worktree.load(root) == wanted


def test_a_cut_file_changes_nothing_that_is_said(root: Path) -> None:
    wanted, whole = as_read(root), place(root).read_bytes()
    for length in range(0, len(whole), 1 + len(whole) // 25):
        place(root).write_bytes(whole[:length])
        assert worktree.load(root) == wanted


def test_a_damaged_index_is_told_of_once(root: Path) -> None:
    place(root).write_bytes(b"x" * 5000)
    first, second = pipe(root, "list", "--limit", "1"), pipe(root, "list", "--limit", "1")
    assert f"the index {place(root)} is damaged and is built again" in " ".join(first.stderr.split())
    assert "damaged" not in second.stderr
    assert first.stdout == second.stdout


@pytest.mark.parametrize("what", ["folder", "link", "folder linked", "other version", "copied"])
def test_what_lies_in_its_place_changes_nothing_that_is_said(root: Path, tmp_path: Path, what: str) -> None:
    wanted, at, elsewhere = pipe(root, "validate").stdout, place(root), tmp_path / "elsewhere"
    if what == "folder linked":
        at.parent.rename(elsewhere)
        (elsewhere / at.name).write_text("mine")
        at.parent.symlink_to(elsewhere)
    elif what == "copied":
        shutil.copy(at, elsewhere)
        at.unlink()
        shutil.copy(elsewhere, at)
    elif what == "other version":
        with sqlite3.connect(at) as connection:
            connection.execute("UPDATE about SET layout = 'another'")
        connection.close()
    else:
        at.unlink()
        at.mkdir() if what == "folder" else at.symlink_to(elsewhere)
    for _ in range(2):
        answer = pipe(root, "validate")
        assert (answer.stdout, answer.stderr) == (wanted, "")
    if what == "folder linked":
        assert [(path.name, path.read_text()) for path in elsewhere.iterdir()] == [(at.name, "mine")]
    if what == "link":
        assert not elsewhere.exists()
        assert at.is_symlink()


def test_several_processes_at_once_all_say_the_same(root: Path) -> None:
    wanted = pipe(root, "list", "--all", "--format", "csv").stdout
    shutil.rmtree(place(root).parent)
    command = [PIPE, "list", "--all", "--format", "csv"]
    running = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)]
    for process in running:
        out, err = process.communicate(timeout=60)
        assert (len(out.decode().splitlines()), b"damaged" in err, b"bug" in err) == (
            len(wanted.splitlines()),
            False,
            False,
        )
    assert [path.name for path in place(root).parent.iterdir()] == ["worktree.sqlite"]


def test_a_killed_process_leaves_an_index_that_says_what_the_files_say(root: Path) -> None:
    chance = random.Random(3)  # noqa: S311 -- the same on every run
    touch = root / "deals" / "2031-01" / "deal-1.yaml"
    for number in range(30):
        touch.write_text(DEAL.format(number))
        if number % 3 == 0:
            place(root).unlink(missing_ok=True)
        process = subprocess.Popen([PIPE, "validate"], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.08, 0.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
        heard = Heard()
        assert worktree.load(root, watch=heard) == as_read(root)
        assert heard.warnings == []
    assert sorted(path.name for path in place(root).parent.iterdir()) == ["worktree.sqlite"]


def test_the_doctor_tells_how_the_index_is_and_makes_it_again(root: Path) -> None:
    def state() -> str:
        answer = pipe(root, "doctor", "--format", "json")
        assert answer.returncode == 0
        return str(json.loads(answer.stdout)["tables"][0]["rows"][0]["state"])

    assert state() == "up to date"
    (root / "deals" / "2031-01" / "deal-1.yaml").touch()
    assert state() == "1 file to read again"
    place(root).write_bytes(b"x" * 5000)
    before = place(root).read_bytes()
    assert state() == "damaged: the next command makes it again"
    assert place(root).read_bytes() == before
    time.sleep(0.05)
    assert pipe(root, "doctor", "--rebuild").returncode == 0
    assert state() == "up to date"
    place(root).unlink()
    assert state() == "not there yet: the next command that reads the deals makes it"
    place(root).mkdir()
    assert state() == "cannot be used now: the work is done in memory"


def test_the_doctor_has_nothing_to_look_at_outside_of_git(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "work")
    answer = pipe(tmp_path / "work", "doctor")
    assert answer.returncode == 3
    assert "there is no git repository here, and so no index" in answer.stderr


def test_a_verdict_counts_for_its_day_and_its_files_only(root: Path) -> None:
    first = pipe(root, "validate", "--format", "csv").stdout
    assert pipe(root, "validate", "--format", "csv").stdout == first
    (root / "deals" / "2031-01" / "deal-2.yaml").write_text(DEAL.format(2).replace("new-lead", "nowhere"))
    changed = pipe(root, "validate", "--format", "csv").stdout
    assert "nowhere" in changed
    shutil.rmtree(place(root).parent)
    assert pipe(root, "validate", "--format", "csv").stdout == changed
    (root / "templates").mkdir(exist_ok=True)
    for path in list((root / "templates").iterdir()):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    without = pipe(root, "validate", "--format", "csv").stdout
    shutil.rmtree(place(root).parent)
    assert pipe(root, "validate", "--format", "csv").stdout == without


@pytest.mark.parametrize("kept", ["nothing", "what is true", "what is old"])
def test_a_read_only_git_directory_is_no_error_and_nothing_is_said_of_it(tmp_path: Path, kept: str) -> None:
    at = desk(tmp_path)
    if kept != "nothing":
        at.pipe("validate")
    deal = next(iter(sorted((at.folder / "deals").rglob("*.yaml"))))
    if kept == "what is old":
        deal.write_text(deal.read_text().replace("title: ", "title: New "))
    before = at.pipe("list", "--all", "--format", "csv").out
    shutil.rmtree(at.folder / ".git" / "pipe") if kept == "nothing" else None
    git = at.folder / ".git"
    script = [f"mount --bind '{git}' '{git}'", f"mount -o remount,ro,bind '{git}'"]
    if kept == "what is old":
        deal.write_text(deal.read_text().replace("title: New ", "title: Old "))
        before = before.replace("New ", "Old ")
    for _ in range(2):
        answer = mounted(at, script, "list", "--all", "--format", "csv")
        assert (answer.code, answer.out, answer.err) == (0, before, "n 2\n")
