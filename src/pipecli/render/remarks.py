"""What stands beside a table in words: its facts in a line, its notes, what the width left no room for."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from pipecli.render.safe import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.core.table import Table
    from pipecli.render.medium import Medium


def remarks(tables: Sequence[Table], medium: Medium) -> str:
    """Return facts and notes as text: for a terminal beside a format that has no place for them (CSV)."""
    return "\n".join(line for table in tables for line in (*facts(table, medium), *notes(table, medium), ""))


def facts(table: Table, medium: Medium) -> Iterator[str]:
    """Yield the lines that name population, clock, sample size, moment and source."""
    parts = [f"{terminal(name)} {terminal(text)}" for name, text in table.facts]
    # The space before the dot does not break, so that no line begins with it.
    yield from (line.replace("\u00a0", " ") for line in wrapped("\u00a0· ".join(parts), medium))


def notes(table: Table, medium: Medium, hidden: Sequence[str] = ()) -> Iterator[str]:
    """Yield the notes, each from a line of its own, and which columns are hidden."""
    for note in table.notes:
        yield from wrapped(f"note: {terminal(note)}", medium)
    if hidden:
        yield from wrapped(f"hidden at this width: {', '.join(hidden)}", medium)


def wrapped(text: str, medium: Medium) -> list[str]:
    """Return the text in lines that fit the medium; no line where there is no text."""
    if medium.width is None:
        return [text] if text else []
    return wrap(text, medium.width, break_on_hyphens=False)
