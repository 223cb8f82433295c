"""How the figures grow with deals and with commits: the same rows at every size, measured in turn.

Two sizes differ in the number of commits alone, the others in the number of deals alone. What is flat has a factor of
1; what is linear has that of the sizes. The floors stand below the rows: they grow, too.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from bench.process import Usage, interleave, milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bench.process import Command
    from bench.row import Bench, Row, Size

HEADING = "How it grows: milliseconds of processor time, and factors between the sizes"
_NAME, _CELL = 18, 15


def table(rows: Sequence[Row], bench: Bench) -> Iterator[str]:
    """Yield the lines of the table, each as it is measured."""
    sizes = bench.sizes.known()
    yield _line("deals / commits", [f"{deals:,} / {commits:,}" for deals, commits in sizes], _factors(sizes))
    seen: set[str] = set()
    for row in rows:
        try:
            cases = [row.case(bench, size) for size in sizes]
        except (OSError, LookupError, RuntimeError) as error:
            yield f"{row.name:<{_NAME}}failed: {error}"
            continue
        yield _measured(row.name, [case.command for case in cases], bench)
        for letter in cases[0].floors.keys() & {"G", "Y", "C"} - seen:
            seen.add(letter)
            yield _measured(f"  floor {letter}", [case.floors[letter] for case in cases], bench)


def _measured(name: str, commands: Sequence[Command], bench: Bench) -> str:
    usages = interleave({str(at): command for at, command in enumerate(commands)}, bench.sizes.long_runs)
    wrong = next((usage.error for usage in usages.values() if usage.error), "")
    if wrong:
        return f"{name:<{_NAME}}failed: {wrong}"
    return _line(name, [milliseconds(usage.cpu) for usage in usages.values()], _grown(usages))


def _factors(sizes: Sequence[Size]) -> list[str]:
    pairs = itertools.pairwise(sizes)
    return [f"commits x {b[1] / a[1]:g}" if a[0] == b[0] else f"deals x {b[0] / a[0]:g}" for a, b in pairs]


def _grown(usages: Mapping[str, Usage]) -> list[str]:
    used = [usage.cpu for usage in usages.values()]
    return [f"x {after / before:.1f}" for before, after in itertools.pairwise(used)]


def _line(name: str, figures: Sequence[str], factors: Sequence[str]) -> str:
    return f"{name:<{_NAME}}" + "".join(f"{cell:>{_CELL}}" for cell in (*figures, *factors))
