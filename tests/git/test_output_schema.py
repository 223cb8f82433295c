"""What --format json prints holds to the schema that `pipe schema tables` prints; what --summary appends."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from case import PIPE, pinned_environment
from jsonschema import Draft202012Validator

from pipecli.reports.registry import REPORTS

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., subprocess.CompletedProcess[str]]

SAMPLES = Path(__file__).parents[2] / "sample-pipelines"
ALONE = [name for name, one in REPORTS.items() if one.alone]
COMMANDS = [
    "report all", "report all --period 2026", "report --list", "list", "list --group stage", "audit",
    "validate", "doctor", "show birch-seats", "blame birch-seats", "audit birch-seats",
    *(f"report {name}{' --for alex' if 'person' in REPORTS[name].needs else ''}" for name in ALONE),
]  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return what runs a command of ours in a workspace with a history."""
    place = tmp_path_factory.mktemp("schema")
    shutil.copytree(SAMPLES / "b2b-sales", place / "work")
    environment = pinned_environment(place)
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Begin"]):
        subprocess.run(["git", *command], cwd=place / "work", env=environment, check=True)

    def ran(command: str, **given: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PIPE, *command.split()], cwd=place / "work", env=environment | given,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    return ran


@pytest.fixture(scope="module")
def validator(run: Run) -> Draft202012Validator:
    schema: Any = json.loads(run("schema tables").stdout)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_json_is_as_the_schema_says(run: Run, validator: Draft202012Validator, command: str) -> None:
    done = run(f"{command} --format json")
    assert done.returncode in (0, 1), done.stderr
    assert [error.message for error in validator.iter_errors(json.loads(done.stdout))] == []


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (["version"], 2),
        (["tables", 0, "rows", 0, "deals"], [1]),
        (["tables", 0, "columns", 0, "type"], "colour"),
        (["tables", 0, "rows", 0, "withheld"], {}),
        (["tables", 0, "facts"], None),
    ],
)
def test_the_schema_is_not_met_by_just_anything(
    run: Run, validator: Draft202012Validator, path: list[str | int], wrong: object
) -> None:
    document = json.loads(run("report pipeline --format json").stdout)
    part = document
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = wrong
    assert not validator.is_valid(document)


@pytest.mark.parametrize("form", ["html", "markdown"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_prints_tables_prints_pages(run: Run, command: str, form: str) -> None:
    done = run(f"{command} --format {form}")
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout.startswith("<!doctype html>") is (form == "html")
    assert run(f"{command} --format {form}").stdout == done.stdout


def test_a_summary_is_added_to_what_is_there(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before", encoding="utf-8")
    done = run("report pipeline --summary", GITHUB_STEP_SUMMARY=str(file))
    assert done.stdout == run("report pipeline").stdout
    assert file.read_text("utf-8") == "before\n" + run("report pipeline --format markdown").stdout
    run("report all --summary --format csv", GITHUB_STEP_SUMMARY=str(tmp_path / "other.md"))
    assert not (tmp_path / "other.md").exists()  # CSV was refused before anything was printed
    done = run("report all --summary --format html", GITHUB_STEP_SUMMARY=str(tmp_path / "other.md"))
    assert done.stdout.startswith("<!doctype html>")
    assert (tmp_path / "other.md").read_text("utf-8") == run("report all --format markdown").stdout


def test_a_summary_is_cut_where_github_would_take_none_of_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_bytes(b"x" * ((1 << 20) - 900))
    done = run("report all --summary", GITHUB_STEP_SUMMARY=str(file))
    assert "the summary is cut" in done.stderr
    assert file.stat().st_size <= 1 << 20
    assert file.read_text("utf-8").endswith("\n> Cut here: GitHub takes 1 MiB of the summary of a step.\n")
    full = file.stat().st_size
    run("report all --summary", GITHUB_STEP_SUMMARY=str(file))
    assert file.stat().st_size <= max(full + 900, 1 << 20)


def test_a_summary_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    done = run("report pipeline --summary")
    assert (done.returncode, done.stdout) == (2, "")
    assert "GITHUB_STEP_SUMMARY names, and it is not set" in done.stderr
    done = run("report pipeline --summary", GITHUB_STEP_SUMMARY=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    done = run("report pipeline --summary", GITHUB_STEP_SUMMARY=str(tmp_path / "no" / "file"))
    assert done.returncode == 3
    assert "cannot write" in done.stderr
