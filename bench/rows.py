"""The rows of `make bench`: one command each, its floors, its budget (docs/performance.md)."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from bench import floors
from bench.life import invent, live, steps
from bench.process import Command, measure
from bench.workspaces import copy, open_deal, other_stage, without_deals, workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PIPE = str(Path(sys.executable).parent / "pipe")
STEPS = 6
"""Events of one case in the imported log."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is to do: deals and commits of the workspaces, events to import, runs for a median."""

    small: tuple[int, int]
    large: tuple[int, int]
    huge: tuple[int, int] | None
    events: int
    runs: int
    long_runs: int


QUICK = Sizes((200, 2_000), (10_000, 20_000), None, 20_000, 5, 3)
FULL = Sizes((200, 2_000), (10_000, 100_000), (50_000, 50_000), 60_000, 9, 3)


@dataclass(frozen=True, slots=True)
class Bench:
    """One session: its sizes, its scratch folder, and the copies of workspaces made so far."""

    sizes: Sizes
    scratch: Path
    copies: dict[tuple[int, int], Path] = field(default_factory=dict)

    def copy(self, size: tuple[int, int]) -> Path:
        """Return this session's own copy of the workspace of that size."""
        if size not in self.copies:
            self.copies[size] = copy(workspace(*size), self.scratch / f"{size[0]}-deals")
        return self.copies[size]


@dataclass(frozen=True, slots=True)
class Case:
    """A command to measure and the floors, by their letters, to hold it against."""

    command: Command
    floors: Mapping[str, Command]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its name, what is asked of it as multiples of floors, and how to set it up."""

    name: str
    budget: Mapping[str, float]
    case: Callable[[Bench], Case]
    size: Callable[[Sizes], tuple[int, int] | None] = lambda sizes: sizes.large
    note: str = ""
    most_git: int | None = None
    long: bool = False


def _version(bench: Bench) -> Case:
    return Case(_pipe(bench.scratch, "--version"), {"P": floors.bare_python()})


def _completion(bench: Bench) -> Case:
    folder = bench.copy(bench.sizes.large)
    return Case(_pipe(folder, "--complete", "show", ""), {"P": floors.bare_python()})


def _help(bench: Bench) -> Case:
    return Case(_pipe(bench.scratch, "--help"), {"T": floors.trivial_command()})


def _validate(bench: Bench) -> Case:
    return Case(_pipe(bench.copy(bench.sizes.large), "validate"), {"T": floors.trivial_command()})


def _validate_cold(bench: Bench) -> Case:
    folder = bench.copy(bench.sizes.large)
    forget = partial(shutil.rmtree, folder / ".git" / "pipe", ignore_errors=True)
    return Case(Command(lambda: (PIPE, "validate"), folder, forget), {"Y": floors.parse(folder)})


def _validate_one(bench: Bench) -> Case:
    folder = bench.copy(bench.sizes.large)
    deal = max(folder.glob("deals/2024-*/*.yaml"), default=min(folder.glob("deals/*/*.yaml")))  # no other row needs it

    def change() -> None:
        with deal.open("a") as file:
            file.write("# seen once more\n")

    return Case(Command(lambda: (PIPE, "validate"), folder, change), {"T": floors.trivial_command()})


def _list(bench: Bench) -> Case:
    command = _pipe(bench.copy(bench.sizes.large), "list", "--limit", "100")
    return Case(command, {"T": floors.trivial_command()})


def _show(bench: Bench) -> Case:
    folder = bench.copy(bench.sizes.large)
    return Case(_pipe(folder, "show", open_deal(folder).stem), {"T": floors.trivial_command()})


def _report(bench: Bench) -> Case:
    return Case(_pipe(bench.copy(bench.sizes.large), "report", "pipeline"), {"T": floors.trivial_command()})


def _audit(bench: Bench) -> Case:
    folder = bench.copy(bench.sizes.large)
    return Case(_pipe(folder, "audit"), {"G": floors.walk(folder, bench.scratch)})


def _move(size: Callable[[Sizes], tuple[int, int] | None]) -> Callable[[Bench], Case]:
    def case(bench: Bench) -> Case:
        folder = bench.copy(size(bench.sizes) or bench.sizes.large)
        deal = open_deal(folder)
        move = Command(lambda: (PIPE, "move", deal.stem, other_stage(deal)), folder)
        return Case(move, {"T": floors.trivial_command(), "C": floors.commit(folder)})

    return case


def _import(bench: Bench) -> Case:
    log, folder, stream = (bench.scratch / name for name in ("events.csv", "imported", "stream"))
    _write_events(log, bench.sizes.events)
    command = Command(
        lambda: (PIPE, "import", "events", str(log), "--pipeline", "sales", "--history"),
        folder,
        lambda: _fresh(without_deals, folder),
    )
    tried = measure(command)
    if tried.error:
        return Case(command, {})
    with stream.open("wb") as file:
        subprocess.run(["git", "fast-export", "--all"], cwd=folder, stdout=file, check=True)
    return Case(command, {"F": floors.fast_import(stream, bench.scratch, lambda to: _fresh(without_deals, to))})


def _fresh(make: Callable[[Path], Path], folder: Path) -> None:
    make(folder)


def _write_events(path: Path, number: int) -> None:
    random = Random(20261123)  # noqa: S311 -- the same log for everybody
    deals = [invent(n, number // STEPS, 100, random) for n in range(number // STEPS)]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("case", "stage", "time", "person", "value"))
        for deal in deals:
            for step, when in enumerate(steps(deal, STEPS)):
                live(deal, step, STEPS - 1, when)
                writer.writerow((deal.id, deal.stage, when.isoformat(timespec="seconds"), deal.owner, deal.value))


def _pipe(folder: Path, *arguments: str) -> Command:
    return Command(lambda: (PIPE, *arguments), folder)


_WRITE = {"T": 5.0, "C": 2.0}

ROWS: tuple[Row, ...] = (
    Row("version", {"P": 2.5}, _version),
    Row("completion", {"P": 6}, _completion),
    Row("help", {"T": 1.5}, _help),
    Row("show", {"T": 3}, _show, note="warm"),
    Row("list", {"T": 3}, _list, note="warm, 100 rows"),
    Row("report", {"T": 4}, _report, note="no index yet"),
    Row("validate", {"T": 3}, _validate, note="warm"),
    Row("validate-one", {"T": 5}, _validate_one, note="one file changed"),
    Row("validate-cold", {"Y": 1}, _validate_cold, note="without an index", long=True),
    Row("move-small", _WRITE, _move(lambda sizes: sizes.small), lambda sizes: sizes.small, most_git=6),
    Row("move-large", _WRITE, _move(lambda sizes: sizes.large), most_git=6),
    Row("move-huge", _WRITE, _move(lambda sizes: sizes.huge), lambda sizes: sizes.huge, most_git=6),
    Row("audit", {"G": 2}, _audit, note="cold", long=True),
    Row("import", {"F": 3}, _import, note="events with history", long=True),
)
