"""Every example of every command's help works as it stands, in a workspace fresh from the template `b2b-sales`.

docs/commands.md is the help of all commands: `pytest --update-cases tests/test_help.py` writes it.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from functools import cache
from pathlib import Path
from shutil import copytree, which
from typing import Any

import pytest
from case import NOW, PIPE, pinned_environment
from typer.main import get_command

from pipecli.cli.app import app

ROOT = Path(__file__).parents[1]
BEFORE = "2026-09-01T10:00:00+02:00"
FILES = ROOT / "tests" / "imported"
"""What the examples of `pipe import` read."""
PAGE = ROOT / "docs" / "commands.md"
INTRODUCTION = """\
# Every command

What `pipe COMMAND --help` prints, for all of them. The examples are run by a test, in a workspace that
`pipe init` has just made.
"""
EXAMPLE = re.compile(r"(pipe|source) ")
NOT_ZERO: dict[str, int] = {}
"""The examples that are meant to end with another exit code, and with which."""


def commands(command: Any = None, path: str = "pipe") -> dict[str, str]:  # noqa: ANN401 -- Typer has no public type
    """Return the help of every command that does something, by the words that call it."""
    command = command or get_command(app)
    below = getattr(command, "commands", {})
    found = {} if below and path != "pipe" else {path: command.help or ""}
    for name, one in below.items():
        found |= commands(one, f"{path} {name}")
    return found


def examples() -> list[str]:
    lines = (line.strip() for text in commands().values() for line in text.partition("Examples:")[2].splitlines())
    return list(dict.fromkeys(line for line in lines if EXAMPLE.match(line)))


def shell(example: str) -> str:
    """Return the shell that an example is for: the one that it names."""
    return next((name for name in ("zsh", "fish") if name in example), "bash")


@cache
def helped(path: str) -> str:
    done = subprocess.run(
        [PIPE, *path.split()[1:], "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "80"},
    )
    return done.stdout


def environment(place: Path, date: str) -> dict[str, str]:
    moved = {f"GIT_{who}_DATE": date for who in ("AUTHOR", "COMMITTER")} | {"PIPE_NOW": date, "VISUAL": "true"}
    return pinned_environment(place) | moved | {"PATH": f"{PIPE.parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    place = tmp_path / "acme"
    subprocess.run([PIPE, "init", place], check=True, capture_output=True, env=environment(tmp_path, BEFORE))
    subprocess.run(["git", "branch", "-M", "main"], cwd=place, check=True)  # whatever a new repository's is called here
    subprocess.run(["git", "-C", place, "update-ref", "refs/remotes/origin/main", "HEAD"], check=True)
    copytree(FILES, place, dirs_exist_ok=True)
    return place


@pytest.mark.parametrize("example", examples())
def test_an_example_works(example: str, workspace: Path) -> None:
    if not which(shell(example)):
        pytest.skip(f"{shell(example)} is not installed")
    here = workspace.parent / "elsewhere" if example.startswith(("pipe init", "pipe demo")) else workspace
    here.mkdir(exist_ok=True)
    done = subprocess.run(
        [shell(example), "-c", example], cwd=here, env=environment(workspace.parent, NOW), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr if done.returncode else "") == (NOT_ZERO.get(example, 0), "")


@pytest.mark.parametrize("path", commands())
def test_a_command_says_what_it_does_and_shows_how(path: str) -> None:
    text = helped(path)
    assert path == "pipe" or "Examples:" in text
    assert max(len(line) for line in text.splitlines() if not EXAMPLE.match(line.strip())) <= 80
    shown = {word for line in text.partition("Examples:")[2].splitlines() for word in _options(line)}
    known = set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", text.partition("Options:")[2]))
    assert shown <= known | {"-C"}


def _options(line: str) -> list[str]:
    words = shlex.split(line) if line.strip().startswith("pipe ") else []
    return [word.partition("=")[0] for word in words if re.match(r"--?[a-zA-Z]", word)]


def page() -> str:
    """Return docs/commands.md."""
    parts = [f"\n## {path}\n\n```text\n{helped(path).strip()}\n```\n" for path in commands()]
    return INTRODUCTION + "".join(parts)


def test_the_page_of_commands_is_their_help(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--update-cases"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text("utf-8") == page(), "pytest --update-cases tests/test_help.py writes it"
