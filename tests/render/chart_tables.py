"""Tables as reports make them, from which charts are drawn; figures are made up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Column, Table, Type, Withheld

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.table import Cell

_TYPES = {
    "pipeline": Type.TEXT, "stage": Type.TEXT, "kind": Type.TEXT, "deal": Type.TEXT, "step": Type.TEXT,
    "month": Type.TEXT, "currency": Type.TEXT, "differs": Type.FLAG, "age": Type.DAYS, "target": Type.DAYS,
    "share": Type.SHARE, "configured": Type.SHARE, "measured": Type.SHARE, "low": Type.SHARE, "high": Type.SHARE,
    "next_rate": Type.SHARE, "won_rate": Type.SHARE, "still_there": Type.SHARE, "still_there_low": Type.SHARE,
    "still_there_high": Type.SHARE, "value": Type.MONEY, "weighted": Type.MONEY, "mean_age": Type.DAYS,
}  # fmt: skip
_DAYS = {"stage-time": ("p50", "p50_low", "p50_high", "p75", "p90"), "aging": ("p90",)}
_MONEY = {"forecast-simulation": ("p10", "p50", "p90")}
_FEW = Withheld("n < 5")
_FAR = Withheld("not reached")


def table(name: str, names: str, *rows: Sequence[Cell | float]) -> Table:
    """Return a table with the columns that a text names; days are given as numbers."""
    columns = tuple(Column(one, one.replace("_", " "), _type(name, one)) for one in names.split())
    made = tuple(tuple(_made(cell, column.type) for cell, column in zip(row, columns, strict=True)) for row in rows)
    return Table(name.replace("-", " ").capitalize(), columns, made, name=name)


def _type(name: str, column: str) -> Type:
    if column in _DAYS.get(name, ()):
        return Type.DAYS
    return Type.MONEY if column in _MONEY.get(name, ()) else _TYPES.get(column, Type.INTEGER)


def _made(cell: Cell | float, kind: Type) -> Cell:
    if kind is Type.DAYS and isinstance(cell, int | float):
        return timedelta(days=cell)
    if kind is Type.MONEY and isinstance(cell, int):
        return Decimal(cell)
    return Decimal(str(cell)) if isinstance(cell, float) else cell


PIPELINE = table(
    "pipeline", "pipeline stage kind deals currency value weighted mean_age",
    ("sales", "lead", "open", 3, "EUR", 3000, 300, 10.0),
    ("sales", "proposal", "open", 1, "EUR", None, None, None),
    ("sales", "proposal", "open", 2, "USD", 500, Withheld("no probability"), 2.0),
    ("sales", "won", "won", 9, "EUR", 90_000, 90_000, None),
)  # fmt: skip
FUNNEL = table(
    "funnel", "pipeline stage kind entered reached next next_rate won won_rate",
    ("sales", "lead", "open", 8, 10, 6, Fraction(6, 10), 2, Fraction(2, 10)),
    ("sales", "proposal", "open", 4, 4, 2, _FEW, 2, _FEW),
    ("sales", "won", "won", 2, 2, None, None, None, None),
)  # fmt: skip
STAGE_TIME = table(
    "stage-time", "pipeline stage kind entries p50 p50_low p50_high p75 p90",
    ("sales", "lead", "open", 30, 5.0, 4.0, 6.0, 9.0, 80.0),
    ("sales", "proposal", "open", 20, 16.0, 14.0, 20.0, 45.0, _FAR),
    ("sales", "talks", "open", 9, _FAR, 30.0, _FAR, _FAR, _FAR),
    ("sales", "rest", "on_hold", 2, _FEW, _FEW, _FEW, _FEW, _FEW),
    ("sales", "won", "won", 2, None, None, None, None, None),
)  # fmt: skip
SURVIVAL = table(
    "survival", "pipeline stage age still_there still_there_low still_there_high",
    ("sales", "lead", 1.0, 0.9, 0.8, 0.95),
    ("sales", "lead", 5.0, 0.5, 0.4, 0.6),
    ("sales", "lead", 30.0, 0.2, None, None),
    ("sales", "talks", 12.0, 0.75, None, None),
)  # fmt: skip
WATERFALL = table(
    "waterfall", "step deals value currency",
    ("opening", 11, 59_700, "EUR"),
    ("created", 2, 12_000, "EUR"),
    ("reopened", 0, 0, "EUR"),
    ("decreased", 1, -600, "EUR"),
    ("won", 1, -61_000, "EUR"),
    ("closing", 12, 10_100, "EUR"),
    ("opening", 0, 0, "USD"),
    ("closing", 0, 0, "USD"),
)  # fmt: skip
FORECAST = table(
    "forecast-simulation", "month currency p10 p50 p90",
    ("2026-12", "EUR", 20_000, 80_000, 160_000),
    ("2027-01", "EUR", 10_000, 60_000, 130_000),
    ("2027-02", "EUR", 0, 25_000, 90_000),
    ("2027-03", "EUR", _FEW, 20_000, None),
    ("2026-12", "USD", 100, 250, 900),
    ("2027-01", "USD", _FEW, _FEW, _FEW),
)  # fmt: skip
AGING = table(
    "aging", "deal pipeline stage age target p90 value currency",
    ("acme", "sales", "lead", 3.0, 7, 40.0, 12_000, "EUR"),
    ("birch", "sales", "lead", 12.0, 7, 40.0, 5_000, "EUR"),
    ("cobalt", "sales", "lead", 55.0, 7, 40.0, None, None),
    ("dune", "sales", "proposal", 20.0, None, _FAR, 40_000, "USD"),
    ("elm", "sales", "proposal", None, None, _FAR, 40_000, "USD"),
    ("fjord", "support", "new", 0.0, None, None, None, None),
)  # fmt: skip
CALIBRATION = table(
    "calibration", "pipeline stage configured measured low high n differs",
    ("sales", "lead", 0.1, 0.15, 0.1, 0.21, 185, False),
    ("sales", "proposal", 0.5, 0.25, 0.18, 0.33, 90, True),
    ("sales", "talks", 0.75, _FEW, None, None, 3, None),
    ("sales", "rest", None, 0.4, 0.2, 0.6, 12, None),
    ("sales", "won", None, None, None, None, 0, None),
)  # fmt: skip
ALL = (PIPELINE, FUNNEL, STAGE_TIME, SURVIVAL, WATERFALL, FORECAST, AGING, CALIBRATION)
