"""The row of `pipe import`: events with their history, against `git fast-import` of the same stream."""

from __future__ import annotations

import csv
import subprocess
from random import Random
from typing import TYPE_CHECKING

from bench import floors
from bench.life import invent, live, steps
from bench.process import Command, measure
from bench.row import PIPE, Bench, Case, Size
from bench.workspaces import without_deals

if TYPE_CHECKING:
    from pathlib import Path

STEPS = 6
"""Events of one case in the imported log."""


def importing(bench: Bench, _: Size) -> Case:
    """Return the case; the log has as many events as the session's sizes say."""
    log, folder, stream = (bench.scratch / name for name in ("events.csv", "imported", "stream"))
    _write_events(log, bench.sizes.events)
    command = Command(
        lambda: (PIPE, "import", "events", str(log), "--pipeline", "sales", "--history"),
        folder,
        lambda: _fresh(folder),
    )
    tried = measure(command)
    if tried.error:
        return Case(command, {})
    with stream.open("wb") as file:
        subprocess.run(["git", "fast-export", "--all"], cwd=folder, stdout=file, check=True)
    return Case(command, {"F": floors.fast_import(stream, bench.scratch, _fresh)})


def _fresh(folder: Path) -> None:
    without_deals(folder)


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
