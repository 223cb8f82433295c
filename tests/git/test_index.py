"""The index of the work tree: whatever happens to the files, what is said of them is what reading them all says."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipecli.core import reading
from pipecli.core.layout import TEMPLATES, FileKind
from pipecli.core.problem import PipeError
from pipecli.core.workspace import Workspace, build
from pipecli.shell import disk
from pipecli.store import index, worktree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.problem import Problem
    from pipecli.core.reading import Reading

SAMPLE = Path(__file__).parent.parent.parent / "sample-pipelines" / "b2b-sales"
DEAL = "title: {}\npipeline: sales\nstage: new-lead\nvalue: {}\n"


def as_read(root: Path) -> Workspace:
    """Return the workspace as every file says, without the index."""
    paths, problems = disk.scan(root)
    pairs, unreadable = disk.read(root, sorted(paths))
    return replace(build(pairs, problems=(*problems, *unreadable)), templates=disk.names(root, TEMPLATES))


def assert_same(root: Path) -> None:
    found, wanted = worktree.load(root), as_read(root)
    for field in fields(Workspace):
        mine, other = getattr(found, field.name), getattr(wanted, field.name)
        assert mine == other, field.name
        if isinstance(other, dict):
            assert list(mine) == list(other), field.name


def workspace(root: Path) -> Path:
    shutil.copytree(SAMPLE, root, dirs_exist_ok=True)
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace(tmp_path / "work")


def age(root: Path, seconds: float = 10) -> None:
    """Let all files have been changed a while ago, as far as anyone can set that: not the time of the change itself."""
    for path in root.rglob("*.yaml"):
        seen = path.stat()
        os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns - int(seconds * 1e9)))


class Life:
    """A random life of the files of a workspace."""

    def __init__(self, root: Path, chance: Random) -> None:
        self.root, self.chance = root, chance

    def files(self) -> list[Path]:
        return sorted(path for path in self.root.rglob("*") if path.is_file() and ".git" not in path.parts)

    def any(self) -> Path:
        return self.chance.choice(self.files() or [self.root / "pipe.yaml"])

    def edit(self) -> None:
        path = self.any()
        if path.exists():
            path.write_bytes(
                path.read_bytes().replace(b"a", b"e", 1)
                + self.chance.choice([b"", b"# x\n", b"x: [\n", b"tags: [a]\n"])
            )

    def edit_at_once(self) -> None:
        """Change a file to something as long, and give it back its time."""
        path = self.any()
        if path.exists():
            seen, data = path.stat(), path.read_bytes()
            path.write_bytes(data.replace(b"e", b"i", 1))
            os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))

    def touch(self) -> None:
        path = self.any()
        path.parent.mkdir(exist_ok=True)
        path.touch()

    def rename(self) -> None:
        path = self.any()
        if path.exists():
            path.rename(
                path.with_name(self.chance.choice(["fresh.yaml", "Bad Name.yaml", "other.yml", "con.yaml", path.name]))
            )

    def move(self) -> None:
        path, folder = (
            self.any(),
            self.root / self.chance.choice(["deals/2026-12", "deals", "companies", "contacts", "pipelines"]),
        )
        if path.exists() and not folder.is_file() and not folder.is_symlink():
            folder.mkdir(parents=True, exist_ok=True)
            path.replace(folder / path.name) if not (folder / path.name).is_dir() else None

    def copy(self) -> None:
        path = self.any()
        if path.exists():
            with suppress(shutil.SameFileError):
                shutil.copy2(path, path.with_name(f"copy-{self.chance.randrange(5)}.yaml"))

    def delete(self) -> None:
        self.any().unlink(missing_ok=True)

    def make(self) -> None:
        folder = self.root / "deals" / "2026-12"
        folder.mkdir(parents=True, exist_ok=True)
        text = DEAL.format(
            self.chance.choice(["A", "Ünï", "'x'", "[]", ""]), self.chance.choice(["1", "1.50", "x", "12,000"])
        )
        (folder / f"d-{self.chance.randrange(9)}.yaml").write_text(
            text.replace("\n", self.chance.choice(["\n", "\r\n"]))
        )

    def link(self) -> None:
        path = self.any()
        path.unlink(missing_ok=True)
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(self.root / "pipe.yaml")

    def folder(self) -> None:
        path = self.any()
        path.unlink(missing_ok=True)
        path.mkdir(parents=True, exist_ok=True)

    def pipe(self) -> None:
        path = self.any()
        path.unlink(missing_ok=True)
        path.parent.mkdir(exist_ok=True)
        os.mkfifo(path)

    def large(self) -> None:
        path = self.any()
        if path.exists():
            path.write_bytes(path.read_bytes() + b"#" * (256 * 1024))

    def part(self) -> None:
        """Look at a part of the workspace only."""
        worktree.load(self.root, deals=False)
        deals = [path.relative_to(self.root).as_posix() for path in self.files() if "deals" in path.parts]
        if deals:
            worktree.load_deals(self.root, self.chance.sample(deals, min(2, len(deals))))


STEPS = [name for name in vars(Life) if not name.startswith("_") and name not in ("files", "any")]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from(STEPS), min_size=1, max_size=4), min_size=1, max_size=5), st.integers(0, 999))
def test_after_any_changes_the_index_says_what_the_files_say(rounds: list[list[str]], seed: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        life = Life(workspace(Path(place)), Random(seed))  # noqa: S311 -- the same on every run
        assert_same(life.root)
        for steps in rounds:
            for step in steps:
                getattr(life, step)()
            assert_same(life.root)
            assert_same(life.root)


def count(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Count what is opened and what is parsed from now on."""
    seen: dict[str, list[str]] = {"opened": [], "parsed": []}
    read, parse = disk.read, reading.read

    def counted_read(root: Path, paths: Iterable[str]) -> tuple[list[tuple[str, bytes]], list[Problem]]:
        seen["opened"] += (wanted := list(paths))
        return read(root, wanted)

    def counted_parse(path: str, data: bytes, *, made: bool = True) -> Reading:
        seen["parsed"].append(path)
        return parse(path, data, made=made)

    monkeypatch.setattr(disk, "read", counted_read)
    monkeypatch.setattr(reading, "read", counted_parse)
    return seen


def test_nothing_is_opened_or_parsed_when_nothing_changed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(root)
    deal = next(iter(worktree.load(root).deals.values())).path
    seen = count(monkeypatch)
    worktree.load(root)
    worktree.load(root, deals=False)
    worktree.load_deals(root, [deal])
    assert seen == {"opened": [], "parsed": []}


def settle(root: Path) -> None:
    """Load until what was written a moment ago is old enough to be known again."""
    worktree.load(root)
    time.sleep(0.05)
    worktree.load(root)
    worktree.load(root)


def test_a_content_is_parsed_once_wherever_it_comes_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(root)
    path = next(iter(sorted((root / "deals").rglob("*.yaml"))))
    name, before = path.relative_to(root).as_posix(), path.read_bytes()
    seen = count(monkeypatch)
    path.touch()
    worktree.load(root)
    assert seen == {"opened": [name], "parsed": []}
    path.write_bytes(before + b"# another branch\n")
    worktree.load(root)
    assert seen["parsed"] == [name]
    path.write_bytes(before)
    worktree.load(root)
    path.rename(path.with_name("renamed.yaml"))
    worktree.load(root)
    (root / "deals" / "2031-01").mkdir()
    shutil.copy(path.with_name("renamed.yaml"), root / "deals" / "2031-01" / "twin.yaml")
    worktree.load(root)
    assert seen["parsed"] == [name]
    assert_same(root)


def test_a_file_changed_within_the_tick_of_the_clock_is_read_again(root: Path) -> None:
    path = root / "deals" / "2031-01"
    path.mkdir()
    for number in range(50):
        (path / "quick.yaml").write_text(DEAL.format("Quick", 1000 + number))
        assert worktree.load(root).deals["quick"].value == 1000 + number


def test_a_large_flat_folder_is_divided(root: Path) -> None:
    for number in range(700):
        (root / "deals" / f"flat-{number}.yaml").write_text(DEAL.format(f"Flat {number}", number))
    assert_same(root)
    (root / "deals" / "flat-7.yaml").write_text(DEAL.format("Changed", 1))
    assert_same(root)
    worktree.load_deals(root, ["deals/flat-8.yaml"])
    for number in range(600):
        (root / "deals" / f"flat-{number}.yaml").unlink()
    assert_same(root)


def test_a_text_that_changed_meanwhile_is_not_mixed_with_the_rest(root: Path) -> None:
    settle(root)
    found = worktree.load(root)
    path = next(iter(found.deals.values())).path
    (root / path).write_text(DEAL.format("Other", 1))
    with pytest.raises(PipeError, match=f"{path} was changed while this command was reading") as told:
        _ = found.texts[path]
    assert told.value.code == 3
    assert "none.yaml" not in found.texts
    assert found.texts.get("none.yaml") is None


def test_two_workspaces_of_one_repository_have_an_index_each(root: Path) -> None:
    shutil.copytree(SAMPLE, root / "second")
    assert index.location(root) == root / ".git" / "pipe" / "worktree.sqlite"
    assert index.location(root / "second") != index.location(root)
    assert_same(root)
    assert_same(root / "second")


def test_a_linked_work_tree_has_its_own_index(root: Path) -> None:
    run = ["git", "-C", str(root), "-c", "user.name=Sam", "-c", "user.email=sam@example.com"]
    subprocess.run([*run, "add", "."], check=True)
    subprocess.run([*run, "commit", "--quiet", "--message=Begin"], check=True)
    subprocess.run([*run, "worktree", "add", "--quiet", str(root.parent / "linked")], check=True)
    assert_same(root.parent / "linked")
    assert (root / ".git" / "worktrees" / "linked" / "pipe" / "worktree.sqlite").is_file()
    assert not (root / ".git" / "pipe").exists()


def test_outside_of_git_there_is_no_index(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "work")
    assert index.location(tmp_path / "work") is None
    assert_same(tmp_path / "work")


@pytest.mark.parametrize("mark", ["", "gitdir: /nowhere\n", "gitdir: ../elsewhere\n", "nonsense"])
def test_a_git_directory_that_is_none_gets_no_index(tmp_path: Path, mark: str) -> None:
    root, elsewhere = tmp_path / "work", tmp_path / "elsewhere"
    shutil.copytree(SAMPLE, root)
    elsewhere.mkdir()
    (root / ".git").write_text(mark) if mark else (root / ".git").mkdir()
    assert_same(root)
    assert index.location(root) is None
    assert list(elsewhere.iterdir()) == []


def test_what_is_kept_is_kept_of_the_present_files_only(root: Path) -> None:
    worktree.load(root)
    shutil.rmtree(root / "deals")
    assert_same(root)
    assert worktree.load(root).known[FileKind.DEAL] == {}


def test_a_python_without_sqlite_reads_every_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "find_spec", lambda _: None)
    assert_same(root)
    assert not (root / ".git" / "pipe").exists()
