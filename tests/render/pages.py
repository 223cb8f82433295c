"""A page with everything that a page may hold, and what a reader of HTML finds in one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser

from chart_tables import ALL
from hostile import HOSTILE, MIXED, titled

from pipecli.core.board import Board, Card, Lane
from pipecli.core.table import Document, Section

VOID = {"meta", "link"}


def board(name: str = "B2B sales") -> Board:
    cards = tuple(
        Card(f"d{place}", name, name, Decimal(place * 1000), "EUR", timedelta(days=place), None, standing)
        for place, standing in enumerate(("", "rotting", "dead", "held"))
    )
    closed = (Card("w", name, "", None, "", None, date(2026, 11, 1)),)
    lanes = (
        Lane("lead", name, "open", 9, (("EUR", Decimal(6000)), ("USD", Decimal("0.5"))), cards),
        Lane("talks", name, "open", 0, (), ()),
        Lane("won", "Won", "won", 1, (), closed),
    )
    return Board("sales", name, lanes, "the largest first", ("1 deal left out",))


def whole(title: str = "Acme sales") -> Document:
    facts = (("as of", "2026-11-24T10:00:00+01:00"), ("clock", "effective"), ("commit", "1234567890abcdef"))
    about = "What it is.\n\nPopulation: all. Clock: that of `--clock`.\n\nFormula: a ÷ b.\n\nMore."
    sections = (
        *(Section(one.name, "What it is.", (one,), about) for one in ALL),
        Section("mixed", "All types.", (MIXED, titled("a")), ""),
        Section("hostile", "All names.", tuple(map(titled, HOSTILE)), ""),
    )
    return Document(title, facts, sections, (board(), *map(board, HOSTILE)))


class Reader(HTMLParser):
    """Collects the elements and the texts of a page, and sees that every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of all elements of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]
