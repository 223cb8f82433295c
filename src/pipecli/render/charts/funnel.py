"""How many deals came to each stage, and which share of them went on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.render import svg
from pipecli.render.charts.chart import Chart, Panel
from pipecli.render.charts.reading import rows
from pipecli.render.charts.strips import Strip, drawn, height

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipecli.core.table import Table
    from pipecli.render.charts.reading import Row
    from pipecli.render.markup import Markup

_ROOM = 12


def funnel(table: Table) -> Chart | None:
    """Return a bar a stage for the deals that reached it, the darker part of it for those that were won."""
    found = rows(table)
    most = max((row.number("reached") or 0 for row in found), default=0)
    if not most:
        return None
    strips = [Strip(row.text("stage"), _figure(row), _marks(row, most), row.text("kind")) for row in found]
    told = "; ".join(f"{row.text('stage')}: {_told(row)}" for row in found)
    panel = Panel(table.title, told, height(strips, _ROOM, axis=False), drawn(strips, _ROOM))
    return Chart("Deals that reached each stage", (panel,), (("bar", "reached"), ("bar done", "of these, won")))


def _figure(row: Row) -> str:
    rate = row.text("next_rate")
    return f"{row.text('reached')} · {rate} on" if row.number("next_rate") is not None else row.text("reached")


def _told(row: Row) -> str:
    rates = [("went on", row.text("next_rate")), ("won", row.text("won_rate"))]
    return ", ".join(
        [f"{row.text('reached') or 'none'} reached it", *(f"{rate} {what}" for what, rate in rates if rate)]
    )


def _marks(row: Row, most: float) -> Callable[[float], Sequence[Markup]]:
    reached, won = row.number("reached") or 0, row.number("won") or 0
    reached, won = (reached, reached) if row.text("kind") == "won" else (reached, won)
    bars = [(most, "track"), (reached, "bar"), (won, "bar done")]
    return lambda top: [svg.bar(0, size / most, top, _ROOM, kind) for size, kind in bars if size > 0]
