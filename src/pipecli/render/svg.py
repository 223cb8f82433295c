"""Shapes of SVG that fill the width of what they stand in: across in shares of that width, down in pixels.

So a chart is as wide as the page lets it be, and its words keep their size. Curves, whose points SVG takes in no
shares, are drawn in a box of 1,000 by 1,000 that is stretched; their lines keep their width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.render.markup import element

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipecli.render.markup import Markup

_BOX = 1000
_LEAST = 0.002
"""The share of the width below which a bar would not be seen."""

Point = tuple[float, float]
"""Across and up, each as a share from 0 to 1."""


def image(title: str, told: str, key: str, height: int, body: str) -> Markup:
    """Return a whole image with its name and its description, which a screen reader reads instead; `key` is its id."""
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", told, id=f"{key}-desc"),
        body,
        role="img",
        aria_labelledby=f"{key}-title",
        aria_describedby=f"{key}-desc",
        width="100%",
        height=height,
    )


def bar(start: float, end: float, top: float, height: float, kind: str) -> Markup:
    """Return a bar between two shares of the width."""
    start, end = sorted((held(start), held(end)))
    width = max(end - start, _LEAST)
    return element(
        "rect",
        x=across(min(start, 1 - width)),
        y=number(top),
        width=across(width),
        height=number(height),
        rx=number(min(height / 2, 3)),
        class_=kind,
    )


def line(start: float, end: float, top: float, bottom: float, kind: str) -> Markup:
    """Return a straight line."""
    return element("line", x1=across(start), x2=across(end), y1=number(top), y2=number(bottom), class_=kind)


def dot(at: float, top: float, radius: float, kind: str, told: str = "") -> Markup:
    """Return a dot; `told` is shown where a pointer rests on it."""
    about = [element("title", told)] if told else []
    return element("circle", *about, cx=across(at), cy=number(top), r=number(radius), class_=kind)


def words(text: str, at: float, top: float, kind: str = "", anchor: str = "start") -> Markup:
    """Return a text on a line; `anchor` says which of its ends is `at` the share of the width."""
    return element("text", text, x=across(at), y=number(top), text_anchor=anchor, class_=kind or None)


def plot(top: float, height: float, *curves: str) -> Markup:
    """Return a box in which curves are drawn."""
    return element(
        "svg",
        *curves,
        y=number(top),
        width="100%",
        height=number(height),
        viewBox=f"0 0 {_BOX} {_BOX}",
        preserveAspectRatio="none",
        overflow="visible",
    )


def curve(points: Sequence[Point], kind: str) -> Markup:
    """Return a line through points."""
    return element("path", d=_path(points), class_=kind)


def area(above: Sequence[Point], below: Iterable[Point], kind: str) -> Markup:
    """Return what lies between two lines."""
    return element("path", d=f"{_path([*above, *reversed([*below])])}Z", class_=kind)


def stepped(points: Sequence[Point]) -> list[Point]:
    """Return the points of a line that keeps its height until the next point."""
    found: list[Point] = []
    for x, y in points:
        if found and found[-1][1] != y:
            found.append((x, found[-1][1]))
        found.append((x, y))
    return found


def across(share: float) -> str:
    """Return a place as a share of the width."""
    return f"{number(held(share) * 100)}%"


def number(value: float) -> str:
    """Return a number with two places at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def held(share: float) -> float:
    """Return the share, or the nearest end where it lies outside of 0 to 1."""
    return min(max(share, 0.0), 1.0)


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{number(held(x) * _BOX)} {number((1 - held(y)) * _BOX)}" for x, y in points)
