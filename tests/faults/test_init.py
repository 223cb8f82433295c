"""`pipe init` where something is in the way: nothing is left behind, and the words lead on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk import bare_desk, same, started

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_that_git_ignores_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    at.git("init", "--quiet", "--initial-branch=main", "--template=")
    at.write(".gitignore", "deals/\n")
    at.commit()
    before = at.state()
    answer = at.pipe("init", ".")
    assert answer.code == 5, answer
    assert "is ignored by .gitignore, line 1: deals/" in answer.err
    assert "remove that line" in answer.err
    same(before, at.state(), index=False)


def test_without_a_commit_there_is_a_repository_all_the_same(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    assert at.pipe("init", "sales", "--no-commit").code == 0
    assert "?? pipelines/" in at.git("-C", "sales", "status", "--short")


def test_the_remedy_for_no_identity_outlives_the_new_repository(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    at.env = {name: value for name, value in at.env.items() if not name.startswith(("GIT_AUTHOR", "GIT_COMMITTER"))}
    answer = at.pipe("init", "sales")
    assert answer.code == 5, answer
    assert 'try: git config --global user.name "Your Name"' in answer.err
    assert list(at.folder.iterdir()) == []


def test_on_a_detached_head_only_what_there_is_is_offered(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    started(at)
    at.git("rm", "-r", "--quiet", ".")
    at.commit()
    at.git("checkout", "--quiet", "--detach")
    answer = at.pipe("init", ".")
    assert answer.code == 3, answer
    assert "git switch BRANCH, then try again" in answer.err


def test_the_way_on_leads_from_the_folder_of_the_shell(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    (at.folder / "teams").mkdir()
    assert "next: cd teams/sales && pipe list" in at.pipe("-C", "teams", "init", "sales").err


def test_every_file_in_the_way_is_named(tmp_path: Path) -> None:
    at = bare_desk(tmp_path)
    at.write("team.yaml", "")
    at.write("pipelines/sales.yaml", "")
    answer = at.pipe("init", ".")
    assert answer.code == 2, answer
    assert "has the files pipelines/sales.yaml, team.yaml already" in answer.err
