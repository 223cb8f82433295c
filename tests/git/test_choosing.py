"""A change of the deals that conditions choose: what a person is shown and asked, and what becomes of the answer."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from case import CASES, pinned_environment
from dialogue import dialogue

if TYPE_CHECKING:
    from pathlib import Path

SET = ["set", "--where", "owner = sam", "owner=kim"]
SHOWN = "  acme-renewal-k7m2  Annual platform renewal: owner sam -> kim\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    shutil.copytree(CASES / "set" / "where", folder, ignore=shutil.ignore_patterns("command", "expected", "git"))
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Begin"]):
        subprocess.run(["git", *command], cwd=folder, env=pinned_environment(tmp_path), check=True)
    return folder


def commits(place: Path) -> int:
    done = subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=place, capture_output=True, check=True)
    return int(done.stdout)


@pytest.mark.parametrize("answer", ["y", "yes", "Y"])
def test_what_a_person_agrees_to_is_done(place: Path, answer: str) -> None:
    text, code = dialogue(place, SET, [answer])
    assert SHOWN in text
    assert "Change 2 deals? [y/N] acme-renewal-k7m2: owner sam -> kim\n" in text
    assert (code, commits(place)) == (0, 2)


@pytest.mark.parametrize("answers", [["n"], [""], ["what?"], []])
def test_any_other_answer_changes_nothing(place: Path, answers: list[str]) -> None:
    text, code = dialogue(place, SET, answers)
    assert SHOWN in text
    assert text.endswith("nothing was changed\n")
    assert (code, commits(place)) == (1, 1)


def test_nobody_is_asked_where_nothing_would_change(place: Path) -> None:
    text, code = dialogue(place, ["set", "--where", "owner = sam", "owner=sam"], [])
    assert "[y/N]" not in text
    assert (code, commits(place)) == (0, 1)


def test_what_is_refused_is_told_and_not_asked(place: Path) -> None:
    text, code = dialogue(place, ["move", "--where", "stage = lead", "qualified"], ["y"])
    assert "to leave lead: contacts is set or company is set" in text
    assert "[y/N]" not in text
    assert (code, commits(place)) == (1, 1)
