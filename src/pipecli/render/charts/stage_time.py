"""How long deals stay in each stage: the median with its interval, and how long the slow ones take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.table import Type
from pipecli.render import svg
from pipecli.render.charts.chart import Chart, Panel
from pipecli.render.charts.reading import rows, short, ticks
from pipecli.render.charts.strips import Strip, drawn, height, scale

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipecli.core.table import Table
    from pipecli.render.charts.reading import Row
    from pipecli.render.markup import Markup

_ROOM = 14
_QUANTILES = ("p50", "p75", "p90")
_LEGEND = (
    ("dot", "median"),
    ("interval", "its 95% interval"),
    ("rule", "p75"),
    ("rule far", "p90"),
    ("open-ended", "not reached yet"),
)


def stage_time(table: Table) -> Chart | None:
    """Return a strip for each stage in which the clock runs, on one scale of days."""
    found = [row for row in rows(table) if any(row.text(name) for name in _QUANTILES)]
    longest = max((row.number(name) or 0 for row in found for name in (*_QUANTILES, "p50_high")), default=0)
    if longest <= 0:
        return None
    days = ticks(longest)
    unit = "bd" if any(row.types.get("p50") is Type.BUSINESS_DAYS for row in found) else "d"
    strips = [Strip(row.text("stage"), _figure(row), _marks(row, days[-1]), row.text("kind")) for row in found]
    told = "; ".join(f"{row.text('stage')}: {_told(row)}" for row in found)
    axis = scale(days, lambda one: f"{short(one)} {unit}")
    panel = Panel(table.title, told, height(strips, _ROOM, axis=True), drawn(strips, _ROOM, axis))
    return Chart("How long deals stay", (panel,), _LEGEND)


def _figure(row: Row) -> str:
    median = row.text("p50")
    return f"median {median}" if row.number("p50") is not None else median


def _told(row: Row) -> str:
    band = f" ({row.text('p50_low')} to {row.text('p50_high')})" if row.text("p50_low") else ""
    return f"median {row.text('p50') or 'none'}{band}, p75 {row.text('p75') or 'none'}, p90 {row.text('p90') or 'none'}"


def _marks(row: Row, longest: float) -> Callable[[float], Sequence[Markup]]:
    p50, p75, p90, low, high = (_share(row, name, longest) for name in (*_QUANTILES, "p50_low", "p50_high"))
    last = max((one for one in (p50, p75, p90) if one is not None), default=None)

    def marks(top: float) -> list[Markup]:
        middle = top + _ROOM / 2
        found = [svg.bar(0, 1, middle - 2, 4, "track")]
        if p50 is not None and last is not None and last > p50:
            found.append(svg.line(p50, last, middle, middle, "reach"))
        if last is not None and p90 is None:
            found.append(svg.line(last, 1, middle, middle, "open-ended"))
        if low is not None and (high is not None or p50 is not None):
            found.append(svg.bar(low, 1 if high is None else high, middle - 4, 8, "interval"))
        rules = ((p75, "rule"), (p90, "rule far"))
        found += [svg.line(at, at, top, top + _ROOM, kind) for at, kind in rules if at is not None]
        return found if p50 is None else [*found, svg.dot(p50, middle, 5, "dot")]

    return marks


def _share(row: Row, name: str, longest: float) -> float | None:
    number = row.number(name)
    return None if number is None else number / longest
