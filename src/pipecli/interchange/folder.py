"""The tables of a folder of another system's files, read row by row. Pure: the files are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pipecli.core.problem import ExitCode, PipeError
from pipecli.interchange import sheet
from pipecli.interchange.fault import CellError, check_width
from pipecli.interchange.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipecli.core.problem import Problem
    from pipecli.interchange.batch import Change, File, Person
    from pipecli.interchange.sheet import Sheet, Wanted
    from pipecli.interchange.style import Style

T = TypeVar("T")

_FEW = 5


@dataclass(frozen=True, slots=True)
class Table:
    """A file and the places of the columns that are wanted; `unused` are the titles of the others."""

    sheet: Sheet
    places: Mapping[str, int]

    def column(self, what: str) -> Iterable[str]:
        """Return the content of a column in each row; nothing where there is no such column."""
        place = self.places.get(what)
        if place is None:
            return ()
        return (cells[place].strip() if place < len(cells) else "" for _, cells in self.sheet.rows)

    def unused(self) -> list[str]:
        """Return the titles of the columns that are not wanted."""
        return [title for place, title in enumerate(self.sheet.header) if place not in self.places.values()]


@dataclass(slots=True)
class Folder:
    """The tables of a folder, being read row by row: gathers what is wrong with them, and which cases that spoils."""

    tables: Mapping[str, Table]
    style: Style
    problems: list[Problem] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)

    def rows(self, name: str, make: Callable[[Row], T | None], case: Callable[[Row], str] | None = None) -> list[T]:
        """Return what is made of each row of a file; none where the file is not there.

        A row of which nothing is made is left out. `case` says to which case a row belongs that cannot be used.
        """
        table = self.tables.get(name)
        if table is None:
            return []
        found: list[T] = []
        for line, cells in table.sheet.rows:
            row = Row(table.sheet, table.places, self.style, line, cells)
            try:
                check_width(table.sheet, cells)
                made = make(row)
            except CellError as error:
                self.refuse(row, error, case(row) if case else "")
            else:
                found += [] if made is None else [made]
        return found

    def refuse(self, row: Row, error: CellError, case: str = "") -> None:
        """Note that a row cannot be used, and whose it is."""
        self.problems.append(row.problem(error))
        if case:
            self.spoiled.add(case)


def tables(
    files: Sequence[File], wanted: Mapping[str, Mapping[str, Wanted]], needed: Sequence[str]
) -> dict[str, Table]:
    """Return those of the files that are wanted, under the names that they are wanted by, whatever their case.

    Raises `PipeError` for a file or a column that is needed and missing, with those that are there.
    """
    there = {file.name.casefold(): file for file in files}
    for name in needed:
        if name.casefold() not in there:
            names = ", ".join(sorted(file.name for file in files)) or "no CSV file"
            raise PipeError(f"there is no {name}", hint=f"export it, too; there is: {names}", code=ExitCode.USAGE)
    found: dict[str, Table] = {}
    for name, columns in wanted.items():
        if name.casefold() in there:
            table = sheet.read(there[name.casefold()].data, there[name.casefold()].name)
            found[name] = Table(table, sheet.places(table, columns, {}))
    return found


def passed_over(found: Mapping[str, Table]) -> Iterator[str]:
    """Yield what was read over in each table, for a person."""
    for table in found.values():
        yield from (f"{table.sheet.name}: {what}" for what in sheet.passed_over(table.sheet))


def people(changes: Iterable[Change], users: Mapping[str, Person]) -> dict[str, Person]:
    """Return those of the users who own a deal or changed one."""
    named = dict.fromkeys(key for change in changes for key in (change.state.owner, change.person))
    return {key: users[key] for key in named if key in users}


def few(names: Iterable[str]) -> str:
    """Return the first of some names in a row, and how many more there are."""
    told = list(names)
    return ", ".join(told[:_FEW]) + (f" and {len(told) - _FEW} more" if len(told) > _FEW else "")
