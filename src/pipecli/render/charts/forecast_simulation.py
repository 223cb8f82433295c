"""What may be won in each month: the middle of the simulated futures, and where four of five of them lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.render import svg
from pipecli.render.charts.chart import Chart, Panel
from pipecli.render.charts.reading import grouped, rows, short, ticks
from pipecli.render.markup import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.table import Table
    from pipecli.render.charts.reading import Row
    from pipecli.render.markup import Markup
    from pipecli.render.svg import Point

_TOP, _HEIGHT, _BELOW = 14, 190, 22
_LABELS = 5
"""Names of months that stand beside one another on a telephone."""


def forecast_simulation(table: Table) -> Chart | None:
    """Return a fan, a panel a currency; a month without a middle is left out."""
    found = [row for row in rows(table) if row.number("p50") is not None]
    panels = tuple(panel for name, own in grouped(found, "currency").items() if (panel := _panel(name, own)))
    return Chart("Won value by month", panels, (("curve", "p50"), ("band", "p10 to p90"))) if panels else None


def _panel(currency: str, found: Sequence[Row]) -> Panel | None:
    highest = max(row.number(name) or 0 for row in found for name in ("p10", "p50", "p90"))
    if highest <= 0:
        return None
    levels = ticks(highest, 4)
    told = "; ".join(
        f"{row.text('month')}: {row.text('p50')}, from {row.text('p10') or 'unknown'} to {row.text('p90') or 'unknown'}"
        for row in found
    )
    body = joined([*_grid(levels), *_fan(found, levels[-1]), *_heights(levels), *_months(found)])
    return Panel(currency, told, _TOP + _HEIGHT + _BELOW, body)


def _at(place: int, number: int) -> float:
    """Return where the middle of a month stands."""
    return (place + 0.5) / number


def _fan(found: Sequence[Row], highest: float) -> list[Markup]:
    p10, p50, p90 = (_points(found, name, highest) for name in ("p10", "p50", "p90"))
    band = [svg.area(p90, p10, "band")] if len(p10) > 1 and len(p90) > 1 else []
    tops = dict(p90)
    whiskers = [svg.line(at, at, _level(low), _level(tops[at]), "whisker") for at, low in p10 if at in tops]
    dots = [svg.dot(at, _level(share), 4, "dot") for at, share in p50]
    return [svg.plot(_TOP, _HEIGHT, *band, svg.curve(p50, "curve")), *whiskers, *dots]


def _points(found: Sequence[Row], name: str, highest: float) -> list[Point]:
    return [
        (_at(place, len(found)), value / highest)
        for place, row in enumerate(found)
        if (value := row.number(name)) is not None
    ]


def _grid(levels: Sequence[float]) -> list[Markup]:
    return [svg.line(0, 1, _level(one / levels[-1]), _level(one / levels[-1]), "grid") for one in levels]


def _heights(levels: Sequence[float]) -> list[Markup]:
    return [svg.words(short(one), 0, _level(one / levels[-1]) - 4, "tick") for one in levels[1:]]


def _months(found: Sequence[Row]) -> list[Markup]:
    every = -(-len(found) // _LABELS)
    return [
        svg.words(row.text("month")[:7], _at(place, len(found)), _TOP + _HEIGHT + 16, "tick", "middle")
        for place, row in enumerate(found)
        if place % every == 0
    ]


def _level(share: float) -> float:
    return _TOP + _HEIGHT * (1 - svg.held(share))
