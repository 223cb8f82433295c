"""A whole workspace, exported and imported again with its past: the same visits, and the same deals."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from installed import git, pipe

if TYPE_CHECKING:
    from pathlib import Path

SAME = ("deal", "life", "pipeline", "stage", "end", "by", "seconds")


@pytest.fixture(scope="module")
def exchanged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the workspace of the demo, and one into which its exports were imported."""
    place = tmp_path_factory.mktemp("exchange")
    pipe(place, "demo", "demo")
    before, after = place / "demo", place / "after"
    pipe(before, "export", "csv", "--output", "../deals.csv")
    pipe(before, "audit", "--format", "csv", "--output", "../visits.csv")
    git(place, "clone", "-q", "demo", "after")
    git(after, "checkout", "-q", "--orphan", "again")
    git(after, "rm", "-rqf", "deals")
    git(after, "commit", "-qm", "All but the deals")
    pipe(after, "import", "csv", "../deals.csv", "../visits.csv", "--history")
    return before, after


def rows(folder: Path, *command: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pipe(folder, *command).stdout)))


def test_every_visit_is_there_again_to_the_second(exchanged: tuple[Path, Path]) -> None:
    before, after = (rows(folder, "audit", "--format", "csv") for folder in exchanged)
    assert len(before) > 800
    assert sorted([*(visit[key] for key in SAME), visit["entered"][:19]] for visit in after) == sorted(
        [*(visit[key] for key in SAME), visit["entered"][:19]] for visit in before
    )


def test_every_deal_says_the_same_again(exchanged: tuple[Path, Path]) -> None:
    before, after = (
        [json.loads(line) for line in pipe(folder, "export", "jsonl").stdout.splitlines()] for folder in exchanged
    )
    for deal in after:
        assert deal.pop("provenance")["source"] == "pipe"
    assert after == before


def test_the_import_is_valid_and_a_second_one_brings_nothing(exchanged: tuple[Path, Path]) -> None:
    _, after = exchanged
    pipe(after, "validate")
    head = git(after, "rev-parse", "HEAD")
    done = pipe(after, "import", "csv", "../deals.csv", "../visits.csv", "--history")
    assert "all of them known already" in done.stderr
    assert (git(after, "rev-parse", "HEAD"), git(after, "status", "--porcelain")) == (head, "")


def test_visits_alone_are_an_event_log(exchanged: tuple[Path, Path], tmp_path: Path) -> None:
    before, _ = exchanged
    pipe(tmp_path, "init", "--template", "empty")
    create = ("--pipeline", "sales", "--create", "--won", "closed-won", "--lost", "closed-lost", "--history")
    pipe(tmp_path, "import", "events", str(before.parent / "visits.csv"), *create)
    found, wanted = (rows(folder, "audit", "--format", "csv") for folder in (tmp_path, before))
    entries = sorted((visit["deal"], visit["stage"], visit["seconds"]) for visit in wanted)
    assert sorted((visit["deal"], visit["stage"], visit["seconds"]) for visit in found) == entries


def test_visits_without_the_deals_are_refused_by_the_table_reader(exchanged: tuple[Path, Path]) -> None:
    _, after = exchanged
    assert "there are visits, and no deals" in pipe(after, "import", "csv", "../visits.csv", code=2).stderr
