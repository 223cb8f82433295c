"""Charts of one strip a row: a name and a figure above, marks below, one scale for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.render import svg
from pipecli.render.markup import joined
from pipecli.render.width import clipped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipecli.render.markup import Markup

_NAME = 15
"""How far below a strip's top its words stand."""
_MARKS = 22
"""How far below it the room for marks begins."""
_GAP = 12
_AXIS = 20
_LONGEST = 26
"""Columns of a name: it leaves room for the figure on a telephone."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One row: its name, its figure in words, and its marks, which start at the top of a room of a strip's height."""

    name: str
    figure: str
    marks: Callable[[float], Sequence[Markup]]
    kind: str = ""


def height(strips: Sequence[Strip], room: int, *, axis: bool) -> int:
    """Return how many pixels the strips need, each with so much room for its marks."""
    return len(strips) * (_MARKS + room + _GAP) + (_AXIS if axis else 0)


def drawn(strips: Sequence[Strip], room: int, axis: Sequence[tuple[float, str]] = ()) -> Markup:
    """Return the strips below one another, and the scale: places as shares of the width, and what stands there."""
    end = height(strips, room, axis=False)
    lines = [svg.line(at, at, _MARKS - 2, end - _GAP + 2, "grid") for at, _ in axis]
    labels = [svg.words(text, at, end + 6, "tick", _anchor(at)) for at, text in axis]
    return joined([*lines, *(one for place, strip in enumerate(strips) for one in _strip(strip, place, room)), *labels])


def scale(numbers: Sequence[float], unit: Callable[[float], str]) -> list[tuple[float, str]]:
    """Return the places of round numbers on a scale that ends with the last of them."""
    return [(one / numbers[-1], unit(one)) for one in numbers]


def _strip(strip: Strip, place: int, room: int) -> list[Markup]:
    top = place * (_MARKS + room + _GAP)
    return [
        svg.words(clipped(strip.name, _LONGEST), 0, top + _NAME, f"name {strip.kind}".strip()),
        svg.words(strip.figure, 1, top + _NAME, "figure", "end"),
        *strip.marks(top + _MARKS),
    ]


def _anchor(at: float) -> str:
    return "start" if at <= 0 else "end" if at >= 1 else "middle"
