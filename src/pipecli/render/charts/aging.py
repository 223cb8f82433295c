"""How long each open deal has been in its stage: a dot a deal, the larger the more it is worth."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from pipecli.core.table import Type
from pipecli.render import svg
from pipecli.render.charts.chart import Chart, Panel
from pipecli.render.charts.reading import grouped, rows, short, ticks
from pipecli.render.charts.strips import Strip, drawn, height, scale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pipecli.core.table import Table
    from pipecli.render.charts.reading import Row
    from pipecli.render.markup import Markup

_ROOM = 40
_SMALL, _LARGE = 3.0, 10.0
_MOST = 150
"""Dots of one stage: more of them would be one blot, and a heavy page."""
_OFFSETS = (0, 7, -7, 12, -12, 3, -4, 9, -9)
"""Where dots stand beside the middle, one after the other, so that few of them hide others."""
_LEGEND = (
    ("dot", "within the target"),
    ("dot late", "past the stage's target"),
    ("dot over", "past its p90"),
    ("rule", "target"),
    ("rule far", "p90"),
)


def aging(table: Table) -> Chart | None:
    """Return a strip a stage, a panel a pipeline, on a scale of days; sizes compare within one currency."""
    found = [row for row in rows(table) if (age := row.number("age")) is not None and age >= 0]
    if not found:
        return None
    most = {name: max((row.number("value") or 0 for row in own), default=0) for name, own in _by_currency(found)}
    panels = tuple(_panel(name or table.title, own, most) for name, own in grouped(found, "pipeline").items())
    several = len([one for one in most.values() if one > 0]) > 1
    size = "the larger a dot, the more the deal is worth" + (", among those of its currency" if several else "")
    return Chart("Age of each open deal", panels, _LEGEND, size if any(most.values()) else "")


def _by_currency(found: Iterable[Row]) -> Iterable[tuple[str, list[Row]]]:
    return grouped(found, "currency").items()


def _panel(title: str, found: Sequence[Row], most: Mapping[str, float]) -> Panel:
    longest = max(row.number(name) or 0 for row in found for name in ("age", "p90", "target"))
    days = ticks(longest)
    unit = "bd" if found[0].types.get("age") is Type.BUSINESS_DAYS else "d"
    stages = grouped(found, "stage")
    strips = [Strip(name, _figure(own), _marks(own, days[-1], most)) for name, own in stages.items()]
    told = "; ".join(f"{name}: {_told(own)}" for name, own in stages.items())
    axis = scale(days, lambda one: f"{short(one)} {unit}")
    return Panel(title, told, height(strips, _ROOM, axis=True), drawn(strips, _ROOM, axis))


def _figure(own: Sequence[Row]) -> str:
    return f"{_deals(len(own))} · {sum(_late(row) == 'over' for row in own):,} past p90"


def _told(own: Sequence[Row]) -> str:
    oldest = max(own, key=lambda row: row.number("age") or 0)
    late = sum(_late(row) != "" for row in own)
    hidden = f", of which the {_MOST} oldest are drawn" if len(own) > _MOST else ""
    return f"{_deals(len(own))}{hidden}, {late:,} past target or p90, the oldest {oldest.text('age')}"


def _deals(number: int) -> str:
    return f"{number:,} deal{'' if number == 1 else 's'}"


def _late(row: Row) -> str:
    """Return `over` for a deal past the stage's p90, `late` for one past its target."""
    age, p90, target = row.number("age") or 0, row.number("p90"), row.number("target")
    if p90 is not None and age > p90:
        return "over"
    return "late" if target is not None and age > target else ""


def _marks(own: Sequence[Row], longest: float, most: Mapping[str, float]) -> Callable[[float], Sequence[Markup]]:
    oldest = sorted(own, key=lambda row: -(row.number("age") or 0))[:_MOST]
    limits = [
        (limit / longest, kind)
        for name, kind in (("target", "rule"), ("p90", "rule far"))
        if (limit := next((one for row in own if (one := row.number(name)) is not None), None)) is not None
    ]

    def marks(top: float) -> list[Markup]:
        middle = top + _ROOM / 2
        found = [svg.line(0, 1, middle, middle, "base")]
        found += [svg.line(at, at, top, top + _ROOM, kind) for at, kind in limits]
        dots = [
            svg.dot(
                (row.number("age") or 0) / longest,
                middle + _OFFSETS[place % len(_OFFSETS)],
                _radius(row, most),
                f"dot {_late(row)}".strip(),
                ", ".join(text for text in (row.text("deal"), row.text("age"), row.money("value")) if text),
            )
            for place, row in enumerate(oldest)
        ]
        return [*found, *dots]

    return marks


def _radius(row: Row, most: Mapping[str, float]) -> float:
    highest = most.get(row.text("currency"), 0)
    return _SMALL + (_LARGE - _SMALL) * sqrt(max(row.number("value") or 0, 0) / highest) if highest > 0 else _SMALL + 1
