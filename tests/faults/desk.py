"""A desk to try the installed command at: a workspace in a real repository, with time and people pinned."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PIPE = Path(sys.executable).with_name("pipe")
NOW = "2026-11-23T10:00:00+01:00"
DEAL = "deals/2026-10/deal-00.yaml"
PIPELINE = """\
name: Sales
stages:
  - {id: lead, name: Lead}
  - {id: proposal, name: Proposal}
  - {id: negotiation, name: Negotiation}
  - {id: won, name: Won, kind: won}
  - {id: lost, name: Lost, kind: lost}
"""


def deal(title: str = "A deal", stage: str = "lead") -> str:
    """Return a deal's file."""
    return f"title: {title}\npipeline: sales\n\nstage: {stage}\nstage_since: 2026-10-05\n\ncreated: 2026-10-01\n"


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit {self.code}\n{self.out}--- on standard error\n{self.err}"


@dataclass
class Desk:
    """A workspace at `folder`, in a repository at or above it, and the environment that commands run in."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def git(self, *arguments: str, data: bytes | None = None, check: bool = True) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self.env, input=data, capture_output=True, check=False, timeout=60
        )
        assert not check or done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape")

    def pipe(self, *arguments: str, cwd: Path | str = "", **env: str) -> Ran:
        done = subprocess.run(
            [str(PIPE), *arguments],
            cwd=cwd or self.folder, env=self.env | env, stdin=subprocess.DEVNULL, capture_output=True, check=False,
            timeout=100,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(
        self, *arguments: str, preexec_fn: Callable[[], object] | None = None, process_group: int | None = None
    ) -> subprocess.Popen[str]:
        """Start the command beside us."""
        return subprocess.Popen(
            [str(PIPE), *arguments], cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            preexec_fn=preexec_fn, process_group=process_group,  # noqa: PLW1509 -- given where there are no threads
        )  # fmt: skip

    def move(self, *more: str, **env: str) -> Ran:
        return self.pipe("move", "deal-00", "proposal", *more, cwd="", **env)

    def read(self, path: str = DEAL) -> bytes:
        return (self.folder / path).read_bytes()

    def write(self, path: str, data: bytes | str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)

    def commit(self, message: str = "change") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def hook(self, name: str, script: str) -> None:
        self.write(f".git/hooks/{name}", f"#!/bin/sh\n{script}\n")
        (self.folder / ".git/hooks" / name).chmod(0o755)

    def config(self, **values: str) -> None:
        """Set values of the repository's configuration; `gpg__program` is gpg.program."""
        for name, value in values.items():
            self.git("config", name.replace("__", "."), value)

    @property
    def head(self) -> str:
        return self.git("rev-parse", "--quiet", "--verify", "HEAD", check=False).strip()

    def log(self) -> list[str]:
        return self.git("log", "--format=%s").splitlines()

    def state(self) -> dict[str, Any]:
        """Return everything that a refused command must leave as it was."""
        directory = self.git("rev-parse", "--absolute-git-dir").strip()
        files = [p for p in sorted(self.folder.rglob("*")) if ".git" not in p.relative_to(self.folder).parts]
        return {
            "head": self.head,
            "branch": self.git("symbolic-ref", "HEAD", check=False),
            "index": (Path(directory) / "index").read_bytes() if (Path(directory) / "index").exists() else None,
            "staged": self.git("ls-files", "--stage", "--deduplicate", "-v", "-z"),
            "files": {str(p): p.read_bytes() if p.is_file() else None for p in files},
            "modes": {str(p): p.stat().st_mode for p in files if not p.is_symlink()},
            "left": sorted(
                p.name for p in Path(directory).iterdir() if p.name.startswith("pipe-old") or "lock" in p.name
            ),
        }


def same(one: dict[str, Any], other: dict[str, Any], *, index: bool = True) -> None:
    """Assert that nothing has changed but, with `index` False, the stat data in git's index."""
    passed_over = {"left"} if index else {"left", "index"}
    for name in one.keys() - passed_over:
        assert one[name] == other[name], name
    assert set(other["left"]) <= {*one["left"], "pipe.lock"}


def environment(home: Path) -> dict[str, str]:
    home.mkdir(parents=True, exist_ok=True)
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", "Sam Roe"), ("EMAIL", "sam@example.com"), ("DATE", NOW))
    }
    return people | {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TZ": "Europe/Berlin",
        "PIPE_NOW": NOW,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(home.parent),
    }


def bare_desk(place: Path, name: str = "work") -> Desk:
    """Return a desk with an empty folder and no repository."""
    folder = place / name
    folder.mkdir(parents=True)
    return Desk(folder, environment(place / "home"))


def desk(place: Path, name: str = "work") -> Desk:
    """Return a desk with two deals, `deal-00` and `deal-01`, committed; a copy of one that is made once."""
    folder = place / name
    shutil.copytree(_sample(), folder)
    found = Desk(folder, environment(place / "home"))
    found.git("update-index", "-q", "--refresh")
    return found


def fill(found: Desk, deals: int = 2) -> None:
    """Write a workspace's files."""
    found.write("pipe.yaml", "name: Test\ncurrency: EUR\ntimezone: Europe/Berlin\n")
    found.write("pipelines/sales.yaml", PIPELINE)
    for number in range(deals):
        found.write(f"deals/2026-10/deal-{number:02}.yaml", deal(f"Deal {number}"))


def started(found: Desk, *options: str, deals: int = 2) -> Desk:
    """Make a repository with a workspace in the desk's folder."""
    found.git("init", "--quiet", "--initial-branch=main", "--template=", *options)
    fill(found, deals)
    found.commit("Begin")
    return found


@cache
def _sample() -> Path:
    place = Path(tempfile.mkdtemp(prefix="pipe-desk-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return started(bare_desk(place)).folder
