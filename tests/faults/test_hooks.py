"""Hooks: where one refuses, everything is as it was, and its words are shown; where all pass, it is a success."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desk import DEAL, PIPE, desk, same

if TYPE_CHECKING:
    from pathlib import Path

REFUSALS = {
    "it says no": "echo 'too late in the day' >&2; exit 1",
    "it says no on standard output": "echo 'too late in the day'; exit 1",
    "it dies": "echo 'too late in the day' >&2; kill -9 $$",
    "it changes the file": f"echo 'too late in the day'; echo '# tidied' >> {DEAL}; exit 1",
    "it changes and adds the file": f"echo 'too late in the day'; echo '#' >> {DEAL}; git add {DEAL}; exit 1",
    "it removes the file": f"echo 'too late in the day'; rm {DEAL}; exit 1",
    "it stages everything": "echo 'too late in the day'; git add --all; exit 1",
}


@pytest.mark.parametrize("name", ["pre-commit", "prepare-commit-msg", "commit-msg"])
def test_a_hook_that_refuses_leaves_everything_as_it_was(tmp_path: Path, name: str) -> None:
    at = desk(tmp_path)
    at.hook(name, REFUSALS["it says no"])
    before = at.state()
    answer = at.move()
    assert (answer.code, "too late in the day" in answer.err) == (5, True), answer
    same(before, at.state())


@pytest.mark.parametrize("script", REFUSALS.values(), ids=REFUSALS)
def test_everything_is_as_it_was_whatever_a_hook_did_before_it_refused(tmp_path: Path, script: str) -> None:
    at = desk(tmp_path)
    at.write("deals/2026-10/deal-01.yaml", at.read("deals/2026-10/deal-01.yaml") + b"# staged\n")
    at.git("add", "deals/2026-10/deal-01.yaml")
    at.write("notes.txt", "unrelated")
    at.hook("pre-commit", script)
    before = at.state()
    answer = at.move()
    assert (answer.code, "too late in the day" in answer.err) == (5, True), answer
    same(before, at.state())


def test_what_a_refusing_hook_wrote_into_the_file_is_kept_where_it_can_be_found(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("pre-commit", REFUSALS["it changes the file"])
    answer = at.move()
    blob = answer.err.partition("git cat-file blob ")[2].split()[0].rstrip(".")
    assert at.git("cat-file", "blob", blob).endswith("# tidied\n")


def test_a_hook_that_changes_and_adds_the_file_and_passes_is_a_success_that_is_told(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("pre-commit", f"echo '# tidied' >> {DEAL}; git add {DEAL}")
    answer = at.move()
    assert (answer.code, "a hook changed it" in answer.err) == (0, True), answer
    assert at.git("show", f"HEAD:{DEAL}").endswith("# tidied\n")
    assert at.git("status", "--porcelain") == ""


def test_a_hook_that_makes_the_file_invalid_has_its_problems_told(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("pre-commit", f"echo 'stage: lead' >> {DEAL}; git add {DEAL}")
    answer = at.move()
    assert (answer.code, "stage" in answer.err, DEAL in answer.err) == (1, True, True), answer
    assert "is committed, but a hook changed it" in answer.err
    assert "next:" not in answer.err
    assert at.log()[0] == "Move deal-00 to proposal"
    assert "twice" in answer.err or "duplicate" in answer.err, answer


def test_a_hook_that_changes_the_file_without_adding_it_is_told(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("pre-commit", f"echo '# tidied' >> {DEAL}")
    answer = at.move()
    assert (answer.code, "otherwise on the disk" in answer.err) == (0, True), answer
    assert at.git("status", "--porcelain") == f" M {DEAL}\n"


@pytest.mark.parametrize("name", ["post-commit", "post-rewrite", "post-index-change", "pre-auto-gc"])
def test_a_hook_that_fails_when_the_commit_is_made_does_not_undo_it(tmp_path: Path, name: str) -> None:
    at = desk(tmp_path)
    at.hook(name, "echo never mind >&2; exit 1")
    answer = at.move()
    assert answer.code == 0, answer
    assert at.log() == ["Move deal-00 to proposal", "Begin"]
    assert at.git("status", "--porcelain") == ""


@pytest.mark.parametrize("phase", ["prepared", "committed"])
def test_a_reference_transaction_hook_decides_before_the_commit_only(tmp_path: Path, phase: str) -> None:
    at = desk(tmp_path)
    at.hook("reference-transaction", f'test "$1" = {phase} && exit 1; exit 0')
    before = at.state()
    answer = at.move()
    if phase == "prepared":
        assert answer.code == 5, answer
        same(before, at.state())
    else:
        assert answer.code == 0, answer
        assert at.git("status", "--porcelain") == ""


@pytest.mark.parametrize("name", ["commit-msg", "prepare-commit-msg"])
def test_a_hook_that_throws_the_trailers_away_does_not_undo_the_commit(tmp_path: Path, name: str) -> None:
    at = desk(tmp_path)
    at.hook(name, 'echo "Only this" > "$1"')
    answer = at.move()
    assert answer.code == 0, answer
    assert at.log() == ["Only this", "Begin"]
    assert at.git("status", "--porcelain") == ""
    assert "Pipe-Op" in answer.err, answer


def test_a_hook_that_commits_on_top_does_not_undo_the_commit(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("post-commit", "test -e once && exit; touch once; git add once; git commit -q -m 'On top'")
    answer = at.move()
    assert answer.code == 0, answer
    assert at.log() == ["On top", "Move deal-00 to proposal", "Begin"]


def test_hooks_elsewhere_are_run(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write("house/pre-commit", "#!/bin/sh\necho house rules; exit 1\n")
    (at.folder / "house/pre-commit").chmod(0o755)
    at.commit()
    at.config(core__hooksPath="house")
    answer = at.move()
    assert (answer.code, "house rules" in answer.err) == (5, True), answer


def test_a_hook_sees_the_move_alone_and_the_language_of_the_user(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.write("notes.txt", "unrelated")
    at.git("add", "notes.txt")
    at.hook("pre-commit", 'git diff --cached --name-only > "$HOME/seen"; echo "$LANG $LC_ALL" >> "$HOME/seen"')
    assert at.move(LC_ALL="C.UTF-8").code == 0
    assert (tmp_path / "home/seen").read_text() == f"{DEAL}\nC.UTF-8 \n"


def test_a_hook_that_leaves_a_process_behind_is_not_waited_for(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("post-commit", 'sleep 50 & echo $! > "$HOME/sleeper"')
    answer = at.move()
    assert answer.code == 0, answer
    sleeper = (tmp_path / "home/sleeper").read_text().strip()
    assert at.git("-c", f"alias.end=!kill {sleeper}", "end") == ""


def test_a_hook_that_calls_pipe_may_read_and_not_write(tmp_path: Path) -> None:
    at = desk(tmp_path)
    at.hook("pre-commit", 'pipe validate && pipe move deal-01 won; echo "inner $?"')
    answer = at.move(PATH=f"{PIPE.parent}:{at.env['PATH']}")
    assert answer.code == 0, answer
    assert "no problems" in answer.err
    assert "inner 3" in answer.err
    assert "git hook" in answer.err
