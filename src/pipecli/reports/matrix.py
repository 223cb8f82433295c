"""The conversion between all stages as a person reads it: a line for each stage, a column for each later one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.table import Cell, Column, Table, Type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.metrics.course import Funnel
    from pipecli.reports.conversion import Pair

_FIRST = 2
"""The number of the first stage to which any leads."""


def matrix(table: Table, through: Funnel, pairs: Sequence[Pair], came: Sequence[int]) -> Table:
    """Return a table of pairs for machines, which shows a person the rates with a column for each stage.

    The columns are named by the numbers of the stages, which stand before their names in the lines. `came` is how
    many deals came to each of them.
    """
    size = len(through.stages)
    lines = [column for column in table.columns if column.name in ("pipeline", "from", "to")]
    own = (
        Column("stage", "from", person=True),
        Column("came", "came", Type.INTEGER, person=True),
        *(
            Column(f"to_{at}", f"to {at}", Type.SHARE, _priority(at, size), person=True)
            for at in range(_FIRST, size + 1)
        ),
    )
    machine = tuple(replace(column, machine=True, key=column in lines) for column in table.columns)
    return replace(
        table,
        columns=(*machine, *own),
        rows=tuple((*row, *[None] * len(own)) for row in table.rows),
        digest=tuple((*[None] * len(machine), *line) for line in _lines(through, pairs, came)) if table.rows else None,
        name=f"{table.name}-matrix",
    )


def _priority(at: int, size: int) -> int:
    """Return the priority of a column: the next stage's and the last one's are always shown."""
    return 1 if at in (_FIRST, size) else at


def _lines(through: Funnel, pairs: Sequence[Pair], came: Sequence[int]) -> Iterator[tuple[Cell, ...]]:
    rates: Mapping[tuple[int, int], Cell] = {(pair.start, pair.end): pair.found.rate() for pair in pairs}
    for start, (stage, number) in enumerate(zip(through.stages, came, strict=True)):
        yield (f"{start + 1} {stage.id}", number, *(rates.get((start, end)) for end in range(1, len(came))))
