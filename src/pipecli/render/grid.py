"""A table in a page: in a container that scrolls by itself, so that the page never does."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Type, Withheld
from pipecli.render import svg
from pipecli.render.cell import NUMERIC, currency_in, for_people, shown, told
from pipecli.render.markup import NOTHING, element, isolated, joined

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipecli.core.table import Cell, Column, Table
    from pipecli.render.markup import Markup

_MANY = 16
"""Rows from which on a table scrolls down in its container, with its headings in place."""
_SHORT = 18
"""Characters of the first column up to which it stays in place while the others scroll."""
_FEW = 5
"""Columns up to which a table need not be as wide as the page: figures are compared best where they are near."""
_GOOD, _BAD = frozenset({"won", "advanced", "fresh"}), frozenset({"lost", "dead", "rotting", "error"})
_TONED = frozenset({"kind", "rot", "change", "standing", "severity"})
"""The columns in which such a word says how a deal stands; elsewhere it may be the name of a stage."""


def grid(table: Table, said: Collection[tuple[str, str]] = ()) -> Markup:
    """Return the table, its facts and its notes; without the facts that the page has `said` before."""
    columns = for_people(table)
    rows = told(table)
    body = _scrolling(table, columns, rows) if rows else element("p", table.empty, class_="empty")
    return joined([body, _facts(table, said), _notes(table)])


def _scrolling(table: Table, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Markup:
    places = [table.columns.index(column) for column in columns]
    texts = [
        [
            _cell(row[place], column, currency_in(table, row), first=column is columns[0], compared=len(rows) > 1)
            for place, column in zip(places, columns, strict=True)
        ]
        for row in rows
    ]
    pinned = len(columns) > _FEW and all(len(shown(row[places[0]], columns[0].type)) <= _SHORT for row in rows)
    whole = element(
        "table",
        element("caption", isolated(table.title or table.name)),
        element("thead", element("tr", *map(_heading, columns))),
        element("tbody", *(element("tr", *cells) for cells in texts)),
        class_="pinned" if pinned else "few" if len(columns) <= _FEW else None,
    )
    return element(
        "div",
        whole,
        class_="scroll tall" if len(rows) >= _MANY else "scroll",
        role="region",
        tabindex="0",
        aria_label=f"Table: {table.title or table.name}",
    )


def _heading(column: Column) -> Markup:
    words = column.heading or column.name.replace("_", " ")
    return element("th", words, scope="col", class_="n" if column.type in NUMERIC else None)


def _cell(cell: Cell, column: Column, currency: str, *, first: bool, compared: bool) -> Markup:
    """Return a cell; the first of a row heads it, and what is `compared` with others may have a bar."""
    text = shown(cell, column.type, currency)
    shape = [_bar(cell, column) if compared else NOTHING, isolated(text)]
    kinds = [name for name, it_is in _kinds(cell, column) if it_is]
    tone = _tone(text) if column.name in _TONED else ""
    if tone:
        shape = [element("span", text, class_=f"tag {tone}")]
    attributes = {"scope": "row"} if first else {}
    return element("th" if first else "td", *shape, class_=" ".join(kinds) or None, **attributes)


def _kinds(cell: Cell, column: Column) -> tuple[tuple[str, bool], ...]:
    return (
        ("n", column.type in NUMERIC),
        ("none", isinstance(cell, Withheld)),
        ("when", column.type in (Type.DAY, Type.MOMENT)),
        ("prose", column.wraps),
    )


def _bar(cell: Cell, column: Column) -> Markup:
    if not column.bar or column.type is not Type.SHARE or not isinstance(cell, Decimal | Fraction):
        return NOTHING
    shapes = (svg.bar(0, 1, 0, 6, "track"), svg.bar(0, float(cell), 0, 6, "bar"))
    return element("svg", *shapes, width="56", height="6", aria_hidden="true")


def _tone(text: str) -> str:
    """Return the colour of a word that says how a deal stands; the word itself stays."""
    return "good" if text in _GOOD else "bad" if text in _BAD else ""


def _facts(table: Table, said: Collection[tuple[str, str]]) -> Markup:
    pairs = [fact for fact in table.facts if fact not in said]
    told = [element("div", element("dt", name), element("dd", isolated(text))) for name, text in pairs]
    return element("dl", *told, class_="facts") if told else NOTHING


def _notes(table: Table) -> Markup:
    notes = [element("li", isolated(note)) for note in table.notes]
    return element("ul", *notes, class_="notes") if notes else NOTHING
