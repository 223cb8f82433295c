"""Every command that reads, in every format, from a subfolder, outside of git, and with titles that mean harm."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import pty
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml
from case import PIPE, pinned_environment

from pipecli.reports.registry import REPORTS

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "=cmd|'/c calc'!A1 ::error file=x,line=1::y [red]x[/red] <script>alert(1)</script> ${{ x }} `id` $(id) | %0A::z"
FORMATS = ("table", "markdown", "csv", "json")
OPTIONS: dict[str, list[str]] = {"changes": ["--since", "30d"], "digest": ["--for", "sam"]}
"""What a report cannot do without."""
READING = [
    ["list", "--all"], ["show", "three-sites"], ["audit"], ["audit", "three-sites"], ["validate"],
    ["report", "stage-time", "--by", "month", "--business-days"], ["audit", "three-sites", "--business-days"],
    ["list", "--all"], ["list", "--at", "HEAD"], ["show", "three-sites"], ["diff", "HEAD~1"],
    ["audit", "verify"], ["blame", "three-sites"],
    ["agenda", "--all", "--week"], ["task", "list"], ["log", "three-sites"], ["check", "three-sites"],
    *(["report", name, *OPTIONS.get(name, [])] for name in REPORTS),
]  # fmt: skip
WITHOUT_HISTORY = [
    ["list"],
    ["agenda", "--week"],
    ["task", "list"],
    ["show", "birch-seats"],
    ["validate"],
    ["report", "pipeline"],
]


def pipe(folder: Path, home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PIPE, *words], cwd=folder, env=pinned_environment(home) | more, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("everywhere") / "acme"
    assert pipe(place.parent, place.parent, "init", str(place)).returncode == 0
    made = pipe(
        place, place.parent, "new", TITLE, "--id", "three-sites", "--owner", "sam", "--source", TITLE, "--tag", TITLE
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout == "three-sites\n"
    return place


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_title_does_no_harm(workspace: Path, words: list[str], form: str) -> None:
    done = pipe(workspace, workspace.parent, *words, "--format", form)
    assert (done.returncode, done.stderr if "Traceback" in done.stderr else "") == (0, "")
    assert not [c for c in done.stdout + done.stderr if not c.isprintable() and c != "\n"]
    assert not [line for line in (done.stdout + done.stderr).splitlines() if line.lstrip().startswith("::")]
    if form == "json":
        assert json.loads(done.stdout)["version"] == 1
    elif form == "csv":
        cells = [cell for row in csv.reader(io.StringIO(done.stdout)) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]
    elif form == "markdown":
        assert "<script" not in done.stdout


def shown_on_a_terminal(folder: Path, home: Path, words: list[str], columns: int) -> list[str]:
    """Return the lines that a command prints where standard output is a terminal of this width."""
    ours, its = pty.openpty()
    with subprocess.Popen(
        [PIPE, *words], cwd=folder, env=pinned_environment(home) | {"COLUMNS": str(columns), "TERM": "xterm"},
        stdin=subprocess.DEVNULL, stdout=its, stderr=subprocess.DEVNULL,
    ) as running:  # fmt: skip
        os.close(its)
        pieces = []
        with contextlib.suppress(OSError):  # how Linux says that the other end is closed
            while piece := os.read(ours, 65536):
                pieces.append(piece)
        os.close(ours)
    assert running.returncode == 0
    text = re.sub(r"\x1b\[[0-9;]*m", "", b"".join(pieces).decode())
    return text.replace("\r\n", "\n").splitlines()


@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_tables_fit_the_terminal(workspace: Path, words: list[str], columns: int) -> None:
    lines = shown_on_a_terminal(workspace, workspace.parent, words, columns)
    assert lines
    assert [line for line in lines if len(line) > columns] == []


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_subfolder_is_as_good_as_the_top(workspace: Path, words: list[str]) -> None:
    below = workspace / "deals" / "2026-11"
    top, sub = (pipe(folder, workspace.parent, *words, "--format", "json") for folder in (workspace, below))
    assert (top.returncode, top.stdout, top.stderr) == (sub.returncode, sub.stdout, sub.stderr)
    assert pipe(workspace.parent, workspace.parent, "-C", str(below), *words, "--format", "json").stdout == top.stdout


@pytest.mark.parametrize("words", WITHOUT_HISTORY, ids=" ".join)
def test_outside_of_git(workspace: Path, tmp_path: Path, words: list[str]) -> None:
    for path in workspace.rglob("*.yaml"):
        copy = tmp_path / "acme" / path.relative_to(workspace)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    done = pipe(tmp_path / "acme" / "deals", tmp_path, *words, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["version"] == 1


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_colour_is_for_those_who_want_it(workspace: Path, words: list[str]) -> None:
    piped = pipe(workspace, workspace.parent, *words)
    assert "\x1b" not in piped.stdout + piped.stderr
    forced = pipe(workspace, workspace.parent, *words, "--color", "always").stdout
    assert pipe(workspace, workspace.parent, *words, NO_COLOR="1").stdout == piped.stdout
    assert len(forced) >= len(piped.stdout)


def test_the_file_says_what_was_meant(workspace: Path) -> None:
    data = yaml.safe_load((workspace / "deals" / "2026-11" / "three-sites.yaml").read_text("utf-8"))
    assert (data["title"], data["source"], data["tags"]) == (TITLE, TITLE, [TITLE])


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_a_board_fits_the_terminal_and_stands_side_by_side_where_there_is_room(workspace: Path, columns: int) -> None:
    lines = shown_on_a_terminal(workspace, workspace.parent, ["list", "--all", "--group", "stage"], columns)
    assert [line for line in lines if len(line) > columns] == []
    assert any("won" in line and "lost" in line for line in lines) == (columns >= 100)
