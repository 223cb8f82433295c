"""A pipeline as people draw it on a wall: its stages side by side, and the deals in each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, timedelta
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Card:
    """One deal: what it is called, whose it is, what it is worth, since when it is there.

    `age` is how long it has been in its stage, None where that is not known, or closed; `closed` is the day of closing.
    `standing` is `dead` or `rotting` for a deal that has gone quiet, `held` for one on hold, and empty for any other.
    """

    deal: str
    title: str
    owner: str = ""
    value: Decimal | None = None
    currency: str = ""
    age: timedelta | None = None
    closed: date | None = None
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One stage: all its deals counted, what they are worth by currency, and the cards of the first of them."""

    stage: str
    name: str
    kind: str
    deals: int
    worth: tuple[tuple[str, Decimal], ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One pipeline; `notes` say what is on no card, `order` which deals come first."""

    pipeline: str
    name: str
    lanes: tuple[Lane, ...]
    order: str = ""
    notes: tuple[str, ...] = ()
