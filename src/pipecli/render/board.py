"""Lanes beside each other on a terminal, in as many bands as its width needs."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from pipecli.render.safe import terminal
from pipecli.render.width import clipped, folded, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipecli.core.lane import Lane

LEAST = 100
"""On a narrower terminal lanes are no help: tables below each other show more."""
_NARROWEST = 22
_WIDEST = 40
_GAP = 3


def text(lanes: Sequence[Lane], width: int, notes: Iterable[str] = ()) -> str:
    """Return the lanes as text no wider than `width`; the bands have the same number of lanes, as far as that goes."""
    fitting = max(1, (width + _GAP) // (_NARROWEST + _GAP))
    bands = -(-len(lanes) // fitting)
    several = -(-len(lanes) // bands) if bands else 1
    column = min(_WIDEST, (width - _GAP * (several - 1)) // several)
    lines = [line for at in range(0, len(lanes), several) for line in (*_band(lanes[at : at + several], column), "")]
    return "\n".join([*lines, *(f"note: {terminal(note)}" for note in notes)]).rstrip("\n") + "\n"


def _band(lanes: Sequence[Lane], width: int) -> Iterator[str]:
    heads = list(zip_longest(*(list(_head(lane, width)) for lane in lanes), fillvalue=""))
    for row in (*heads, ["-" * width] * len(lanes)):
        yield _joined(row, width)
    for row in zip_longest(*(list(_cards(lane, width)) for lane in lanes), fillvalue=""):
        yield _joined(row, width)


def _head(lane: Lane, width: int) -> Iterator[str]:
    yield clipped(terminal(lane.title), width)
    for fact in lane.facts:
        yield from folded(terminal(fact), width)


def _cards(lane: Lane, width: int) -> Iterator[str]:
    for at, (title, about) in enumerate(lane.cards):
        yield from [""] * bool(at)
        yield clipped(terminal(title), width)
        yield clipped(f"  {terminal(about)}", width)
    if lane.more:
        yield from ["", f"… and {lane.more:,} more"]


def _joined(cells: Sequence[str], width: int) -> str:
    return (" " * _GAP).join(cell + " " * (width - width_of(cell)) for cell in cells).rstrip()
