"""Tables from other systems: CSV as it comes, and which of its columns is what. Pure: the bytes are given."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_DELIMITERS = ",;\t"
_NARROW = 2
"""Up to so many columns a row with one filled cell may be a deal."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its header, and its rows with the line that each begins on.

    `blank` counts the rows without any content, `repeated` those that say the header again, `footers` those of a
    report's foot; none of them is in `rows`.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]
    blank: int = 0
    repeated: int = 0
    lines: tuple[str, ...] = ()
    delimiter: str = ","
    footers: int = 0

    def position(self, line: int, place: int) -> tuple[int, int]:
        """Return line and column, both from 1, of a cell of the row that begins on `line`."""
        column, left, quoted = 1, place, False
        while left and line <= len(self.lines):
            text = self.lines[line - 1]
            if column > len(text):
                line, column = line + 1, 1
                continue
            character = text[column - 1]
            quoted ^= character == '"'
            left -= character == self.delimiter and not quoted
            column += 1
        return line, column

    def excerpt(self, line: int) -> str:
        """Return a line of the file, from 1, or the empty string."""
        return self.lines[line - 1].rstrip("\r\n") if 0 < line <= len(self.lines) else ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that is looked for among the columns: its usual names, and the option that names it, if any."""

    names: tuple[str, ...]
    option: str = ""
    needed: bool = True


def read(data: bytes, name: str) -> Sheet:
    """Return the table in a CSV file: UTF-8, divided by commas, semicolons or tabs.

    Raises `PipeError` where it is not UTF-8, has no header, or its quoting does not end.
    """
    text = _text(data, name)
    header: tuple[str, ...] = ()
    rows: list[tuple[int, list[str]]] = []
    blank = repeated = 0
    for line, cells in _records(text, name):
        if not any(cell.strip() for cell in cells):
            blank += 1
        elif not header:
            header = _unmistakable(tuple(cell.strip() for cell in cells), name)
        elif tuple(cell.strip() for cell in cells) == header:
            repeated += 1
        else:
            rows.append((line, cells))
    if not header:
        raise PipeError(f"{name} is empty", hint="its first line names the columns", code=ExitCode.PROBLEMS)
    lines = tuple(io.StringIO(text, newline=""))
    return Sheet(name, header, tuple(rows), blank, repeated, lines, _delimiter(text))


def _unmistakable(header: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return a header. Raises `PipeError` where two of its columns have the same title: one would be lost unseen."""
    twice = [title for title, number in Counter(header).items() if title and number > 1]
    if twice:
        message = f"{name} has more than one column {twice[0]!r}"
        raise PipeError(message, hint="give them different titles, or delete one", code=ExitCode.PROBLEMS)
    return header


def places(sheet: Sheet, wanted: Mapping[str, Wanted], given: Mapping[str, str | None]) -> dict[str, int]:
    """Return at which place each wanted column stands; one that is neither there nor needed is left out.

    `given` are the names that a person told. Raises `PipeError` with the columns that there are, and the
    options that name those that are missing.
    """
    known = {_folded(title): place for place, title in reversed(list(enumerate(sheet.header)))}
    found: dict[str, int] = {}
    missing: dict[str, Wanted] = {}
    for what, column in wanted.items():
        told = given.get(what)
        names = (told,) if told else column.names
        place = next((known[_folded(name)] for name in names if _folded(name) in known), None)
        if place is not None:
            found[what] = place
        elif told:
            raise _untrue(sheet, told)
        elif column.needed:
            missing[what] = column
    if missing:
        raise _missing(sheet, missing)
    return found


def without_footers(sheet: Sheet) -> Sheet:
    """Return a table without the rows of a report's foot: the last ones, with one filled cell or a total."""
    kept = len(sheet.rows)
    while kept and len(sheet.header) > _NARROW and _is_foot(sheet.rows[kept - 1][1]):
        kept -= 1
    return replace(sheet, rows=sheet.rows[:kept], footers=len(sheet.rows) - kept)


def _is_foot(cells: Sequence[str]) -> bool:
    first = next((cell for cell in cells if cell.strip()), "").casefold()
    return sum(bool(cell.strip()) for cell in cells) == 1 or first.strip().startswith(("grand total", "total"))


def passed_over(sheet: Sheet) -> list[str]:
    """Return what was read over in a table, for a person."""
    counts = ((sheet.blank, "blank row"), (sheet.repeated, "repeated header"), (sheet.footers, "footer"))
    told = ", ".join(count(number, thing) for number, thing in counts if number)
    return [f"passed over: {told}"] if told else []


def count(number: int, thing: str) -> str:
    """Return a number of things: `1 row`, `2 rows`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _text(data: bytes, name: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        hint = f"save it as UTF-8: iconv -f UTF-16 -t UTF-8 {name} > utf8.csv"
        raise PipeError(f"{name} is UTF-16, not UTF-8", hint=hint, code=ExitCode.PROBLEMS)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = f"iconv -f WINDOWS-1252 -t UTF-8 {name} > utf8.csv, with the encoding that it has"
        raise PipeError(f"{name} is not UTF-8 (line {line})", hint=hint, code=ExitCode.PROBLEMS) from None


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows, each with the line that it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "look for a quote that is opened and not closed"
        raise PipeError(f"{name}, line {line}: {error}", hint=hint, code=ExitCode.PROBLEMS) from None


def _delimiter(text: str) -> str:
    """Return the delimiter that divides the first line into most columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=lambda delimiter: len(_divided(first, delimiter)))


def _divided(line: str, delimiter: str) -> Sequence[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _folded(title: str) -> str:
    """Return a title as it is compared: composed, without case, blanks, `_`, signs and the star of a needed column."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", title).casefold()))


def _untrue(sheet: Sheet, told: str) -> PipeError:
    there = ", ".join(sheet.header)
    near = did_you_mean(told, sheet.header, otherwise=f"columns: {there}")
    return PipeError(f"{sheet.name} has no column {told!r}; it has: {there}", hint=near, code=ExitCode.USAGE)


def _missing(sheet: Sheet, missing: Mapping[str, Wanted]) -> PipeError:
    which = ", for the ".join(f"{what} ({', '.join(column.names)})" for what, column in missing.items())
    message = f"{sheet.name} has no column for the {which}; it has: {', '.join(sheet.header)}"
    it = "it" if len(missing) == 1 else "them"
    options = ", ".join(f"{column.option} COLUMN" for column in missing.values() if column.option)
    return PipeError(message, hint=f"name {it}: {options}" if options else f"export {it}, too", code=ExitCode.USAGE)
