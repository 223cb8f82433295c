"""A chart in a page: what it shows, its images, which of them screen readers read the words, and its legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.render import svg
from pipecli.render.markup import NOTHING, element, isolated

if TYPE_CHECKING:
    from pipecli.render.charts.chart import Chart, Panel
    from pipecli.render.markup import Markup

_NARROW = 3
"""So many panels stand side by side where there is room."""


def figure(chart: Chart, key: str) -> Markup:
    """Return the chart; `key` begins the ids of its images."""
    several = len(chart.panels) > 1
    panels = [_panel(panel, chart, f"{key}-{place}", several=several) for place, panel in enumerate(chart.panels, 1)]
    kind = "panels small" if len(chart.panels) >= _NARROW else "panels"
    return element(
        "figure",
        element("figcaption", element("strong", chart.title), _legend(chart)),
        element("div", *panels, class_=kind),
        class_="chart",
    )


def _panel(panel: Panel, chart: Chart, key: str, *, several: bool) -> Markup:
    title = f"{chart.title}: {panel.title}" if several and panel.title else chart.title
    image = svg.image(title, f"{panel.told}.", key, panel.height, panel.body)
    heading = element("p", isolated(panel.title), class_="panel-name") if several else NOTHING
    return element("div", heading, image, class_="panel")


def _legend(chart: Chart) -> Markup:
    marks = [element("span", _swatch(kind), text, class_="mark") for kind, text in chart.legend]
    return element("span", *marks, *([element("span", chart.note)] if chart.note else []), class_="legend")


def _swatch(kind: str) -> Markup:
    """Return a small picture of a kind of mark; it says nothing that the words beside it do not."""
    first = kind.split(maxsplit=1)[0]
    if first in ("dot", "hollow"):
        mark = svg.dot(0.5, 6, 4.5, kind)
    elif first == "rule":
        mark = svg.line(0.5, 0.5, 0, 12, kind)
    elif first in ("curve", "open-ended"):
        mark = svg.line(0, 1, 6, 6, kind)
    else:
        mark = svg.bar(0, 1, 2, 8, kind)
    return element("svg", mark, width="16", height="12", aria_hidden="true")
