"""What happened to the open value between two moments: from the opening, step by step, to the closing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.render import svg
from pipecli.render.charts.chart import Chart, Panel
from pipecli.render.charts.reading import grouped, rows
from pipecli.render.charts.strips import Strip, drawn, height

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipecli.core.table import Table
    from pipecli.render.charts.reading import Row
    from pipecli.render.markup import Markup

_ROOM = 10
_ENDS = ("opening", "closing")


@dataclass(frozen=True, slots=True)
class _Column:
    """One step: from which height to which, and what kind of bar it is."""

    row: Row
    start: float
    end: float
    kind: str


def waterfall(table: Table) -> Chart | None:
    """Return a bar a step that is not zero, a panel a currency; what a table divides further is not drawn."""
    found = rows(table)
    if sum(row.text("step") == _ENDS[0] for row in found) > len({row.text("currency") for row in found}):
        return None
    panels = tuple(panel for name, own in grouped(found, "currency").items() if (panel := _panel(name, own)))
    legend = (("bar", "open value"), ("bar done", "came"), ("bar up", "won"), ("bar down", "went otherwise"))
    return Chart("From opening to closing", panels, legend) if panels else None


def _panel(currency: str, found: Sequence[Row]) -> Panel | None:
    columns = _columns(found)
    if not columns:
        return None
    lowest = min(0.0, *(min(one.start, one.end) for one in columns))
    reach = max(0.0, *(max(one.start, one.end) for one in columns)) - lowest
    if reach <= 0:
        return None
    strips = [Strip(one.row.text("step"), _signed(one), _marks(one, lowest, reach)) for one in columns]
    told = "; ".join(f"{one.row.text('step')} {_signed(one)} {currency}".strip() for one in columns)
    return Panel(currency, told, height(strips, _ROOM, axis=False), drawn(strips, _ROOM))


def _columns(found: Sequence[Row]) -> list[_Column]:
    """Return the steps that are not zero; a step goes on from the level that the one before it left."""
    columns: list[_Column] = []
    level = 0.0
    for row in found:
        value = row.number("value")
        if row.text("step") in _ENDS:
            level = value or 0.0
            columns.append(_Column(row, 0.0, level, "bar"))
        elif value:
            columns.append(_Column(row, level, level + value, _kind(row.text("step"), value)))
            level += value
    return columns


def _kind(step: str, value: float) -> str:
    if step == "won":
        return "bar up"
    return "bar done" if value > 0 else "bar down"


def _signed(one: _Column) -> str:
    text = one.row.text("value")
    return f"+{text}" if one.kind != "bar" and one.end > one.start else text.replace("-", "−", 1)


def _marks(one: _Column, lowest: float, reach: float) -> Callable[[float], Sequence[Markup]]:
    start, end = ((level - lowest) / reach for level in (one.start, one.end))
    return lambda top: [svg.bar(start, end, top, _ROOM, one.kind)]
