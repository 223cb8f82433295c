"""One cell as text: rounded, grouped and with its unit for people; exact and bare for machines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.money import rounded
from pipecli.core.table import Figure, Type, Withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipecli.core.table import Cell, Column, Table

NUMERIC = frozenset({
    Type.INTEGER, Type.NUMBER, Type.MONEY, Type.SHARE, Type.DAYS, Type.BUSINESS_DAYS, Type.SECONDS, Type.FIGURE,
})  # fmt: skip
"""The types whose cells are aligned at their right."""

_UNIT = {Type.DAYS: timedelta(days=1), Type.SECONDS: timedelta(seconds=1)}
_PLACES = 6


def for_people(table: Table) -> tuple[Column, ...]:
    """Return the columns that a person is shown."""
    return tuple(column for column in table.columns if not column.machine)


def for_machines(table: Table) -> tuple[Column, ...]:
    """Return the columns that a machine is given."""
    return tuple(column for column in table.columns if not column.person)


def texts(table: Table, columns: Sequence[Column], safe: Callable[[str], str]) -> list[list[str]]:
    """Return the table's rows as text for people, each cell of which `safe` has made harmless."""
    names = [column.name for column in table.columns]
    places = [names.index(column.name) for column in columns]
    return [
        [safe(_in(column, row[place], currency_in(table, row))) for place, column in zip(places, columns, strict=True)]
        for row in told(table)
    ]


def _in(column: Column, cell: Cell, currency: str) -> str:
    return changed(cell, column.type, currency) if column.signed else shown(cell, column.type, currency)


def changed(cell: Cell, kind: Type, currency: str = "") -> str:
    """Return a change as text for people: with its sign, of a share in percent points, `=` where there is none."""
    if isinstance(cell, Figure):
        return changed(*cell)
    if cell is None or isinstance(cell, str):
        return shown(cell, kind)
    if not cell:
        return "="
    text = shown(cell, kind, currency)
    text = f"{text.removesuffix('%')} pp" if kind is Type.SHARE else text
    return text if text.startswith("-") else f"+{text}"


def told(table: Table) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows that a person is shown."""
    return table.rows if table.digest is None else table.digest


def currency_in(table: Table, row: Sequence[Cell]) -> str:
    """Return the currency of the amounts in a row: what stands in its column `currency`, if there is one."""
    pairs = zip(table.columns, row, strict=True)
    return next((str(cell or "") for column, cell in pairs if column.name == "currency"), "")


def currencies_in(table: Table) -> Sequence[str]:
    """Return the currency of the amounts in each row: see `currency_in`."""
    place = next((at for at, column in enumerate(table.columns) if column.name == "currency"), None)
    return [""] * len(table.rows) if place is None else [str(row[place] or "") for row in table.rows]


def shown(cell: Cell, kind: Type, currency: str = "") -> str:  # noqa: PLR0911 -- one line a type
    """Return the cell as text for people, not yet harmless in any channel.

    Money has the currency's places, shares are percentages and days decimals with one, or hours below one day, but
    for business days; all are rounded half to even and grouped by thousands.
    """
    match cell:
        case None:
            return ""
        case Figure():
            return shown(*cell)
        case str():
            return cell
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return cell.isoformat(sep=" ", timespec="minutes")
        case date():
            return cell.isoformat()
        case timedelta():
            return _seconds(cell) if kind is Type.SECONDS else _length(cell)
        case _:
            return _number(cell, kind, currency)


def exact(cell: Cell, kind: Type, currency: str = "") -> str | None:  # noqa: PLR0911 -- one line a type
    """Return the cell as bare text for machines; None where there is no figure, be it absent or withheld.

    Days are decimal; days and fractions have up to six places, amounts the currency's places, or more where they
    are not zeros.
    """
    match cell:
        case None | Withheld():
            return None
        case Figure():
            return exact(*cell)
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case date():
            return cell.isoformat()
        case timedelta():
            return _decimal(cell // timedelta.resolution, _UNIT.get(kind, _UNIT[Type.SECONDS]) // timedelta.resolution)
        case Fraction():
            return _amount(Decimal(plain(cell)), currency) if kind is Type.MONEY else plain(cell)
        case Decimal():
            return _amount(cell, currency) if kind is Type.MONEY else f"{cell:f}"
        case _:
            return str(cell)


def units(length: timedelta, kind: Type) -> Fraction:
    """Return a duration in seconds, or in days where the column holds days."""
    return Fraction(length // timedelta.resolution, _UNIT.get(kind, _UNIT[Type.SECONDS]) // timedelta.resolution)


def plain(number: Fraction) -> str:
    """Return the number as a decimal of up to six places, half to even, without an exponent."""
    return _decimal(number.numerator, number.denominator)


def _decimal(top: int, bottom: int) -> str:
    """Return a quotient as `plain` does, in whole numbers: ten times as quick as decimals."""
    scaled, rest = divmod(abs(top) * 10**_PLACES, bottom)
    if 2 * rest > bottom or (2 * rest == bottom and scaled % 2):
        scaled += 1
    whole, part = divmod(scaled, 10**_PLACES)
    sign = "-" if top < 0 and scaled else ""
    return f"{sign}{whole}.{part:0{_PLACES}}".rstrip("0") if part else f"{sign}{whole}"


def _length(length: timedelta) -> str:
    if timedelta() < abs(length) < _UNIT[Type.DAYS]:
        return f"{_tenths(units(length, Type.SECONDS) / 3600)} h"
    return f"{_tenths(units(length, Type.DAYS))} d"


def _amount(amount: Decimal, currency: str) -> str:
    """Return the same amount with the currency's places, or with as many more as it needs."""
    usual = rounded(amount, currency)
    return f"{usual:f}" if usual == amount else f"{amount:f}".rstrip("0")


def _seconds(length: timedelta) -> str:
    return f"{round(units(length, Type.SECONDS)):,}"


def _number(number: int | Decimal | Fraction, kind: Type, currency: str) -> str:
    if kind is Type.SHARE:
        return f"{_tenths(Fraction(number) * 100)}%"
    if kind is Type.BUSINESS_DAYS:
        return f"{_tenths(Fraction(number))} bd"
    if kind is Type.MONEY:
        return f"{rounded(number if isinstance(number, Fraction) else Decimal(number), currency):,f}"
    return f"{number:,}" if not isinstance(number, Fraction) else plain(number)


def _tenths(number: Fraction) -> str:
    return f"{Decimal(round(number * 10)).scaleb(-1):,}"
