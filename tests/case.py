"""A golden case: a folder with a workspace, the commands to run in it, and all that they print.

Three files of the folder are no part of the workspace: `command` (one command a line, without shell features),
`expected`, and `git`, whose presence makes the copy a git repository. An empty `git` commits all files once;
else it holds the git commands that make the history, one a line; after a line `at MOMENT` commits are made then. After
one among the commands it is then for all that follow.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent / "cases"
PIPE = Path(sys.executable).with_name("pipe")
ABOUT = ("command", "expected", "git")
BEGIN = "add --all\ncommit --quiet --message 'Begin'"
NOW = "2026-11-23T10:00:00+01:00"
PROGRAMS = ("pipe", "git", "cat")

_ENDING = re.compile(r"(?<=-)[bcdfghjkmnpqrstvwxz23456789]{4}(?=[\s.:]|$)")
_CHANGING = (
    (re.compile(r"(?<=pipe-edit-)\w{8}\b"), "<end>"),
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b"), "<operation>"),
    (re.compile(r"\b[0-9a-f]{40}\b"), "<commit>"),
    (re.compile(r"(?m)(?<=  )\d{10}$"), "<a commit>"),  # one without a letter, at the end of a table's line
    (re.compile(r"((?<=commit )|(?<=committed )|(?<=up to )|(?<=, )|\b(?=[0-9]*[a-f]))[0-9a-f]{10}\b"), "<a commit>"),
)


@dataclass(frozen=True)
class Case:
    """One case folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.relative_to(CASES).as_posix()

    @property
    def commands(self) -> list[str]:
        return (self.folder / "command").read_text("utf-8").splitlines()

    @property
    def expected(self) -> str:
        file = self.folder / "expected"
        return file.read_text("utf-8") if file.exists() else ""

    def run(self, place: Path) -> str:
        """Run the commands in a copy of the workspace and return what they print, in the form of `expected`."""
        workspace = place / "workspace"
        ignored = shutil.ignore_patterns(*ABOUT)
        shutil.copytree(
            self.folder,
            workspace,
            symlinks=True,
            ignore=lambda at, names: ignored(at, names) if Path(at) == self.folder else [],
        )
        environment = pinned_environment(place)
        if (self.folder / "git").exists():
            _make_history(workspace, (self.folder / "git").read_text("utf-8") or BEGIN, environment)
        shown, here = [], workspace
        for line in self.commands:
            program, *arguments = shlex.split(line)
            shown.append(f"$ {line}\n")
            if program == "cd":
                here = here / arguments[0]
                continue
            if program == "at":
                environment |= at(arguments[0])
                continue
            assert program in PROGRAMS, f"{self.name}: {program} is none of {', '.join(PROGRAMS)}"
            shown.append(_ran([str(PIPE) if program == "pipe" else program, *arguments], here, environment))
        return self._settled("".join(shown), place, workspace)

    def _settled(self, text: str, place: Path, workspace: Path) -> str:
        text = text.replace("\r\n", "␍\n").replace(str(workspace), "<workspace>").replace(str(place), "<folder>")
        for pattern, instead in _CHANGING:
            text = pattern.sub(instead, text)
        made = any(line.startswith("pipe new") and "--id" not in line for line in self.commands)
        return _ENDING.sub("<end>", text) if made else text


def cases() -> list[Case]:
    """Return every case, by name."""
    return [Case(file.parent) for file in sorted(CASES.glob("*/*/command"))]


def _ran(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60
    )
    parts = [_ended(done.stdout.decode())]
    if done.stderr:
        parts.append(f"--- on standard error\n{_ended(done.stderr.decode())}")
    if done.returncode:
        parts.append(f"--- exit code {done.returncode}\n")
    return "".join(parts)


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def at(moment: str) -> dict[str, str]:
    """Return the environment in which it is then, for git and for pipe."""
    return dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE", "PIPE_NOW"), moment)


def _make_history(workspace: Path, script: str, environment: dict[str, str]) -> None:
    for line in ("init --quiet --initial-branch main", *script.splitlines()):
        if line.startswith("at "):
            environment = environment | at(line[3:])
            continue
        subprocess.run(
            ["git", *shlex.split(line)], cwd=workspace, env=environment, check=True, capture_output=True, timeout=60
        )


def pinned_environment(place: Path) -> dict[str, str]:
    """Return an environment without a user's configuration, in which time and people stand still."""
    home = place / "home"
    home.mkdir(exist_ok=True)
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", "Sam Roe"), ("EMAIL", "sam@example.com"), ("DATE", NOW))
    }
    return people | {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": str(place),
        "LC_ALL": "C.UTF-8",
        "TZ": "Europe/Berlin",
        "COLUMNS": "100",
        "PIPE_NOW": NOW,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(place),
    }
