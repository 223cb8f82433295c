"""Public event logs, imported with their history and audited, against figures that were computed independently."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest

DATA = Path(__file__).parents[2].parent / "shared" / "data"
PIPE = Path(sys.executable).parent / "pipe"
LOGS = ("running_example", "enpal", "bpic2012_A")

pytestmark = pytest.mark.skipif(
    not (DATA / "event-logs").is_dir(),
    reason=f"THE REAL EVENT LOGS ARE NOT HERE: nothing was compared; they belong in {DATA / 'event-logs'}",
)


def pipe(folder: Path, *arguments: str) -> str:
    """Run the installed command with people and configuration pinned, and return its output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PIPE_"))}
    home = folder.parent
    pinned = {
        "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "Ada Test", "GIT_AUTHOR_EMAIL": "ada@example.com",
        "GIT_COMMITTER_NAME": "Ada Test", "GIT_COMMITTER_EMAIL": "ada@example.com",
    }  # fmt: skip
    run = subprocess.run([PIPE, *arguments], cwd=folder, env=kept | pinned, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module", params=LOGS)
def audited(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, list[dict[str, str]]]:
    """Return the name of a log, and the visits that `pipe audit` reads from its imported history."""
    name: str = request.param
    folder = tmp_path_factory.mktemp(name)
    pipe(folder, "init", "ws", "--template", "empty")
    workspace = folder / "ws"
    log = DATA / "event-logs" / f"{name}.csv"
    pipe(workspace, "import", "events", str(log), "--pipeline", "log", "--create", "--history")
    return name, list(csv.DictReader(io.StringIO(pipe(workspace, "audit", "--format", "csv"))))


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "expected" / f"{name}.json").read_text("utf-8"))
    return found


def by_deal(visits: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Return the visits of each deal, in the order of the audit."""
    found = defaultdict(list)
    for visit in visits:
        found[visit["deal"]].append(visit)
    return found


def test_every_case_and_every_visit_is_there_once(audited: tuple[str, list[dict[str, str]]]) -> None:
    name, visits = audited
    wanted = expected(name)
    deals = by_deal(visits)
    entries = Counter((visit["deal"], visit["stage_name"]) for visit in visits)
    assert len(deals) == wanted["cases"]
    assert len(visits) == wanted["visits"]
    assert sum(count - 1 for count in entries.values()) == wanted["re_entries"]


def test_the_seconds_in_every_stage_are_exact(audited: tuple[str, list[dict[str, str]]]) -> None:
    name, visits = audited
    stages: dict[str, Any] = {}
    last = Counter(deal[-1]["stage_name"] for deal in by_deal(visits).values())
    for stage in {visit["stage_name"] for visit in visits}:
        entries = [visit for visit in visits if visit["stage_name"] == stage]
        closed = [int(visit["seconds"]) for visit in entries if visit["seconds"]]
        stages[stage] = {
            "entries": len(entries),
            "cases": len({visit["deal"] for visit in entries}),
            "closed_visits": len(closed),
            "sum_s": sum(closed),
            "median_s": median(closed) if closed else None,
            "min_s": min(closed, default=None),
            "max_s": max(closed, default=None),
            "last_stage_of": last[stage],
        }
    assert stages == expected(name)["stages"]


def test_the_transitions_are_the_same(audited: tuple[str, list[dict[str, str]]]) -> None:
    name, visits = audited
    found = Counter(
        f"{one['stage_name']} -> {other['stage_name']}"
        for deal in by_deal(visits).values()
        for one, other in pairwise(deal)
    )
    assert dict(found) == expected(name)["transitions"]


def test_no_visit_is_truncated_and_every_moment_is_the_events(audited: tuple[str, list[dict[str, str]]]) -> None:
    _, visits = audited
    assert not [visit for visit in visits if visit["truncated"]]
    assert all(visit["entered"] == visit["recorded"] for visit in visits)
