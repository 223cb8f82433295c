"""Deals in lanes beside each other: what a wide terminal shows of a list in groups."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lane:
    """One group: its title, what is told of all in it, a card for each deal of as many as are shown, `more` others.

    A card is the deal's title and a line about it.
    """

    title: str
    facts: tuple[str, ...] = ()
    cards: tuple[tuple[str, str], ...] = ()
    more: int = 0
