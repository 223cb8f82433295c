"""The rows of `make bench`: one command each, its floors, its budget (docs/performance.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import floors
from bench.importing import importing
from bench.index import after_new_commits, cold
from bench.peers import PEERS
from bench.process import Command
from bench.row import PIPE, Bench, Case, Row, Size, Sizes, pipe
from bench.workspaces import open_deal, other_stage
from pipecli.cli.grammar import GRAMMAR

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

QUICK = Sizes((200, 2_000), (200, 6_000), (1_500, 6_000), None, 6_000, 3, 1)
FULL = Sizes((200, 2_000), (200, 100_000), (10_000, 100_000), (50_000, 100_000), 60_000, 9, 3)

DEAL = "DEAL"
"""Stands for a young deal in the arguments of a row."""
_NO_BUDGET = 1.0


def _alone(*arguments: str, floor: str) -> Callable[[Bench, Size], Case]:
    """Return the case of a command that reads no workspace."""
    named = {"P": floors.bare_python, "T": floors.trivial_command}
    return lambda bench, _: Case(pipe(bench.scratch, *arguments), {floor: named[floor]()})


def _completion(bench: Bench, size: Size) -> Case:
    return Case(pipe(bench.copy(size), "--complete", "show", ""), {"P": floors.bare_python()})


def _read(*arguments: str, floor: str, is_cold: bool) -> Callable[[Bench, Size], Case]:
    """Return the case of a command that reads a workspace, with the index taken away before each run or kept."""

    def case(bench: Bench, size: Size) -> Case:
        folder = bench.copy(size)
        words = [open_deal(folder).stem if word == DEAL else word for word in arguments]
        command = pipe(folder, *words, before=cold(folder)) if is_cold else pipe(folder, *words)
        return Case(command, {floor: _floor(floor, folder, bench.scratch)})

    return case


def _floor(letter: str, folder: Path, scratch: Path) -> Command:
    if letter == "Y":
        return floors.parse(folder)
    return floors.walk(folder, scratch) if letter == "G" else floors.trivial_command()


def _move(bench: Bench, size: Size) -> Case:
    folder = bench.copy(size)
    deal = open_deal(folder)
    move = Command(lambda: (PIPE, "move", deal.stem, other_stage(deal)), folder)
    return Case(move, {"T": floors.trivial_command(), "C": floors.commit(folder)})


def _reading(name: str, *arguments: str, warm: float, floor: str, limit: float | None) -> tuple[Row, Row]:
    """Return two rows of one command: cold, held against a floor, or only shown beside it; and warm, against T."""
    return (
        Row(
            f"{name}-cold",
            {floor: limit or _NO_BUDGET},
            _read(*arguments, floor=floor, is_cold=True),
            long=True,
            verdict=limit is not None,
        ),
        Row(f"{name}-warm", {"T": warm}, _read(*arguments, floor="T", is_cold=False)),
    )


_WRITE = {"T": 5.0, "C": 2.0}
_MEMORY_COLD, _MEMORY_WARM = 300, 120
_AUDIT = ("audit", "--format", "csv")

ROWS: tuple[Row, ...] = (
    Row("version", {"P": 2.5}, _alone("--version", floor="P")),
    Row("completion", {"P": 6}, _completion),
    Row("help", {"T": 1.5}, _alone("--help", floor="T")),
    *_reading("show", "show", DEAL, warm=3, floor="Y", limit=None),
    *_reading("list", "list", warm=3, floor="Y", limit=None),
    *_reading("validate", "validate", warm=3, floor="Y", limit=1),
    *_reading("report", "report", "pipeline", warm=4, floor="G", limit=None),
    *_reading("stage-time", "report", "stage-time", warm=4, floor="G", limit=None),
    *_reading("audit-deal", "audit", DEAL, warm=4, floor="G", limit=2),
    Row("audit-cold", {"G": 2}, _read(*_AUDIT, floor="G", is_cold=True), most_memory=_MEMORY_COLD, long=True),
    Row("audit-warm", {"T": 4}, _read(*_AUDIT, floor="T", is_cold=False), most_memory=_MEMORY_WARM),
    Row(
        "audit-new",
        {"T": 5},
        after_new_commits(_AUDIT, lambda _: {"T": floors.trivial_command()}),
        note="after 100 new commits",
    ),
    *(_reading("blame", "blame", DEAL, warm=4, floor="G", limit=None) if "blame" in GRAMMAR else ()),
    Row("move-small", _WRITE, _move, lambda sizes: sizes.small, most_git=6),
    Row("move", _WRITE, _move, most_git=6),
    Row("move-huge", _WRITE, _move, lambda sizes: sizes.huge, most_git=6),
    Row("import", {"F": 3}, importing, note="events with history", long=True),
    *(
        Row(
            f"{peer.name}:{peer.program}",
            {peer.letter: peer.most or _NO_BUDGET},
            peer.case,
            program=peer.program,
            least_deals=10_000,
            verdict=peer.most is not None,
        )
        for peer in PEERS
    ),
)

GROWTH = ("show-warm", "list-warm", "validate-warm", "report-warm", "audit-cold", "audit-warm", "move")
"""The rows that are measured at every size, too."""
