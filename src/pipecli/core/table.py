"""The one shape in which every report, list and audit returns its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipecli.core.board import Board


class Type(StrEnum):
    """What a column holds; it decides the alignment and the form of its cells."""

    TEXT = "text"
    """str; an amount or a day, too, where a column holds different things"""
    INTEGER = "integer"
    """int"""
    NUMBER = "number"
    """Decimal, exact"""
    MONEY = "money"
    """Decimal, in the currency of the row's currency column"""
    SHARE = "share"
    """Decimal or Fraction from 0 to 1, shown as a percentage"""
    DAYS = "days"
    """timedelta, shown in days"""
    BUSINESS_DAYS = "business_days"
    """Fraction: how many working days long"""
    SECONDS = "seconds"
    """timedelta, shown in whole seconds"""
    DAY = "day"
    """date"""
    MOMENT = "moment"
    """aware datetime"""
    FLAG = "flag"
    """bool"""
    FIGURE = "figure"
    """Figure: of one row a count, of another a share or an amount"""


Plain = str | int | bool | Decimal | Fraction | timedelta | date | datetime | None
"""What a cell of one type holds."""


class Figure(NamedTuple):
    """A cell of a column that has figures of several types: what it holds, its type, the currency of an amount."""

    cell: Plain
    type: Type
    currency: str = ""


Cell = Plain | Figure
"""None is an empty cell: there is no such value. `Withheld` says why a figure is not given."""


class Withheld(str):
    """A figure that is not given, and why, in the words that are shown instead (`n < 5`, `not reached`)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its machine name, its heading for people, its type.

    `priority` 1 is always shown; columns with higher numbers give way first where the width does not suffice.
    `machine` columns appear in CSV and JSON only, `person` columns in tables and Markdown only. A text that `wraps`
    is prose: a table shows it in several lines, where others are cut. What is `whole`, like an id, is cut last of all.
    A column without a heading belongs to the one before it, like the currency of an amount. The cells of the `key`
    columns together name a row: by them it is found again in the same report of another moment. What is `signed` is a
    change: it has a sign, and of shares it is in percent points. A share with a `bar` is drawn beside its number, too,
    where a terminal or a page has room for that.
    """

    name: str
    heading: str
    type: Type = Type.TEXT
    priority: int = 1
    machine: bool = False
    person: bool = False
    wraps: bool = False
    whole: bool = False
    key: bool = False
    signed: bool = False
    bar: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A titled set of rows, one cell a column, with the notes that a reader needs beside them.

    `facts` state population, clock, sample size and source commit, as pairs of a name and its text. `notes`
    say what is missing or marked; `incomplete` says that it is an error in the data. `empty` is what to tell when
    there is no row. `digest` are the rows that a person is shown, where all of them are too many to read. `behind` has
    for each row the ids of the deals behind its figures, by the columns' names, where they were asked for. `failed`
    says what is not as it was asked to be, for a command to end with exit code 1: the data are right all the same.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    empty: str = "nothing to show"
    name: str = ""
    incomplete: bool = False
    digest: tuple[tuple[Cell, ...], ...] | None = None
    behind: tuple[Mapping[str, Sequence[str]], ...] = ()
    failed: tuple[str, ...] = ()

    def records(self) -> list[dict[str, Cell]]:
        """Return the rows as mappings of the columns' machine names to their cells."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Section:
    """Tables under one heading; `name` is also what a link leads to, `about` a line on what they are.

    `defined` says in full how their figures are worked out, in paragraphs apart by an empty line.
    """

    name: str
    about: str
    tables: tuple[Table, ...]
    defined: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Sections that are read as one text; `facts` are what they have in common.

    `boards` are the stages with their deals, which a page shows before the sections.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    boards: tuple[Board, ...] = ()
