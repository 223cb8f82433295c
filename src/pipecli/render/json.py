"""Tables as versioned JSON; the shape is promised, and the same for one table and for several.

    {"version": 1, "tables": [{"table", "title", "facts", "columns", "rows", "notes"}]}

A row is an object by column name. Amounts and other decimals are strings, since numbers of JSON may be read as binary
floats; counts and shares are numbers; durations are numbers of the column's unit: days, business days or seconds.
Moments are ISO 8601 with offset. A figure that is withheld is null, as is one that does not exist; the row's member
`withheld` then says why, by column.
Everything beyond ASCII is escaped, so that no control character reaches a terminal.
"""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Figure, Type, Withheld
from pipecli.render.cell import currency_in, exact, for_machines, units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipecli.core.table import Cell, Column, Table
    from pipecli.render.medium import Medium

VERSION = 1

UNITS = (Type.DAYS, Type.BUSINESS_DAYS, Type.SECONDS)
"""The types of durations, each named like its unit."""
_Value = str | int | float | bool | None


def text(tables: Sequence[Table], _medium: Medium) -> str:
    """Return one JSON document."""
    document = {"version": VERSION, "tables": [_table(table) for table in tables]}
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _table(table: Table) -> Mapping[str, object]:
    return {
        "table": table.name,
        "title": table.title,
        "facts": {name.replace(" ", "_"): _fact(name, value) for name, value in table.facts},
        "columns": [_column(column) for column in for_machines(table)],
        "rows": [_row(table, row) for row in table.rows],
        "notes": list(table.notes),
    }


def _fact(name: str, value: str) -> str | int:
    """Return the sample size as a number, and what else is a fact as its text."""
    return int(value) if name == "n" and value.isdecimal() else value


def _column(column: Column) -> Mapping[str, str]:
    described = {"name": column.name, "heading": column.heading, "type": str(column.type)}
    return {**described, "unit": str(column.type)} if column.type in UNITS else described


def _row(table: Table, row: Sequence[Cell]) -> Mapping[str, object]:
    kept = [(column, cell) for column, cell in zip(table.columns, row, strict=True) if not column.person]
    currency = currency_in(table, row)
    values: dict[str, object] = {column.name: _value(cell, column.type, currency) for column, cell in kept}
    withheld = {column.name: str(cell) for column, cell in kept if isinstance(cell, Withheld)}
    return {**values, "withheld": withheld} if withheld else values


def _value(cell: Cell, kind: Type, currency: str) -> _Value:
    match cell:
        case Figure():
            return _value(*cell)
        case bool() | int():
            return cell
        case timedelta():
            number = units(cell, kind)
            return number.numerator if number.denominator == 1 else float(number)
        case Fraction() if kind is not Type.MONEY:
            return float(cell)
        case Decimal() if kind is Type.SHARE:
            return float(cell)
        case _:
            return exact(cell, kind, currency)
