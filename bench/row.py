"""What a row of `make bench` is: a command, its floors, its budget, and how much there is to do."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.process import Command, nothing
from bench.workspaces import copy, workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PIPE = str(Path(sys.executable).parent / "pipe")

Size = tuple[int, int]
"""Deals, and commits."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is to do: deals and commits of the workspaces, events to import, runs for a median.

    `deep` has the deals of `small` and the commits of `large`, so that what grows with deals can be told from what
    grows with commits; `huge` has more deals still, and no more commits.
    """

    small: Size
    deep: Size
    large: Size
    huge: Size | None
    events: int
    runs: int
    long_runs: int

    def known(self) -> list[Size]:
        """Return the sizes of the workspaces, in the order in which they grow."""
        return [size for size in (self.small, self.deep, self.large, self.huge) if size]


@dataclass(frozen=True, slots=True)
class Bench:
    """One session: its sizes, its scratch folder, and the copies of workspaces made so far."""

    sizes: Sizes
    scratch: Path
    copies: dict[Size, Path] = field(default_factory=dict)

    def copy(self, size: Size) -> Path:
        """Return this session's own copy of the workspace of that size."""
        if size not in self.copies:
            self.copies[size] = copy(workspace(*size), self.scratch / f"{size[0]}-deals-{size[1]}-commits")
        return self.copies[size]


@dataclass(frozen=True, slots=True)
class Case:
    """A command to measure and the floors, by their letters, to hold it against."""

    command: Command
    floors: Mapping[str, Command]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its name, what is asked of it as multiples of floors, and how to set it up at a size.

    Without a `verdict` there is no budget, and the floors are there to compare with; nor is there one at fewer deals
    than `least_deals`, where a start counts for more than the work. `program` is one that has to be installed.
    `most_memory` is in MiB.
    """

    name: str
    budget: Mapping[str, float]
    case: Callable[[Bench, Size], Case]
    size: Callable[[Sizes], Size | None] = lambda sizes: sizes.large
    note: str = ""
    most_git: int | None = None
    most_memory: float | None = None
    long: bool = False
    verdict: bool = True
    program: str = "git"
    least_deals: int = 0


def pipe(folder: Path, *arguments: str, before: Callable[[], None] = nothing) -> Command:
    """Return `pipe` with arguments, in a folder."""
    return Command(lambda: (PIPE, *arguments), folder, before)
