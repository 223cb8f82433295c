"""What is open in each stage, by value, or by number where nothing has a value."""

from __future__ import annotations

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

_ROOM = 12
_CLOSED = ("won", "lost")


def pipeline(table: Table) -> Chart | None:
    """Return a bar a stage, a panel a currency; the darker part of a bar is the weighted value."""
    found = [row for row in rows(table) if row.text("kind") not in _CLOSED and row.number("deals")]
    by = "value" if any((row.number("value") or 0) > 0 for row in found) else "deals"
    panels = [_panel(name, own, by) for name, own in grouped(found, "currency").items()]
    drawn_ones = tuple(panel for panel in panels if panel)
    if not drawn_ones:
        return None
    if by == "deals":
        return Chart("Open deals by stage", drawn_ones)
    return Chart("Open value by stage", drawn_ones, (("bar", "value"), ("bar done", "weighted by probability")))


def _panel(currency: str, found: Sequence[Row], by: str) -> Panel | None:
    most = max((row.number(by) or 0 for row in found), default=0)
    if most <= 0:
        return None
    strips = [Strip(row.text("stage"), _figure(row, by), _marks(row, by, most), row.text("kind")) for row in found]
    told = "; ".join(
        f"{row.text('stage')}: {_deals(row)}, {row.money('value') or 'no value'}"
        + (f", weighted {row.money('weighted')}" if row.number("weighted") is not None else "")
        for row in found
    )
    return Panel(currency, told, height(strips, _ROOM, axis=False), drawn(strips, _ROOM))


def _figure(row: Row, by: str) -> str:
    if by == "deals" or row.number("value") is None:
        return _deals(row)
    return f"{_deals(row)} · {row.text('value')}"


def _deals(row: Row) -> str:
    return f"{row.text('deals')} deal{'' if row.number('deals') == 1 else 's'}"


def _marks(row: Row, by: str, most: float) -> Callable[[float], Sequence[Markup]]:
    weighted = row.number("weighted") if by == "value" else None
    bars = [(most, "track"), (row.number(by) or 0, "bar"), (weighted or 0, "bar done")]
    return lambda top: [svg.bar(0, size / most, top, _ROOM, kind) for size, kind in bars if size > 0]
