"""Which share of the deals is still in a stage at each age: the curve of Kaplan and Meier with its band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.table import Type
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

_TOP, _HEIGHT, _BELOW = 10, 150, 22
_SHARES = (1.0, 0.75, 0.5, 0.25, 0.0)


def survival(table: Table) -> Chart | None:
    """Return a panel a stage, each on the same scale of days."""
    found = [row for row in rows(table) if row.number("age") is not None and row.number("still_there") is not None]
    longest = max((row.number("age") or 0 for row in found), default=0)
    if longest <= 0:
        return None
    days = ticks(longest)
    panels = tuple(_panel(stage, own, days) for stage, own in grouped(found, "stage").items())
    return Chart("Share still there, by age", panels, (("curve", "still there"), ("band", "its 95% band")))


def _panel(stage: str, found: Sequence[Row], days: Sequence[float]) -> Panel:
    last = found[-1]
    median = next((row.text("age") for row in found if (row.number("still_there") or 0) <= _SHARES[2]), "")
    half = f"half had left by {median}" if median else "fewer than half had left"
    told = f"{half}; at {last.text('age')}, {last.text('still_there')} were still there"
    unit = "bd" if last.types.get("age") is Type.BUSINESS_DAYS else "d"
    body = joined([*_grid(days, unit), svg.plot(_TOP, _HEIGHT, *_curves(found, days[-1])), *_heights()])
    return Panel(stage, told, _TOP + _HEIGHT + _BELOW, body)


def _grid(days: Sequence[float], unit: str) -> list[Markup]:
    bottom = _TOP + _HEIGHT
    levels = [svg.line(0, 1, _level(share), _level(share), "grid") for share in _SHARES]
    ages = [(day / days[-1], f"{short(day)} {unit}") for day in days]
    labels = [
        svg.words(text, at, bottom + 16, "tick", "start" if at <= 0 else "end" if at >= 1 else "middle")
        for at, text in ages
    ]
    return [*levels, *labels]


def _heights() -> list[Markup]:
    return [svg.words(f"{share:.0%}", 1, _level(share) + 12, "tick", "end") for share in _SHARES[:-1:2]]


def _level(share: float) -> float:
    return _TOP + _HEIGHT * (1 - share)


def _curves(found: Sequence[Row], longest: float) -> list[Markup]:
    line, low, high = (_points(found, name, longest) for name in ("still_there", "still_there_low", "still_there_high"))
    band = [svg.area(svg.stepped(high), svg.stepped(low), "band")] if len(low) > 1 and len(high) > 1 else []
    return [*band, svg.curve(svg.stepped([(0.0, 1.0), *line]), "curve")]


def _points(found: Sequence[Row], name: str, longest: float) -> list[Point]:
    return [((row.number("age") or 0) / longest, share) for row in found if (share := row.number(name)) is not None]
