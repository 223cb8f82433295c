"""Real repositories in a temporary folder: dates and people pinned, no configuration of the user."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipecli.shell.git import discover
from pipecli.store.history import read

if TYPE_CHECKING:
    from pathlib import Path

    from pipecli.shell.git import Repository
    from pipecli.store.history import History

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass
class Sandbox:
    """A repository; each commit is made an hour after the one before, unless `at` says when."""

    folder: Path
    now: datetime = START
    people: dict[str, str] = field(default_factory=dict)

    def git(self, *arguments: str, stdin: bytes | None = None, author: str = "Ann") -> str:
        date = f"@{int(self.now.timestamp())} +0100"
        names: dict[str, str] = {}
        for who, name in (("AUTHOR", author), ("COMMITTER", "Cora")):
            mail = f"{name.lower()}@example.com"
            names |= {f"GIT_{who}_NAME": name, f"GIT_{who}_EMAIL": mail, f"GIT_{who}_DATE": date}
        found = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=os.environ | names | self.people, input=stdin,
            capture_output=True, check=False,
        )  # fmt: skip
        assert found.returncode == 0, found.stderr.decode()
        return found.stdout.decode().strip()

    def write(self, path: str, data: str | bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())

    def deal(self, deal: str, stage: str, *, folder: str = "deals", more: str = "") -> None:
        self.write(f"{folder}/{deal}.yaml", f"title: {deal}\npipeline: sales\nstage: {stage}\n{more}")

    def commit(self, message: str = "change", *, hours: float = 1, author: str = "Ann") -> str:
        self.now += timedelta(hours=hours)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message, author=author)
        return self.git("rev-parse", "HEAD")

    def merge(self, *arguments: str) -> str:
        self.now += timedelta(hours=1)
        self.git("merge", "--quiet", "--no-ff", "-m", "merge", *arguments)
        return self.git("rev-parse", "HEAD")

    @property
    def repository(self) -> Repository:
        found = discover(self.folder)
        assert found
        return found

    def history(self, **options: object) -> History:
        return read(self.repository, zone=UTC, **options)  # type: ignore[arg-type]

    def stages(self, deal: str, **options: object) -> list[str]:
        """Return the stages that the history tells of a deal; `gone` where it was removed."""
        return [event.state[1] if event.state else "gone" for event in self.history(**options).timelines[deal]]


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    folder = tmp_path / "work"
    folder.mkdir()
    found = Sandbox(folder)
    found.git("init", "--quiet", "--initial-branch=main")
    return found
