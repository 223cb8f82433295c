"""A repository whose branch is moved about as people do: on, back, aside, amended, rebased, with old commits gone."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import stories

from pipecli.core.workspace import build
from pipecli.shell.git import discover

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipecli.core.pipeline import Pipeline
    from pipecli.shell.git import Repository

SETTINGS = "name: Test\ncurrency: EUR\ntimezone: Europe/Berlin\n"
OPEN = "name: P\nstages: [{id: x, name: X}, {id: y, name: Y}, {id: z, name: Z, kind: won}]\n"
OTHER = "name: P\nstages: [{id: y, name: Y, aliases: [x]}, {id: z, name: Z}]\n"
GROUND = {
    "pipe.yaml": SETTINGS.encode(),
    "pipelines/p.yaml": OPEN.encode(),
    "pipelines/q.yaml": OPEN.replace("P", "Q").encode(),
}
_SHOWN = "%an%n%ae%n%ad%n%cd%n%B"


def pipelines(text: str) -> Mapping[str, Pipeline]:
    """Return the pipelines of a workspace; `p` is as the text says."""
    found = build([*GROUND.items(), ("pipelines/p.yaml", text.encode())])
    return found.pipelines


@dataclass
class Scene:
    """A repository with a told history; `known` are all commits that were ever the branch's tip, or told."""

    folder: Path
    known: list[str] = field(default_factory=list)

    @property
    def repository(self) -> Repository:
        found = discover(self.folder)
        assert found
        return found

    @property
    def kept(self) -> Path:
        """The folder with the indexes."""
        return self.folder / ".git" / "pipe"

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str, stdin: bytes | None = None, **env: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=os.environ | env, input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def point(self, commit: str, *, files: bool = False) -> None:
        """Let the branch be at a commit, with its files in the work tree if wanted."""
        self.git("update-ref", "refs/heads/main", commit)
        if files:
            self.git("reset", "--quiet", "--hard")

    def ancestors(self, commit: str) -> list[str]:
        return self.git("rev-list", commit).split()

    def rebase(self, count: int, onto: str = "") -> list[str]:
        """Make the last commits of the branch's main line again, on another one, and return their new hashes.

        Each keeps its whole tree, as a rebase does that settles every conflict for the rebased side.
        """
        line = self.git("rev-list", "--first-parent", f"--max-count={count}", "HEAD").split()[::-1]
        made: list[str] = []
        parents = [onto] if onto else self.git("rev-list", "--parents", "--max-count=1", line[0]).split()[1:]
        for place, commit in enumerate(line):
            parents = [made[-1]] if place else parents
            made.append(self._again(commit, parents))
        self.point(made[-1])
        self.known += made
        return made

    def _again(self, commit: str, parents: list[str]) -> str:
        author, email, authored, recorded, message = self.git(
            "show", "-s", "--date=raw", f"--format={_SHOWN}", commit
        ).split("\n", 4)
        seconds, zone = recorded.split()
        people = {
            "GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": f"@{authored}",
            "GIT_COMMITTER_NAME": "Bob", "GIT_COMMITTER_EMAIL": "bob@example.com",
            "GIT_COMMITTER_DATE": f"@{int(seconds) + 1 + len(self.known)} {zone}",
        }  # fmt: skip
        above = [word for parent in parents for word in ("-p", parent)]
        return self.git("commit-tree", f"{commit}^{{tree}}", *above, "-F", "-", stdin=message.encode(), **people)

    def forget(self) -> None:
        """Let every commit be gone for good that the branch does not have."""
        self.git("reflog", "expire", "--expire=now", "--all")
        self.git("gc", "--quiet", "--prune=now")
        there = set(self.ancestors("HEAD"))
        self.known = [commit for commit in self.known if commit in there]

    @contextmanager
    def no_index(self) -> Iterator[None]:
        """Let there be none for a while; the one that there was is back afterwards."""
        aside = self.kept.with_name("pipe-aside")
        if self.kept.exists():
            self.kept.rename(aside)
        yield
        self.without_index()
        if aside.exists():
            aside.rename(self.kept)

    def without_index(self) -> None:
        shutil.rmtree(self.kept, ignore_errors=True)


def started(folder: Path, choices: list[tuple[int, ...]]) -> Scene:
    """Return a scene with the history that the numbers tell."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Scene(folder)
    found.git("init", "--quiet", "--initial-branch=main", "--template=")
    told = stories.tell(choices)
    for tree in told.trees.values():
        tree.update(GROUND)
    found.known = stories.write(told, folder)
    (folder / "marks").unlink()
    found.point(found.known[-1], files=True)
    return found
