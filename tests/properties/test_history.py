"""The engine equals the literal definition, on random histories."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
import stories
from asked import Repository
from hypothesis import given, settings
from literal import Literal

from pipecli.history.step import Rules
from pipecli.history.timeline import stem, walk
from pipecli.shell.git import discover
from pipecli.store.history import read

ZONE = ZoneInfo("Europe/Berlin")
RANDOM = int(os.environ.get("PIPE_HISTORIES", "400"))


def _agree(choices: list[tuple[int, ...]], *, first_parent: bool) -> None:
    told = stories.tell(choices)
    tip = told.order[-1]
    known = stories.ancestors(told, tip)
    rules = Rules(versions=told.versions(), zone=ZONE, identify=stem, first_parent=first_parent)
    found = walk([commit for commit in told.commits() if commit.hash in known], tip, rules)
    assert found.timelines == Literal(told, ZONE, first_parent=first_parent).timelines(tip)


@pytest.mark.parametrize("first_parent", [False, True])
@settings(max_examples=100, deadline=None)
@given(choices=stories.STORIES)
def test_the_engine_equals_the_definition(choices: list[tuple[int, ...]], first_parent: bool) -> None:
    _agree(choices, first_parent=first_parent)


def test_the_engine_equals_the_definition_on_longer_histories() -> None:
    """Hypothesis keeps its examples small; these are not. PIPE_HISTORIES sets how many."""
    for seed in range(RANDOM):
        _agree(_choices(Random(seed)), first_parent=False)  # noqa: S311 -- no secret


@pytest.mark.parametrize("seed", range(8))
def test_what_is_read_from_git_equals_the_definition(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stories.git(folder, "init", "--quiet", "--initial-branch=main")
        hashes = stories.write(stories.tell(_choices(Random(seed))), folder)  # noqa: S311 -- no secret
        stories.git(folder, "update-ref", "refs/heads/main", hashes[-1])
        repository = discover(folder)
        assert repository
        for first_parent in (False, True):
            found = read(repository, zone=ZONE, first_parent=first_parent)
            literal = Literal(Repository(folder), ZONE, first_parent=first_parent)
            assert found.timelines == literal.timelines(hashes[-1])
            assert found.tip == hashes[-1]


def _choices(random: Random) -> list[tuple[int, ...]]:
    return [tuple(random.randint(0, 11) for _ in range(9)) for _ in range(random.randint(8, 25))]
