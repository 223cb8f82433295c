"""`pipe demo` through the installed command: the workspace it builds, and the tour through it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PIPE = Path(sys.executable).parent / "pipe"
NOW = "2026-11-23T15:12:09+01:00"


def run(folder: Path, *command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command where git knows nobody and no configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PIPE_"))}
    pinned = {"HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "PIPE_NOW": NOW}
    return subprocess.run(command, cwd=folder, env=kept | pinned | more, capture_output=True, text=True, check=False)


def git(folder: Path, *arguments: str) -> str:
    return run(folder, "git", *arguments).stdout.strip()


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo")
    return folder / "here", run(folder, PIPE, "demo", "here")


def test_it_ends_well_and_nothing_unexpected_happens(toured: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = toured
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ended with exit code" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_it_shows_each_command_and_what_it_says(toured: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = toured
    typed = [line.removeprefix("$ pipe ").split()[0] for line in done.stdout.splitlines() if line.startswith("$ pipe")]
    assert typed == ["validate", "move", "move", "report", "report", "audit"]
    assert "cannot move to negotiation" in done.stdout
    assert "value > 0" in done.stdout
    assert "proposal-sent -> negotiation" in done.stdout
    assert str(folder) in done.stdout


def test_the_work_tree_is_clean_and_nothing_is_left_over(
    toured: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = toured
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert git(folder, "fsck", "--strict", "--no-dangling") == ""


def test_it_needs_no_identity_and_leaves_none_outside(
    toured: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = toured
    assert git(folder, "log", "-1", "--format=%ae") == "alex@example.com"
    authors = set(git(folder, "log", "--format=%ae").split())
    assert all(author.endswith("@example.com") for author in authors)
    assert not (folder.parent / ".gitconfig").exists()


def test_the_history_has_a_merge_a_squash_and_a_year(toured: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = toured
    assert len(git(folder, "log", "--merges", "--format=%h").split()) == 1
    squash = git(folder, "log", "--grep=^Squashed", "--format=%B")
    assert squash.count("Pipe-Move:") == 2
    dates = git(folder, "log", "--skip=1", "--format=%as").split()
    assert max(dates) <= "2026-11-23"
    assert min(dates) <= "2025-11-26"


def test_completed_visits_look_shorter_than_they_are(toured: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = toured
    done = run(folder, PIPE, "report", "stage-time", "--format", "csv")
    header, *rows = (line.split(",") for line in done.stdout.partition("\n\n")[0].splitlines())
    found = {row[header.index("stage")]: row for row in rows}
    for stage in ("new-lead", "qualified", "proposal-sent", "negotiation"):
        p50, naive = (float(found[stage][_at(header, name)]) for name in ("p50", "median"))
        assert p50 > naive, stage


def _at(header: list[str], name: str) -> int:
    """Return the place of a column, whatever unit its name ends in."""
    return next(at for at, title in enumerate(header) if title.split("_")[0] == name)


def test_a_folder_that_is_not_empty_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    done = run(tmp_path, PIPE, "demo", "full")
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert "try:" in done.stderr
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_the_environments_workspace_and_people_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    people = {"GIT_AUTHOR_NAME": "Else", "GIT_AUTHOR_EMAIL": "else@example.org"}
    done = run(tmp_path, PIPE, "demo", str(tmp_path / "empty"), **people)
    assert done.returncode == 0, done.stdout
    assert "else@example.org" not in git(tmp_path / "empty", "log", "--format=%ae%n%ce")
