"""Where a workspace may stand: a move works in each of these places, and reading wherever it can be read."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from desk import DEAL, Desk, bare_desk, desk, fill, started
from mounts import mounted

if TYPE_CHECKING:
    from pathlib import Path


def moved(at: Desk) -> None:
    """Assert that a move works here and commits its file alone."""
    before = at.head
    answer = at.move()
    assert answer.code == 0, answer
    assert at.git("rev-parse", "HEAD~").strip() == before
    assert at.git("diff", "--relative", "--name-only", "-z", "HEAD~", "HEAD") == f"{DEAL}\0"
    assert at.git("status", "--porcelain") == ""
    assert at.pipe("audit", "deal-00").code == 0


def test_a_worktree(tmp_path: Path) -> None:
    main = desk(tmp_path)
    main.git("worktree", "add", "--quiet", "-b", "side", "../side")
    moved(Desk(tmp_path / "side", main.env))
    assert main.log() == ["Begin"]
    moved(main)


def test_an_operation_under_way_in_another_worktree_forbids_nothing(tmp_path: Path) -> None:
    main = desk(tmp_path)
    main.git("worktree", "add", "--quiet", "-b", "side", "../side")
    main.git("bisect", "start")
    moved(Desk(tmp_path / "side", main.env))


def test_a_submodule(tmp_path: Path) -> None:
    inner, outer = desk(tmp_path, "inner"), desk(tmp_path, "outer")
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.folder), "sales")
    outer.commit()
    at = Desk(outer.folder / "sales", outer.env)
    at.git("switch", "--quiet", "main")
    moved(at)
    assert outer.git("status", "--porcelain") == " M sales\n"


@pytest.mark.parametrize("folder", ["sales", "a b/Größe & Maß/[x]*", "-n"])
def test_a_folder_of_the_repository(tmp_path: Path, folder: str) -> None:
    top = desk(tmp_path)
    at = Desk(top.folder / folder, top.env)
    fill(at)
    top.commit()
    top.write("notes.txt", "unrelated\n")
    top.git("add", "notes.txt")
    answer = at.move()
    assert answer.code == 0, answer
    assert top.git("diff", "--name-only", "-z", "HEAD~", "HEAD") == f"{folder}/{DEAL}\0"
    assert top.git("status", "--porcelain") == "A  notes.txt\n"
    answer = at.pipe("new", "Fresh", "--id", "fresh")
    assert answer.code == 0, answer
    assert top.git("status", "--porcelain") == "A  notes.txt\n"


def test_a_command_that_is_called_in_a_folder_below_or_from_elsewhere(tmp_path: Path) -> None:
    at = desk(tmp_path, "Mäander weg")
    assert at.pipe("move", "deal-00", "proposal", cwd=at.folder / "deals/2026-10").code == 0
    assert at.pipe("-C", str(at.folder), "move", "deal-00", "won", cwd=tmp_path).code == 0
    assert at.git("status", "--porcelain") == ""


def test_a_repository_with_sha_256(tmp_path: Path) -> None:
    at = started(bare_desk(tmp_path), "--object-format=sha256")
    assert len(at.head) == 64
    moved(at)
    assert at.pipe("new", "Fresh").code == 0


def test_a_repository_that_is_reached_through_a_link(tmp_path: Path) -> None:
    at = desk(tmp_path)
    (tmp_path / "link").symlink_to(at.folder)
    moved(Desk(tmp_path / "link", at.env))


def test_a_repository_without_any_commit(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    at.git("init", "--quiet", "--initial-branch=main")
    fill(at)
    answer = at.move()
    assert (answer.code, "not committed yet" in answer.err) == (3, True), answer
    at.git("add", "pipe.yaml")
    answer = at.pipe("new", "Fresh", "--id", "fresh")
    assert answer.code == 0, answer
    assert at.git("ls-tree", "-r", "--name-only", "HEAD").split() == ["deals/2026-11/fresh.yaml"]
    assert at.git("diff", "--cached", "--name-only").split() == ["pipe.yaml"]


def test_a_refused_first_commit_leaves_no_trace(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    at.git("init", "--quiet", "--initial-branch=main")
    fill(at)
    at.git("add", "pipe.yaml")
    at.hook("pre-commit", "exit 1")
    before = at.git("status", "--porcelain"), at.git("ls-files", "--stage")
    assert at.pipe("new", "Fresh", "--id", "fresh").code == 5
    assert (at.git("status", "--porcelain"), at.git("ls-files", "--stage")) == before
    assert not (at.folder / "deals/2026-11").exists()


READING = (
    ["validate"], ["list"], ["show", "deal-00"], ["audit"], ["audit", "deal-00"], ["report", "stage-time"],
    ["audit", "verify"], ["blame", "deal-00"],
    ["move", "deal-00", "proposal", "--dry-run"], ["new", "Fresh", "--dry-run"],
)  # fmt: skip


def test_reading_works_in_a_read_only_checkout_and_writing_says_why_not(tmp_path: Path) -> None:
    at = desk(tmp_path)
    script = [f"mount --bind '{at.folder}' '{at.folder}'", f"mount -o remount,ro,bind '{at.folder}'"]
    for arguments in READING:
        answer = mounted(at, script, *arguments)
        assert answer.code == 0, f"{arguments}: {answer}"
    for arguments in (
        ["move", "deal-00", "proposal"],
        ["move", "deal-00", "proposal", "--no-commit"],
        ["new", "Fresh"],
    ):
        answer = mounted(at, script, *arguments)
        assert (answer.code, "Read-only file system" in answer.err) == (3, True), answer


def test_reading_writes_nothing_but_the_index_in_the_git_directory(tmp_path: Path) -> None:
    at = desk(tmp_path)
    (at.folder / ".git/index").touch()
    ours = at.folder / ".git/pipe"
    ours.mkdir()

    def everything() -> dict[str, tuple[int, int]]:
        found = (path for path in at.folder.rglob("*") if path != ours and ours not in path.parents)
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in found}

    before = everything()
    for arguments in READING:
        assert at.pipe(*arguments).code == 0, arguments
    assert everything() == before


def test_a_new_deal_is_not_written_through_a_linked_folder(tmp_path: Path) -> None:
    at = desk(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (at.folder / "deals/2026-11").symlink_to(tmp_path / "elsewhere")
    for more in ([], ["--no-commit"]):
        answer = at.pipe("new", "Fresh", *more)
        assert (answer.code, "symbolic link" in answer.err) == (3, True), answer
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_repository_of_another_owner_is_refused_in_git_s_words(tmp_path: Path) -> None:
    at = desk(tmp_path)
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder to somebody else")
    subprocess.run(["chown", "-R", "65534:65534", str(at.folder)], check=True)
    answer = at.move()
    assert (answer.code, "dubious ownership" in answer.err) == (3, True), answer
    assert at.pipe("list").code == 0
