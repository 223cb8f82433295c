"""Tables as GitHub's Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.render.cell import NUMERIC, for_people, texts, told
from pipecli.render.safe import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.core.table import Document, Table
    from pipecli.render.medium import Medium


def text(tables: Sequence[Table], _medium: Medium) -> str:
    """Return the tables with their title as a heading, facts in a line and notes in a list below."""
    return "\n".join(line for table in tables for line in _lines(table))


def document(whole: Document, medium: Medium) -> str:
    """Return the sections below a heading, the facts and a list of links; hosts make the links' targets of headings."""
    links = (f"- [{markdown(one.name)}](#{one.name}): {markdown(one.about)}" for one in whole.sections)
    head = [f"# {markdown(whole.title)}", "", *_facts(whole.facts), *links]
    sections = (f"## {markdown(one.name)}\n\n{text(one.tables, medium)}" for one in whole.sections)
    return "\n".join([*head, "", *sections])


def cut(text: str, room: int, note: str) -> str:
    """Return the text, or as many of its first lines as leave room for the note, in bytes of UTF-8.

    Nothing where there is not even room for the note.
    """
    if len(text.encode()) <= room:
        return text
    end = f"\n> {markdown(note)}\n"
    kept = text.encode()[: max(room - len(end.encode()), 0)]
    whole, line, _ = kept.rpartition(b"\n")
    return (whole + line).decode() + end if len(end.encode()) <= room else ""


def _lines(table: Table) -> Iterator[str]:
    if table.title:
        yield from (f"### {markdown(table.title)}", "")
    yield from _rows(table) if told(table) else [markdown(table.empty)]
    yield ""
    yield from _facts(table.facts)
    if table.notes:
        yield from (*(f"- {markdown(note)}" for note in table.notes), "")


def _facts(facts: Sequence[tuple[str, str]]) -> Iterator[str]:
    if facts:
        yield from (" · ".join(f"{markdown(name)} {markdown(value)}" for name, value in facts), "")


def _rows(table: Table) -> Iterator[str]:
    columns = for_people(table)
    yield _row([markdown(column.heading) for column in columns])
    yield _row(["---:" if column.type in NUMERIC else "---" for column in columns])
    for row in texts(table, columns, markdown):
        yield _row(row)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
