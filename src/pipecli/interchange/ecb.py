"""The European Central Bank's table of reference rates as CSV: `eurofxref.csv` (one day) and `eurofxref-hist.csv`.

A header `Date, USD, JPY, …`; a row a day, with what one euro is worth in each currency, `N/A` where there was no rate,
and a comma at the end of each line. The days are written `2026-11-20`, in the file of one day `20 November 2026`. Pure.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.value import parse_amount, parse_currency, parse_day
from pipecli.interchange.fault import row_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from pipecli.core.problem import Problem
    from pipecli.interchange.batch import File

EURO = "EUR"
_NONE = ("", "N/A", "-")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_HINT = "the European Central Bank's eurofxref.csv or eurofxref-hist.csv, unzipped: its first line is Date, USD, JPY, …"
_DATED = 3
"""The words of a day like 20 November 2026."""


@dataclass(frozen=True, slots=True)
class Quotes:
    """The currencies of a file, and by day what one euro was worth in each; a day may lack some."""

    name: str
    currencies: tuple[str, ...]
    days: Mapping[date, Mapping[str, Decimal]]

    def worth(self, currency: str, day: date) -> Decimal | None:
        """Return what one euro was worth in a currency on a day; None where the file has no rate."""
        return Decimal(1) if currency == EURO else self.days[day].get(currency)


def read(file: File) -> Quotes:
    """Return the rates of a file. Raises `PipeError` for a file of another form, and for cells that are no rates."""
    rows = _rows(file)
    header = [cell.strip() for cell in rows[0][1]] if rows else []
    if not header or header[0].casefold() != "date":
        raise PipeError(f"{file.name} does not begin with a column Date", hint=_HINT, code=ExitCode.USAGE)
    currencies = [_currency(name, file) for name in header[1:] if name]
    problems: list[Problem] = []
    days: dict[date, dict[str, Decimal]] = {}
    for line, cells in rows[1:]:
        try:
            day = _day(cells[0].strip())
            if day in days:
                raise ValueError(f"{day} stands in the file twice")  # noqa: TRY301 -- told with its line, like others
        except ValueError as error:
            problems.append(row_problem(file.name, line, str(error), "write a day like 2026-11-20"))
            continue
        days[day] = {}
        for currency, cell in zip(currencies, cells[1:], strict=False):
            try:
                days[day] |= _rate(currency, cell.strip())
            except ValueError as error:
                problems.append(row_problem(file.name, line, f"{currency}: {error}", "write a number, or N/A"))
    if problems:
        message = f"nothing was imported: {file.name} has cells that cannot be read"
        raise PipeError(message, hint="correct them", code=ExitCode.PROBLEMS, problems=problems)
    return Quotes(file.name, tuple(currencies), dict(sorted(days.items())))


def _rows(file: File) -> Sequence[tuple[int, Sequence[str]]]:
    """Return the rows that are not blank, each with its line."""
    if file.data.startswith(b"PK"):
        raise PipeError(f"{file.name} is a ZIP file", hint=f"unzip {file.name}", code=ExitCode.USAGE)
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PipeError(f"{file.name} is no text", hint=_HINT, code=ExitCode.USAGE) from None
    return list(_read(text, file))


def _read(text: str, file: File) -> Iterator[tuple[int, Sequence[str]]]:
    reader = csv.reader(text.splitlines())
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise PipeError(f"{file.name}, line {reader.line_num}: {error}", hint=_HINT, code=ExitCode.USAGE) from None


def _currency(name: str, file: File) -> str:
    try:
        return parse_currency(name)
    except ValueError as error:
        raise PipeError(f"{file.name}, line 1: {name!r}: {error}", hint=_HINT, code=ExitCode.USAGE) from None


def _day(text: str) -> date:
    words = text.casefold().split()
    if len(words) == _DATED and words[1] in _MONTHS and words[0].isdecimal() and words[2].isdecimal():
        return parse_day(f"{int(words[2]):04}-{_MONTHS.index(words[1]) + 1:02}-{int(words[0]):02}")
    return parse_day(text)


def _rate(currency: str, text: str) -> Mapping[str, Decimal]:
    if text.upper() in _NONE:
        return {}
    rate = parse_amount(text)
    if rate <= 0:
        raise ValueError(f"the rate {text} is not above zero")
    return {currency: rate}
