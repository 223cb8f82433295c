"""Tables as one page that needs nothing beside itself: no script, no font, no request; light, dark and in print.

What comes from data is shown as text. The same tables make the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.render.charts import chart_of
from pipecli.render.definition import definition
from pipecli.render.figure import figure
from pipecli.render.grid import grid
from pipecli.render.markup import NOTHING, element, isolated, joined
from pipecli.render.page import page
from pipecli.render.wall import walls

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipecli.core.table import Document, Section, Table
    from pipecli.render.markup import Markup
    from pipecli.render.medium import Medium

_BOARD, _DEFINED = "board", "defined"


def text(tables: Sequence[Table], _medium: Medium) -> str:
    """Return the tables as a page with the title of the first of them."""
    titles = [table.title for table in tables if table.title]
    same = [fact for fact in tables[0].facts if all(fact in table.facts for table in tables)] if tables else []
    level = 2 if len(tables) > 1 else None
    cards = [_card(table, f"table-{place}", level, same) for place, table in enumerate(tables, 1)]
    return page(titles[0] if titles else "Tables", same, (), joined(cards))


def document(whole: Document, _medium: Medium) -> str:
    """Return a page with the boards, the sections, and how the figures of each are worked out."""
    defined = [section for section in whole.sections if section.defined]
    links = [
        *([(_BOARD, "Board")] if whole.boards else []),
        *((_key(section), _words(section)) for section in whole.sections),
        *([(_DEFINED, "How each figure is defined")] if defined else []),
    ]
    content = [
        walls(whole.boards) if whole.boards else NOTHING,
        *(_section(section, whole.facts) for section in whole.sections),
        _definitions(defined, whole.facts) if defined else NOTHING,
    ]
    foot = "Made by pipe from the files and their history. It holds no script and asks nothing of the network."
    return page(whole.title, whole.facts, links, joined(content), foot)


def _section(section: Section, said: Collection[tuple[str, str]]) -> Markup:
    key = _key(section)
    cards = [_card(table, f"{key}-{place}", 3, said) for place, table in enumerate(section.tables, 1)]
    heading = element("h2", _words(section), id=key)
    return element("section", heading, element("p", section.about, class_="about"), *cards, aria_labelledby=key)


def _card(table: Table, key: str, level: int | None, said: Collection[tuple[str, str]]) -> Markup:
    """Return a table with what is drawn of it; `level` is that of its heading, None where the page's is its own."""
    chart = chart_of(table)
    heading = element(f"h{level}", isolated(table.title)) if table.title and level else NOTHING
    return element("div", heading, figure(chart, key) if chart else NOTHING, grid(table, said), class_="card-of")


def _definitions(sections: Sequence[Section], facts: Sequence[tuple[str, str]]) -> Markup:
    commit = next((value for name, value in facts if name == "commit"), "")
    source = [element("p", "All of them from commit ", element("code", commit), ".", class_="about")] if commit else []
    cards = [element("div", element("h3", _words(one)), definition(one), class_="card-of") for one in sections]
    heading = element("h2", "How each figure is defined", id=_DEFINED)
    return element("section", heading, *source, *cards, class_="defined", aria_labelledby=_DEFINED)


def _key(section: Section) -> str:
    return f"report-{section.name}"


def _words(section: Section) -> str:
    return section.name.replace("-", " ").capitalize()
