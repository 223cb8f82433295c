"""Patterns of paths: what git itself matches with `:(glob)` is what we match."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from pipecli.core import glob

if TYPE_CHECKING:
    from pathlib import Path

PATHS = (
    "kep.yaml", "a/kep.yaml", "a/b/kep.yaml", "a/b/c.md", ".hidden/kep.yaml", "a/.kep.yaml", "a/x[1].yaml",
    "a/x1.yaml", "a/x-.yaml", "a/x].yaml", "a/x^.yaml", "a/x*.yaml", "b/d e.yaml", "b/ä.yaml", "b/line\nfeed.yaml",
    "b/x.yaml/inner.md",
)  # fmt: skip
PATTERNS = (
    "**/kep.yaml", "*.yaml", "**/*.yaml", "a/**", "a/**/kep.yaml", "a/*/kep.yaml", "**", "*", "a/**/**/kep.yaml",
    "?/kep.yaml", "a/x[0-9].yaml", "a/x[!0-9].yaml", "a/x[^0-9].yaml", "a/x[]].yaml", "a/x[-1].yaml",
    r"a/x\*.yaml", r"a/x\[1].yaml", "a/x[*].yaml", "b/*.yaml", "b/???.yaml", "**kep.yaml",
    "*k*e*p*.y*l", "a/*x*[!x]*.yaml", ".*/**", "[ab]/**",
    "a/b/./kep.yaml", "b/[a-z]*.yaml", "a/x[a^].yaml", "[.]hidden/*",
)  # fmt: skip


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("glob")
    for path in PATHS:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    return folder


def git(folder: Path, *arguments: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    kept |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(["git", *arguments], cwd=folder, env=kept, capture_output=True, text=True, check=True).stdout


def git_matches(folder: Path, pattern: str) -> set[str]:
    return set(git(folder, "ls-files", "--full-name", "-z", "--", f":(glob){pattern}").split("\0")[:-1])


def matches(pattern: str, folder: str = "") -> set[str]:
    expression = glob.compiled([pattern], folder)
    return {path for path in PATHS if expression.fullmatch(path)}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_matches_what_it_matches_for_git(repository: Path, pattern: str) -> None:
    assert matches(pattern) == git_matches(repository, pattern)


@pytest.mark.parametrize(
    "pattern", ["kep.yaml", "*.yaml", "**/kep.yaml", "../*.yaml", "../*/kep.yaml", "b/**", ".", "./*"]
)
def test_a_pattern_begins_in_the_folder_that_one_is_in(repository: Path, pattern: str) -> None:
    assert matches(pattern, "a/") == git_matches(repository / "a", pattern)


def test_many_stars_take_no_longer_than_few() -> None:
    expression = glob.compiled(["*a" * 30 + "*b", "**/" * 3 + "*a" * 30 + "b"])
    assert not expression.fullmatch("a/" * 20 + "a" * 200)
    assert expression.fullmatch("a" * 200 + "b")


def test_several_patterns_match_what_any_of_them_does() -> None:
    expression = glob.compiled(["*.yaml", "b/**"])
    assert {path for path in PATHS if expression.fullmatch(path)} == matches("*.yaml") | matches("b/**")


@pytest.mark.parametrize(
    ("pattern", "folder", "message"),
    [
        ("/a", "", "begins in the current folder"),
        ("../a", "", "leads out of the repository"),
        ("../../a", "b/", "leads out of the repository"),
        ("[z-a]", "", "cannot be read"),
    ],
)
def test_a_pattern_that_means_nothing_here_is_refused(pattern: str, folder: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        glob.compiled([pattern], folder)
