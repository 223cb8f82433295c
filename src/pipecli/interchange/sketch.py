"""A map to begin with: the columns of a table, what they probably mean, and the words that stand in them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core import emit
from pipecli.interchange import oddities, sheet
from pipecli.interchange.headers import PASSED_OVER, PLAIN, SYSTEMS, known_field, system_of
from pipecli.interchange.ids import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.interchange.batch import File
    from pipecli.interchange.mapping import Map
    from pipecli.interchange.sheet import Sheet

_MOST = 50
"""Of a column with more words, none is listed: they are no list to choose from."""
_SAMPLE = 40


def sketch(file: File, told: Map) -> str:
    """Return the text of a map for a table."""
    table = sheet.without_footers(sheet.read(file.data, file.name))
    guesses = {place: guess for place, title in enumerate(table.header) if (guess := _guess(table, title, told))}
    lines = [
        f"# What {file.name} says, in our words: docs/import.md. Lines behind '#' count for nothing.",
        "columns:",
        *_columns(table, guesses),
    ]
    for key, what in (("pipelines", "pipeline"), ("stages", "stage"), ("kinds", "kind"), ("owners", "owner")):
        places = [place for place, guess in guesses.items() if guess == what]
        lines += _words(key, list(dict.fromkeys(oddities.column(table, places))))
    return "\n".join([*lines, "# constants: {currency: EUR}", "# date_format: day-first", "# decimal: comma", ""])


def _guess(table: Sheet, title: str, told: Map) -> str:
    """Return the field that a column is probably for, or the empty string."""
    if title in told.columns:
        return told.columns[title]
    name = system_of(table.header)
    systems = [SYSTEMS[name]] if name else [PLAIN, *SYSTEMS.values()]
    found = (known_field(system, word) for system in systems for word in (title, title.replace("_", " ")))
    return next((field for field in found if isinstance(field, str) and field != PASSED_OVER), "")


def _columns(table: Sheet, guesses: Mapping[int, str]) -> Iterator[str]:
    for place, title in enumerate(table.header):
        sample = next(iter(oddities.column(table, [place])), "")
        sample = "".join(filter(str.isprintable, " ".join(sample.split())))
        shown = f"  # {sample[:_SAMPLE]}{'…' if len(sample) > _SAMPLE else ''}" if sample else ""
        if place in guesses:
            yield f"  {emit.scalar(title)}: {guesses[place]}{shown}"
        else:
            yield f"  # {emit.scalar(title)}: …{shown}"


def _words(key: str, words: Sequence[str]) -> Iterator[str]:
    """Yield the words of a column, as what they are called here by themselves."""
    if not words or len(words) > _MOST:
        return
    yield f"# {key}:"
    for word in words:
        yield f"#   {emit.scalar(word)}: {slug_of(word) or '…'}"
