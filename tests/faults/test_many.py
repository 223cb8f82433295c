"""A commit of many files: named to git by their folders or in a file, and still exactly these, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desk import DEAL, Desk, desk, same

from pipecli.shell.onlythese import MANY

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = MANY + 20
IMPORT = ("import", "events", "log.csv", "--pipeline", "sales", "--source", "log")


def with_log(folder: Path) -> Desk:
    """Return a desk with a log beside it that git does not see, and with work of its own in all states."""
    at = desk(folder)
    rows = [f"{number},lead,2026-{number % 3 + 4:02}-{number % 27 + 1:02}T10:00Z" for number in range(NUMBER)]
    at.write("log.csv", "case,stage,time\n" + "\n".join(rows) + "\n")
    at.write(".git/info/exclude", "log.csv\n")
    at.write("deals/2026-05/mine.yaml", at.read())
    at.write("deals/2026-10/deal-01.yaml", at.read("deals/2026-10/deal-01.yaml") + b"# staged\n")
    at.git("add", "deals/2026-10/deal-01.yaml")
    at.write("pipelines/other.yaml", at.read("pipelines/sales.yaml"))
    return at


def test_many_files_are_one_commit_beside_all_that_is_not_ours(tmp_path: Path) -> None:
    at = with_log(tmp_path)
    before = at.git("status", "--porcelain", "-uall").splitlines()
    answer = at.pipe(*IMPORT)
    assert answer.code == 0, answer
    names = at.git("show", "--name-status", "--format=", "HEAD").splitlines()
    assert (len(names), {name[0] for name in names}) == (NUMBER, {"A"})
    assert at.git("status", "--porcelain", "-uall").splitlines() == before
    assert at.git("fsck", "--strict", "--no-dangling") == ""


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg"])
def test_a_hook_that_refuses_leaves_everything_as_it_was(tmp_path: Path, name: str) -> None:
    at = with_log(tmp_path)
    at.hook(name, "echo 'not now' >&2; exit 1")
    before = at.state()
    answer = at.pipe(*IMPORT)
    assert (answer.code, "not now" in answer.err) == (5, True), answer
    same(before, at.state())


@pytest.mark.parametrize("rule", ["deals/", "2026-04", "7.yaml"])
def test_a_new_file_that_git_is_told_to_ignore_stops_all(tmp_path: Path, rule: str) -> None:
    at = with_log(tmp_path)
    at.write(".git/info/exclude", f"log.csv\n{rule}\n")
    before = at.state()
    answer = at.pipe(*IMPORT)
    assert (answer.code, "is ignored by" in answer.err) == (5, True), answer
    same(before, at.state())


def test_a_file_in_the_way_stops_all(tmp_path: Path) -> None:
    at = with_log(tmp_path)
    at.write("deals/2026-06", "mine")
    before = at.state()
    answer = at.pipe(*IMPORT)
    assert answer.code == 3, answer
    same(before, at.state())


def test_many_changed_files_are_one_commit(tmp_path: Path) -> None:
    at = with_log(tmp_path)
    at.pipe(*IMPORT)
    assert at.read(DEAL)
    ids = [str(number) for number in range(NUMBER)]
    answer = at.pipe("move", *ids, "proposal")
    assert answer.code == 0, answer
    assert len(at.git("show", "--name-status", "--format=", "HEAD").splitlines()) == NUMBER
