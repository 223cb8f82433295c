"""What is odd about a table, though every row by itself can be used: blanks, two spellings, mixed forms. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.interchange import cells
from pipecli.interchange.columns import DAYS
from pipecli.interchange.deal_row import DealRow
from pipecli.interchange.fault import CellError, oddity
from pipecli.interchange.headers import folded
from pipecli.interchange.sheet import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipecli.core.problem import Problem
    from pipecli.interchange.deal_row import Manner
    from pipecli.interchange.sheet import Sheet

_FEW = 5
_MOST_SPELLINGS = 1000
"""A column with more different texts holds names, in which spellings are not compared."""
_USUAL = {"owner": ("owner", "owner_id", "owner_email"), "company": ("company", "company_id"), "created": ("created",)}
"""What a deal has as a rule, and the fields that say it."""
_WORDS = ("owner", "company", "contacts", "source", "reason", "tags", "stage", "pipeline")


def column(table: Sheet, places: Sequence[int]) -> list[str]:
    """Return the filled cells of some columns."""
    return [text for _, row in table.rows for place in places if place < len(row) and (text := row[place].strip())]


def refuse_absent(named: Iterable[str], tables: Sequence[Sheet]) -> None:
    """Raise `PipeError` for headers that a map names and no table has."""
    there = {folded(title): title for table in tables for title in table.header}
    absent = [header for header in named if folded(header) not in there]
    if absent:
        near = did_you_mean(absent[0], there.values(), otherwise=f"columns: {', '.join(there.values())}")
        names = ", ".join(table.name for table in tables)
        words = ", ".join(repr(header) for header in absent)
        message = f"the map names {'a column' if len(absent) == 1 else 'columns'} that {names} has not: {words}"
        raise PipeError(message, hint=near, code=ExitCode.USAGE)


def mixed_days(manner: Manner) -> Iterator[Problem]:
    """Yield the days that are written otherwise than most of their column."""
    for what in DAYS:
        for place in manner.places.get(what, ()):
            forms = {line: cells.form(row[place].strip()) for line, row in manner.table.rows if place < len(row)}
            usual = Counter(form for form in forms.values() if form).most_common(1)
            for line, row in manner.table.rows:
                if forms.get(line) and forms[line] != usual[0][0]:
                    yield from _otherwise(DealRow(manner, line, row, []), what, place, usual[0][0])


def _otherwise(row: DealRow, what: str, place: int, usual: str) -> Iterator[Problem]:
    text = row.cells[place].strip()
    try:
        day = row.manner.days.day(text)
    except ValueError:
        return  # the row is told already
    message = f"{text} is read as {day}; others in this column are written like {usual}"
    yield oddity(row.problem(CellError(what, message, "")))


def blank_currencies(manner: Manner) -> Iterator[Problem]:
    """Yield the rows with an amount and no currency, where others have one."""
    places, values = manner.places.get("currency", ()), manner.places.get("value", ())
    if not column(manner.table, places) or "currency" in manner.constants:
        return
    for line, row in manner.table.rows:
        alone = len(row) == len(manner.table.header) and not any(row[place].strip() for place in places)
        if alone and any(row[place].strip() for place in values):
            message = "the currency is blank: the amount counts in that of the pipeline or the workspace"
            hint = "fill it in, or say it for all: --currency, or 'constants: {currency: EUR}' in a map"
            yield oddity(DealRow(manner, line, row, []).problem(CellError("currency", message, hint)))


def remarks(table: Sheet, places: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """Yield where usual fields are blank, and which words differ in case, blanks or signs alone."""
    for what, fields in _USUAL.items():
        found = [place for field in fields for place in places.get(field, ())]
        blank = [line for line, row in table.rows if not any(row[p].strip() for p in found if p < len(row))]
        if found and blank:
            yield f"{what} is blank in {count(len(blank), 'row')}: {_lines(blank)}"
    for what in _WORDS:
        yield from _spellings(table, what, places.get(what, ()))


def _spellings(table: Sheet, what: str, places: Sequence[int]) -> Iterator[str]:
    lines: dict[str, int] = {}
    for line, row in table.rows:
        for place in places:
            if place < len(row) and row[place].strip():
                lines.setdefault(row[place].strip(), line)
    alike: dict[str, list[str]] = {}
    for text in lines if len(lines) <= _MOST_SPELLINGS else ():
        alike.setdefault("".join(filter(str.isalnum, text.casefold())), []).append(text)
    for texts in alike.values():
        if len(texts) > 1:
            shown = ", ".join(f"{text!r} (line {lines[text]})" for text in texts)
            yield f"{what} is spelled in several ways: {shown}"


def _lines(lines: Sequence[int]) -> str:
    word = "line" if len(lines) == 1 else "lines"
    more = f" and {len(lines) - _FEW} more" if len(lines) > _FEW else ""
    return f"{word} {', '.join(map(str, lines[:_FEW]))}{more}"
