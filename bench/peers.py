"""Rows beside programs for the same kind of work, where they are installed: as many records, made for them in scratch.

hledger and taskwarrior keep plain files, dstask keeps YAML files in git; what they do with a record is what users
compare ours with.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from itertools import cycle
from random import Random
from typing import TYPE_CHECKING

from bench.life import Deal, invent
from bench.process import Command
from bench.row import PIPE, Bench, Case, Size, pipe
from bench.workspaces import open_deal, other_stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_COMPANIES = 100


@dataclass(frozen=True, slots=True)
class Peer:
    """One of our commands and one of a program's, for the same kind of work.

    `made` writes so many records below a folder, once, and returns how the program is called upon them; `words` are
    its arguments, taken in turn, so that every run has something to change. Ours may take `most` times as much; None
    asks for nothing.
    """

    name: str
    most: float | None
    ours: Callable[[Path], Command]
    made: Callable[[Path, int], tuple[str, ...]]
    words: tuple[str, ...]

    @property
    def program(self) -> str:
        """The program, which has to be installed."""
        return self.letter.split()[0]

    @property
    def letter(self) -> str:
        """What stands for the floor: the program and its command."""
        return " ".join((self.made.__name__, next(word for word in self.words[0].split() if word.isalpha())))

    def case(self, bench: Bench, size: Size) -> Case:
        """Return the case; an index of ours is warm."""
        called = self.made(bench.scratch, size[0])
        lines = cycle([(*called, *words.split()) for words in self.words])
        return Case(self.ours(bench.copy(size)), {self.letter: Command(lambda: next(lines), bench.scratch)})


def hledger(folder: Path, number: int) -> tuple[str, ...]:
    """Write a journal with one transaction a deal."""
    journal = folder / f"{number}.journal"
    if not journal.exists():
        entries = (
            f"{deal.created:%Y-%m-%d} Company {deal.company} {deal.subject}  ; id: {deal.id}\n"
            f"    pipeline:{deal.stage}:{deal.owner}    {deal.value}.00 EUR\n    expected:{deal.source}\n\n"
            for deal in _deals(number)
        )
        journal.write_text("".join(entries))
    return ("hledger", "--file", str(journal))


def task(folder: Path, number: int) -> tuple[str, ...]:
    """Import one task a deal."""
    place = folder / f"{number}-tasks"
    called = ("env", f"TASKRC={place}/rc", "task")
    if not place.exists():
        (place / "data").mkdir(parents=True)
        (place / "rc").write_text(f"data.location={place}/data\nconfirmation=off\nverbose=nothing\n")
        tasks = [
            {
                "description": f"Company {deal.company} {deal.subject}",
                "project": f"sales.{deal.stage}",
                "entry": f"{deal.created:%Y%m%dT%H%M%SZ}",
                "status": "pending",
            }
            for deal in _deals(number)
        ]
        (place / "tasks.json").write_text(json.dumps(tasks))
        _quietly(place, *called, "import", "tasks.json")
    return called


def dstask(folder: Path, number: int) -> tuple[str, ...]:
    """Commit one pending task a deal."""
    place = folder / f"{number}-dstask"
    if not place.exists():
        (place / "pending").mkdir(parents=True)
        for at, deal in enumerate(_deals(number)):
            (place / "pending" / f"00000000-0000-4000-8000-{at:012x}.yml").write_text(
                f"summary: Company {deal.company} {deal.subject}\nproject: {deal.stage}\npriority: P2\n"
                f"tags: [{deal.subject}]\ncreated: {deal.created:%Y-%m-%dT%H:%M:%SZ}\n"
            )
        _quietly(place, "git", "init", "--quiet")
        for setting in (("user.name", "sam"), ("user.email", "sam@example.com"), ("gc.auto", "0")):
            _quietly(place, "git", "config", *setting)
        _quietly(place, "git", "add", ".")
        _quietly(place, "git", "commit", "--quiet", "--message=Begin")
    return ("env", f"DSTASK_GIT_REPO={place}", "dstask")


def _deals(number: int) -> Iterator[Deal]:
    random = Random(20261123)  # noqa: S311 -- the same records for everybody
    return (invent(n, number, _COMPANIES, random) for n in range(number))


def _quietly(folder: Path, *argv: str) -> None:
    subprocess.run(argv, cwd=folder, check=True, capture_output=True, stdin=subprocess.DEVNULL)


def _validate(folder: Path) -> Command:
    return pipe(folder, "validate")


def _report(folder: Path) -> Command:
    return pipe(folder, "report", "pipeline")


def _list(folder: Path) -> Command:
    return pipe(folder, "list")


def _move(folder: Path) -> Command:
    deal = open_deal(folder)
    return Command(lambda: (PIPE, "move", deal.stem, other_stage(deal)), folder)


PEERS = (
    Peer("validate", 0.5, _validate, hledger, ("check",)),
    Peer("report", 0.5, _report, hledger, ("bal",)),
    Peer("list", 0.4, _list, task, ("list",)),
    Peer("move", 2, _move, task, ("7 modify project:sales.won", "7 modify project:sales.lost")),
    Peer("list", None, _list, dstask, ("next",)),
    Peer("move", None, _move, dstask, ("7 modify project:won", "7 modify project:lost")),
)
