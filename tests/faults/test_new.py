"""A new deal, and several deals at once: one commit, or no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk import DEAL, bare_desk, deal, desk, same, started

if TYPE_CHECKING:
    from pathlib import Path

NEW = "deals/2026-11/fresh.yaml"


def test_a_new_deal_is_one_commit_of_one_file(tmp_path: Path) -> None:
    at = desk(tmp_path)
    answer = at.pipe("new", "Fresh", "--id", "fresh")
    assert answer.code == 0, answer
    assert at.git("show", "--name-status", "--format=%s").split() == ["Add", "fresh", "in", "lead", "A", NEW]
    assert at.git("status", "--porcelain") == ""


def test_a_refused_new_deal_leaves_no_file_no_folder_and_no_entry(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("pre-commit", "exit 1")
    before = at.state()
    assert at.pipe("new", "Fresh", "--id", "fresh").code == 5
    same(before, at.state(), index=False)
    assert not (at.folder / "deals/2026-11").exists()
    assert at.git("diff", "--cached", "--name-only") == ""


def test_folders_that_were_there_stay_even_empty(tmp_path: Path) -> None:
    at = desk(tmp_path)
    (at.folder / "deals/2026-11").mkdir()
    at.hook("pre-commit", "exit 1")
    assert at.pipe("new", "Fresh").code == 5
    assert (at.folder / "deals/2026-11").is_dir()


def test_an_ignored_new_deal_is_refused_with_the_rule_that_ignores_it(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write(".gitignore", "deals/2026-11/\n")
    at.commit()
    before = at.state()
    answer = at.pipe("new", "Fresh")
    assert (answer.code, "is ignored by .gitignore, line 1: deals/2026-11/" in answer.err) == (5, True), answer
    same(before, at.state())


def test_a_deal_that_git_knows_and_the_disk_has_lost_is_not_made_anew(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write(NEW, deal())
    at.commit()
    (at.folder / NEW).unlink()
    before = at.state()
    answer = at.pipe("new", "Fresh", "--id", "fresh")
    assert (answer.code, "git restore" in answer.err) == (3, True), answer
    same(before, at.state())


def test_an_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    at = desk(tmp_path)
    before = at.state()
    answer = at.pipe("new", "Fresh", "--id", "deal-00")
    assert (answer.code, "taken" in answer.err) == (1, True), answer
    same(before, at.state())


def test_several_deals_are_one_commit(tmp_path: Path) -> None:
    at = started(bare_desk(tmp_path), deals=5)
    names = [f"deal-{number:02}" for number in range(5)]
    answer = at.pipe("move", *names, "proposal")
    assert answer.code == 0, answer
    assert at.log() == ["Move 5 deals to proposal", "Begin"]
    assert at.git("log", "-1", "--format=%B").count("Pipe-Move: ") == 5
    assert len(at.git("diff", "--name-only", "HEAD~", "HEAD").split()) == 5
    assert at.git("status", "--porcelain") == ""


def test_where_one_of_several_cannot_be_moved_none_is(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write(DEAL, at.read() + b"# edited\n")
    before = at.state()
    for arguments in (["deal-01", "deal-00"], ["deal-01", "no-such-deal"]):
        answer = at.pipe("move", *arguments, "proposal")
        assert answer.code in (2, 3), answer
        same(before, at.state())


def test_a_refused_commit_puts_all_files_back(tmp_path: Path) -> None:
    at = started(bare_desk(tmp_path), deals=5)
    at.hook("commit-msg", "exit 1")
    before = at.state()
    assert at.pipe("move", *(f"deal-{number:02}" for number in range(5)), "won").code == 5
    same(before, at.state())


def test_a_refused_beginning_leaves_nothing_behind(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    at.env = {name: value for name, value in at.env.items() if not name.startswith(("GIT_AUTHOR", "GIT_COMMITTER"))}
    answer = at.pipe("init", "sub/sales")
    assert answer.code == 5, answer
    assert list(at.folder.iterdir()) == []


def test_a_refused_beginning_in_a_repository_leaves_it_as_it_was(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.git("rm", "-r", "--quiet", ".")
    at.commit()
    at.write("notes.txt", "staged\n")
    at.git("add", "notes.txt")
    at.hook("pre-commit", "exit 1")
    before = at.state()
    assert at.pipe("init", "sub/sales").code == 5
    same(before, at.state(), index=False)
    (at.folder / ".git/hooks/pre-commit").unlink()
    answer = at.pipe("init", "sub/sales")
    assert answer.code == 0, answer
    assert at.git("status", "--porcelain") == "A  notes.txt\n"
    assert at.pipe("validate", cwd=at.folder / "sub/sales").code == 0
