"""The stage history of other projects' files, against transitions that were computed independently."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "git"
PIPE = Path(sys.executable).parent / "pipe"
CASES = (
    ("kep_yaml", "**/kep.yaml", "status", "kep_status_first-parent.csv"),
    ("kep_yaml", "**/kep.yaml", "stage", "kep_stage_first-parent.csv"),
    ("tbd_issues", "**/*.md", "status", "tbd_status_first-parent.csv"),
)

LEAST = 500
"""Fewer files of a table would mean that it was not read."""

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"THE REAL HISTORIES ARE NOT HERE: nothing was compared; they belong in {DATA}"
)


class Transition(NamedTuple):
    """One change of the value; the moments are epoch seconds."""

    kind: str
    before: str
    after: str
    authored: int
    committed: int


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the repositories, none of which is a workspace."""
    folder = tmp_path_factory.mktemp("clones")
    for name in {case[0] for case in CASES}:
        run = ["git", "clone", "--quiet", str(DATA / f"{name}.bundle"), str(folder / name)]
        subprocess.run(run, env=environment(folder), check=True, capture_output=True)
    return {name: folder / name for name in {case[0] for case in CASES}}


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PIPE_"))}
    return kept | {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


def audited(folder: Path, files: str, field: str) -> tuple[list[dict[str, str]], str]:
    """Return the visits that the installed command prints, and what it says beside them."""
    command = [str(PIPE), "audit", "--files", files, "--field", field, "--first-parent", "--format", "csv"]
    run = subprocess.run(
        command, cwd=folder, env=environment(folder.parent), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return list(csv.DictReader(io.StringIO(run.stdout))), run.stderr


def transitions(visits: list[dict[str, str]]) -> dict[str, list[Transition]]:
    """Return the transitions of each file, in their order: the visits' beginnings, and the removals."""
    found: dict[str, list[Transition]] = defaultdict(list)
    for visit in visits:
        known = found[visit["id"]]
        before = known[-1].after if known else ""
        authored, committed = epoch(visit["entered"]), epoch(visit["recorded"])
        known.append(Transition("M" if known else "A", before, visit["stage"], authored, committed))
        if visit["end"] == "removed":
            known.append(Transition("D", visit["stage"], "", epoch(visit["left"]), 0))
    return found


def epoch(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def expected(name: str) -> dict[str, list[Transition]]:
    """Return the transitions of the files that were never renamed."""
    found: dict[str, list[Transition]] = defaultdict(list)
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["renamed"] == "0":
                moments = int(row["author_epoch"]), int(row["commit_epoch"])
                found[row["file"]].append(Transition(row["kind"], row["from"], row["to"], *moments))
    return found


@pytest.mark.parametrize(("bundle", "files", "field", "table"), CASES, ids=[case[3] for case in CASES])
def test_every_transition_of_every_file_is_the_expected_one(
    clones: dict[str, Path], bundle: str, files: str, field: str, table: str
) -> None:
    visits, said = audited(clones[bundle], files, field)
    found, wanted = transitions(visits), expected(table)
    assert len(wanted) > LEAST
    assert {name: found.get(name) for name in wanted} == wanted
    assert "error" not in said


@pytest.mark.parametrize(("bundle", "files", "field", "table"), CASES, ids=[case[3] for case in CASES])
def test_every_other_file_was_renamed_or_removed(
    clones: dict[str, Path], bundle: str, files: str, field: str, table: str
) -> None:
    visits, _ = audited(clones[bundle], files, field)
    with (DATA / table).open(encoding="utf-8", newline="") as file:
        known = {row["file"] for row in csv.DictReader(file)}
    last = {visit["id"]: visit["end"] for visit in visits}
    assert known <= last.keys()
    assert {last[name] for name in last.keys() - known} <= {"removed"}


@pytest.mark.parametrize("bundle", ["kep_yaml"])
def test_each_commit_is_the_one_that_changed_the_value(clones: dict[str, Path], bundle: str) -> None:
    """The bundle's hashes are not the table's (people were replaced), so git itself says what each commit changed."""
    visits, _ = audited(clones[bundle], "**/kep.yaml", "status")
    changed: dict[str, set[str]] = defaultdict(set)
    command = ["git", "log", "--first-parent", "--no-renames", "--name-only", "--format=%x00%H"]
    log = subprocess.run(command, cwd=clones[bundle], capture_output=True, text=True, check=True).stdout
    for entry in log.split("\0")[1:]:
        commit, *paths = entry.split()
        changed[commit].update(paths)
    renamed = {
        name for name in {visit["id"] for visit in visits} if name not in expected("kep_status_first-parent.csv")
    }
    assert len(visits) > 1000
    assert [v for v in visits if v["id"] not in renamed and v["id"] not in changed[v["commit"]]] == []
