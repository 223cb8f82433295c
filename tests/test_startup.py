"""What each command loads: modules can be counted where milliseconds cannot."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

SAMPLE = Path(__file__).parent.parent / "sample-pipelines" / "b2b-sales"
PIPE = str(Path(sys.executable).parent / "pipe")
ASK = """
import sys
at_start = set(sys.modules)
from pipecli.__main__ import main
try:
    code = main()
except SystemExit as end:
    code = end.code
sys.stdout.flush()
print("\\n---", *sorted(set(sys.modules) - at_start), sep="\\n")
sys.exit(code)
"""

TYPER = {"typer", "shellingham", "annotated_doc"}
"""Typer and what it brings along: annotated_doc, and click, which it has taken over since."""
PARSING = TYPER | {"yaml"}
"""What writing needs: the new text is parsed; pydantic tells what is wrong with it, where something is."""
WARM = TYPER
"""What reading needs where the index knows every file."""
TABLES = WARM | {"tabulate"}
COMMANDS: dict[str, set[str]] = {
    "--version": set(),
    "--complete move birch-seats nego": set(),
    "--help": TYPER,
    "move --help": TYPER,
    "init --list": TYPER | {"tabulate"},
    "": WARM,
    "completion bash": TYPER,
    "validate": WARM,
    "schema": TYPER | {"tabulate"},
    "schema deal": TYPER,
    "list": TABLES,
    "list --at HEAD": TABLES | {"yaml"},
    "diff": TABLES | {"yaml"},
    "list --format csv": WARM,
    "show birch-seats": TABLES,
    "task list": TABLES,
    "agenda --all": WARM,
    "agenda --all --format ics": WARM | {"yaml"},
    "log birch-seats": TABLES,
    "audit --format csv": WARM,
    "audit verify --since HEAD": PARSING,
    "blame birch-seats --format csv": PARSING,
    "report stage-time": TABLES,
    "move birch-seats negotiation --dry-run": PARSING,
    "move birch-seats negotiation": PARSING,
    "new Fresh --source referral": PARSING,
    "set birch-seats value=30000": PARSING,
    "set --where owner=noor source=fair --dry-run": PARSING,
    "edit acme-renewal": PARSING,
    "rename acme-training acme-days": PARSING,
    "win acme-renewal": PARSING,
    "lose cobalt-tracking --reason price": PARSING,
    "hold dune-pilot --until +2w --reason Fair": PARSING,
    "reopen fjord-archive": PARSING,
    "recycle dune-extension": PARSING,
    "log acme-renewal call": PARSING,
    "next acme-renewal Ask --due fri": PARSING,
    "check acme-renewal budget": PARSING,
    "check acme-renewal": PARSING | {"tabulate"},
    "task add acme-renewal Ask": PARSING,
}
"""The packages of others that a command loads, exactly."""
PASSED_OVER = {"pipecli", "click", "cython_runtime", "typing_extensions"}
"""Ours, what one version of Typer or yaml brings and another does not, and a back-port that many use."""

HEAVY = {
    "asyncio", "concurrent", "ctypes", "curses", "git", "gitdb", "http", "logging", "multiprocessing", "numpy",
    "pandas", "pdb", "pkg_resources", "pydoc", "readline", "rich", "setuptools", "sqlite3", "ssl", "tkinter",
    "unittest", "wsgiref", "xml", "xmlrpc",
}  # fmt: skip
"""What no command of these may load."""
SLOW_TO_START = HEAVY | {
    "csv", "decimal", "email", "fractions", "html", "importlib.metadata", "importlib.resources", "pydantic",
    "secrets", "socket", "tabulate", "tempfile", "yaml", "zipfile", "zoneinfo",
}  # fmt: skip
"""What nothing may load that is asked as often as help and completion; pydantic brings email and its like."""


@cache
def _workspace() -> Path:
    place = Path(mkdtemp(prefix="pipe-startup-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    shutil.copytree(SAMPLE, place / "work")
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Begin"]):
        subprocess.run(["git", *command], cwd=place / "work", env=_environment(place), check=True)
    for _ in range(2):  # the second time what was written a moment ago is old enough to be known again
        time.sleep(0.05)
        subprocess.run(
            [sys.executable, "-m", "pipecli", "validate"], cwd=place / "work", env=_environment(place), check=True
        )
    return place


def _environment(place: Path) -> dict[str, str]:
    people = {f"GIT_{role}_{key}": "sam" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    own = {"HOME": str(place), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    own |= {"VISUAL": "sed -i s/48000.00/50000/"}
    return people | own | {"PATH": os.environ["PATH"], "PIPE_NOW": "2026-11-23T10:00:00+01:00"}


@cache
def loaded(command: str) -> frozenset[str]:
    """Return the modules that a command loads, those of an empty Python apart."""
    place = _workspace()
    done = subprocess.run(
        [sys.executable, "-c", ASK, *command.split()],
        cwd=place / "work", env=_environment(place), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return frozenset(done.stdout.rpartition("\n---\n")[2].split())


def tops(modules: frozenset[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize(("command", "packages"), COMMANDS.items(), ids=COMMANDS)
def test_a_command_loads_these_packages_of_others_and_no_more(command: str, packages: set[str]) -> None:
    found = {name for name in tops(loaded(command)) if not name.startswith("_") and name not in sys.stdlib_module_names}
    assert found - PASSED_OVER == packages - PASSED_OVER


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_loads_anything_heavy(command: str) -> None:
    assert loaded(command) & HEAVY == {"sqlite3"} & loaded(command) & ({"sqlite3"} if _reads(command) else set())


def _reads(command: str) -> bool:
    """Return whether a command may ask the index."""
    return "--help" not in command and not command.startswith(("--", "init", "completion", "schema"))


@pytest.mark.parametrize("command", ["--help", "move --help"])
def test_help_loads_nothing_that_is_slow_to_start(command: str) -> None:
    assert loaded(command) & SLOW_TO_START == set()
    assert {name for name in loaded(command) if name.startswith("pipecli.core.")} <= {"pipecli.core.problem"}


def test_the_version_is_told_before_anything_is_loaded() -> None:
    assert {name for name in loaded("--version") if name.startswith("pipecli")} == {"pipecli", "pipecli.__main__"}
    assert len(loaded("--version") - {"pipecli", "pipecli.__main__", "__future__"}) == 0


def test_a_completion_loads_what_it_needs_and_no_more() -> None:
    found = loaded("--complete move birch-seats nego")
    assert found & (SLOW_TO_START | {"dataclasses", "inspect", "pathlib", "typing"}) == set()
    assert {name for name in found if name.startswith("pipecli.") and name.count(".") > 1} == {
        "pipecli.cli.completing", "pipecli.cli.grammar", "pipecli.shell.known", "pipecli.core.names",
    }  # fmt: skip


def test_a_change_loads_no_history_no_report_and_no_table() -> None:
    for command in ("move birch-seats negotiation", "set birch-seats value=30000", "win acme-renewal"):
        rooms = {name.split(".")[1] for name in loaded(command) if name.startswith("pipecli.")}
        assert rooms & {"history", "metrics", "reports", "interchange", "automation"} == set()
