"""`python -m bench [--quick | --full] [--rows NAME,NAME] [--no-growth]`: print what each command costs.

Every figure is a median over whole processes, started in turn with their floors (P, T, Y, C, G, F of
docs/performance.md). The ratio is one of processor time, and steadier than any time by itself.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench import growth
from bench.process import Counts, Usage, count, interleave, milliseconds
from bench.row import Bench, Row, Sizes
from bench.rows import FULL, GROWTH, QUICK, ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD = ("row", "cpu ms", "wall ms", "ratio", "budget", "verdict", "MiB", "git", "files", "floors, ms")
_FORM = "{:<18}{:>8}{:>9}{:>22}  {:<19}{:<8}{:>6}{:>5}{:>7}  {}"


def main() -> int:
    """Measure the chosen rows and print each as it is done; return 1 where a command failed."""
    arguments = _arguments()
    os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    sizes = FULL if arguments.full else QUICK
    print(_what(sizes))
    print(_FORM.format(*_HEAD))
    failed = False
    with tempfile.TemporaryDirectory(prefix="pipe-bench-") as scratch:
        bench = Bench(sizes, Path(scratch))
        for row in ROWS:
            if row.name not in arguments.rows or row.size(sizes) is None:
                continue
            line, well = _measure(row, bench)
            failed |= not well
            print(line, flush=True)
        if arguments.growth:
            print(f"\n{growth.HEADING}\n", flush=True)
            for line in growth.table([row for row in ROWS if row.name in GROWTH and row.name in arguments.rows], bench):
                print(line, flush=True)
    return int(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What the commands cost.")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true", help="small workspaces, few runs (the default)")
    how.add_argument("--full", action="store_true", help="the sizes that the budgets are written for")
    parser.add_argument("--no-growth", dest="growth", action="store_false", help="leave the table of growth out")
    names = [row.name for row in ROWS]
    parser.add_argument("--rows", type=_names, default=names, metavar="NAME,NAME", help=f"of: {' '.join(names)}")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    chosen = text.split(",")
    unknown = set(chosen) - {row.name for row in ROWS}
    if unknown:
        raise argparse.ArgumentTypeError(f"no such row: {', '.join(sorted(unknown))}")
    return chosen


def _what(sizes: Sizes) -> str:
    described = [f"{deals:,} deals with {commits:,} commits" for deals, commits in sizes.known()]
    return f"Medians of {sizes.runs} runs ({sizes.long_runs} of long ones); {', '.join(described)}.\n"


def _measure(row: Row, bench: Bench) -> tuple[str, bool]:
    size = row.size(bench.sizes)
    if size is None or shutil.which(row.program) is None:
        return f"{row.name:<18}{row.program} is not installed", True
    try:
        case = row.case(bench, size)
        runs = bench.sizes.long_runs if row.long else bench.sizes.runs
        usages = interleave({**case.floors, "": case.command}, runs)
    except (OSError, LookupError, RuntimeError) as error:
        return f"{row.name:<18}failed: {error}", False
    wrong = next((f"{name or 'pipe'}: {usage.error}" for name, usage in usages.items() if usage.error), "")
    if wrong:
        return f"{row.name:<18}failed: {wrong}", False
    judged = row.verdict and size[0] >= row.least_deals
    return _line(row, usages, count(case.command), judged=judged), True


def _line(row: Row, usages: Mapping[str, Usage], counts: Counts, *, judged: bool) -> str:
    ours = usages[""]
    used = ours.cpu / sum(factor * usages[letter].cpu for letter, factor in row.budget.items())
    too_many = row.most_git is not None and (counts.git or 0) > row.most_git
    too_much = row.most_memory is not None and ours.memory > row.most_memory
    return _FORM.format(
        row.name,
        milliseconds(ours.cpu),
        milliseconds(ours.wall),
        _ratio(row, used),
        " + ".join(f"{factor:g} {letter}" for letter, factor in row.budget.items()) if row.verdict else "",
        ("OVER" if used > 1 or too_many or too_much else "ok") if judged else "",
        f"{ours.memory:.0f}" + ("!" if too_much else ""),
        _shown(counts.git) + ("!" if too_many else ""),
        _shown(counts.files),
        " ".join(f"{letter} {milliseconds(usages[letter].cpu)}" for letter in row.budget)
        + (f"  ({row.note})" if row.note else ""),
    )


def _ratio(row: Row, used: float) -> str:
    """Return the multiple of the one floor, or the part of the whole budget that was used."""
    if len(row.budget) == 1:
        letter, factor = next(iter(row.budget.items()))
        return f"{used * factor:.2f} {letter}"
    return f"{used:.0%}"


def _shown(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


if __name__ == "__main__":
    sys.exit(main())
