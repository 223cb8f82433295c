"""The columns of a list of deals: any facts, own fields among them, each in a column of its type."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.condition import FactType
from pipecli.core.pipeline import FieldKind
from pipecli.core.problem import PipeError, did_you_mean
from pipecli.core.table import Column, Table, Type
from pipecli.facts.registry import FACTS, MONEY, lookup, types

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipecli.core.condition import Fact
    from pipecli.core.record import Deal
    from pipecli.core.table import Cell
    from pipecli.facts.derived import Context

USUAL: Mapping[str, int] = {
    "id": 1, "title": 2, "pipeline": 6, "stage": 1, "stage_age": 3, "value": 1, "currency": 1, "owner": 4,
    "expected_close": 5,
}  # fmt: skip
"""The columns unless told, and which of them give way where there is little room: the highest first."""

_HEADING: Mapping[str, str] = {"id": "Deal", "stage_age": "In stage", "expected_close": "Close", "closed_on": "Closed"}
_TYPE: Mapping[FactType, Type] = {
    FactType.TEXT: Type.TEXT,
    FactType.LIST: Type.TEXT,
    FactType.NUMBER: Type.NUMBER,
    FactType.SHARE: Type.SHARE,
    FactType.DAY: Type.DAY,
    FactType.SPAN: Type.DAYS,
    FactType.FLAG: Type.FLAG,
}


def names(text: str) -> tuple[str, ...]:
    """Return the facts in a text like `id, title, fields.seats`, each once."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def refuse_unknown(wanted: Iterable[str], context: Context, source: str) -> None:
    """Raise `PipeError` with the nearest name for a fact that there is not; `source` says who names it."""
    known = types(*context.workspace.pipelines.values())
    for name in wanted:
        if name not in known:
            hint = f"{did_you_mean(name, known)} ('pipe list --columns help' tells all)"
            raise PipeError(f"{source}: there is no fact {name!r}", hint=hint)


def columns(wanted: Sequence[str], context: Context) -> tuple[Column, ...]:
    """Return a column for each fact; amounts get the column of their currency behind them, unless it is named."""
    money = [name for name in wanted if name in MONEY]
    shown = list(wanted)
    if money and "currency" not in shown:
        shown.insert(shown.index(money[-1]) + 1, "currency")
    asked = tuple(wanted) != tuple(USUAL)
    return tuple(
        Column(
            name,
            "" if name == "currency" and {*shown[max(at - 1, 0) : at]} & MONEY else heading(name),
            Type.MONEY if name in MONEY else _own_type(name, context) or _TYPE[types()[name]],
            max(at, 1) if asked else USUAL[name],
            whole=name == "id",
        )
        for at, name in enumerate(shown)
    )


def row(deal: Deal, shown: Sequence[Column], context: Context) -> tuple[Cell, ...]:
    """Return the deal's cells for the columns."""
    find = lookup(deal, context)
    return tuple(_cell(find(column.name), column.type) for column in shown)


def known_facts(context: Context) -> Table:
    """Return a table of every fact that a column, a sort key or a condition may name."""
    kinds = types(*context.workspace.pipelines.values())
    rows = tuple((n, str(kind), FACTS[n].says if n in FACTS else "a field of your own") for n, kind in kinds.items())
    shown = (Column("name", "Name"), Column("type", "Type"), Column("about", "What it is", wraps=True))
    return Table("Facts of a deal", shown, rows, name="facts")


def heading(name: str) -> str:
    """Return what a fact's column is headed by."""
    return _HEADING.get(name) or name.removeprefix("fields.").replace("_", " ").capitalize()


def worded(value: Fact, kind: FactType) -> str:
    """Return a fact as text for people; nothing for one that is not set."""
    if isinstance(value, bool):
        return str(value).lower()  # as it is written in the file
    if isinstance(value, timedelta):
        return f"{value.days} days"
    if isinstance(value, Decimal) and kind is FactType.SHARE:
        return f"{(value * 100).normalize():f}%"
    return "" if value is None else str(_cell(value))


def _own_type(name: str, context: Context) -> Type | None:
    """Return the type of a workspace's own field, None for another fact; text where pipelines disagree about it."""
    if not name.startswith("fields."):
        return None
    pipelines = context.workspace.pipelines.values()
    declared = {own.type for pipeline in pipelines if (own := pipeline.fields.get(name.removeprefix("fields.")))}
    if declared == {FieldKind.INTEGER}:
        return Type.INTEGER
    found = {_TYPE[types(pipeline)[name]] for pipeline in pipelines if name in types(pipeline)}
    return found.pop() if len(found) == 1 else Type.TEXT


def _cell(value: Fact, kind: Type | None = None) -> Cell:
    if isinstance(value, tuple):
        return ", ".join(value)
    if kind is Type.INTEGER and isinstance(value, Decimal) and value == int(value):
        return int(value)
    if kind is Type.TEXT and value is not None and not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value
