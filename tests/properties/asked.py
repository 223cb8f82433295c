"""A real repository as the literal definition reads it."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import stories
from literal import Meta

if TYPE_CHECKING:
    from pathlib import Path


class Repository:
    """One git call for each question; a commit never changes, so none is asked twice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parents, self.tree, self.meta = cache(self._parents), cache(self._tree), cache(self._meta)

    def _parents(self, commit: str) -> list[str]:
        return self._git("rev-list", "--parents", "--max-count=1", commit).split()[1:]

    def _tree(self, commit: str) -> dict[str, bytes]:
        paths = self._git("ls-tree", "-r", "--name-only", commit, "deals/").splitlines()
        return {path: stories.git(self.folder, "show", f"{commit}:{path}") for path in paths}

    def _meta(self, commit: str) -> Meta:
        author, email, authored, recorded, message = self._git(
            "show", "-s", "--format=%an%n%ae%n%aI%n%cI%n%B", commit
        ).split("\n", 4)
        moments = datetime.fromisoformat(authored), datetime.fromisoformat(recorded)
        return Meta(author, email, *moments, message)

    def _git(self, *arguments: str) -> str:
        return stories.git(self.folder, *arguments).decode()
