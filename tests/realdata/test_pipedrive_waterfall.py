"""The waterfall of a public log of changes, imported with its history: between any two of its commits it adds up."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from installed import git, pipe

DATA = Path(__file__).parents[2].parent / "shared" / "data"
PAIRS = 8

pytestmark = pytest.mark.skipif(
    not (DATA / "enpal").is_dir(),
    reason=f"THE PUBLIC LOG OF CHANGES IS NOT HERE: nothing was added up; it belongs in {DATA / 'enpal'}",
)

CAME = {"created", "reopened", "resumed", "moved in"}
LEFT = {"moved out", "won", "lost", "held", "removed"}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("enpal")
    pipe(folder, "init", "ws", "--template", "empty")
    options = ("--pipeline", "log", "--create", "--add-members", "--history")
    pipe(folder / "ws", "import", "pipedrive-changelog", str(DATA / "enpal"), *options)
    return folder / "ws"


def _open(folder: Path, commit: str) -> dict[str, str]:
    """Return the stage of each deal that was open at a commit, as the list of then has it."""
    text = pipe(folder, "list", "--at", commit, "--all", "--columns", "id,stage,kind", "--format", "csv").stdout
    return {row["id"]: row["stage"] for row in csv.DictReader(io.StringIO(text)) if row["kind"] == "open"}


def _diff(folder: Path, *ends: str) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = json.loads(pipe(folder, "diff", *ends, "--format", "json").stdout)["tables"]
    return tables


def test_any_two_commits_add_up_and_tell_the_deals_that_came_and_left(imported: Path) -> None:
    commits = git(imported, "rev-list", "--first-parent", "HEAD").split()
    rng = Random(4)  # noqa: S311 -- a choice of commits
    for _ in range(PAIRS):
        newer, older = sorted(rng.sample(range(len(commits)), 2))
        then, now = _open(imported, commits[older]), _open(imported, commits[newer])
        whole, *below = _diff(imported, commits[older], commits[newer])
        deals = {row["step"]: row["deals"] for row in whole["rows"]}
        assert (deals["opening"], deals["closing"]) == (len(then), len(now))
        came, left = (sum(deals.get(step, 0) for step in steps) for steps in (CAME, LEFT))
        assert deals["opening"] + came - left == deals["closing"]
        assert (came, left) == (len(now.keys() - then.keys()), len(then.keys() - now.keys()))
        listed = Counter(row["step"] for table in below for row in table["rows"])
        assert listed == {step: number for step, number in deals.items() if step not in ("opening", "closing")}
