"""The configured probability of each stage beside the one that its deals showed."""

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

_ROOM = 14
_AXIS = [(0.0, "0%"), (0.25, "25%"), (0.5, "50%"), (0.75, "75%"), (1.0, "100%")]
_LEGEND = (
    ("hollow", "configured"),
    ("dot", "measured"),
    ("interval", "its 95% interval"),
    ("dot differs", "measured, and different"),
)


def calibration(table: Table) -> Chart | None:
    """Return a strip a stage that has a probability, a panel a pipeline."""
    found = [row for row in rows(table) if row.number("configured") is not None or row.number("measured") is not None]
    panels = tuple(_panel(name or table.title, own) for name, own in grouped(found, "pipeline").items())
    return Chart("Configured and measured probability", panels, _LEGEND) if panels else None


def _panel(title: str, found: Sequence[Row]) -> Panel:
    strips = [Strip(row.text("stage"), _figure(row), _marks(row)) for row in found]
    told = "; ".join(f"{row.text('stage')}: {_told(row)}" for row in found)
    return Panel(title, told, height(strips, _ROOM, axis=True), drawn(strips, _ROOM, _AXIS))


def _figure(row: Row) -> str:
    n = f" (n {row.text('n')})" if row.text("n") else ""
    return f"{row.text('configured') or 'none'} → {row.text('measured') or 'none'}{n}"


def _told(row: Row) -> str:
    band = f", between {row.text('low')} and {row.text('high')}" if row.text("low") else ""
    n = f", of {row.text('n')} deals" if row.text("n") else ""
    differs = ": it differs" if row.is_true("differs") else ""
    return f"configured {row.text('configured') or 'none'}, measured {row.text('measured') or 'none'}{band}{n}{differs}"


def _marks(row: Row) -> Callable[[float], Sequence[Markup]]:
    configured, measured, low, high = (row.number(name) for name in ("configured", "measured", "low", "high"))
    differs = " differs" if row.is_true("differs") else ""

    def marks(top: float) -> list[Markup]:
        middle = top + _ROOM / 2
        found = [svg.bar(0, 1, middle - 2, 4, "track")]
        if low is not None and high is not None:
            found.append(svg.bar(low, high, middle - 4, 8, f"interval{differs}"))
        if measured is not None:
            found.append(svg.dot(measured, middle, 5, f"dot{differs}"))
        return found if configured is None else [*found, svg.dot(configured, middle, 5, "hollow")]

    return marks
