"""A chart: what it shows, in shapes and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipecli.render.markup import Markup


@dataclass(frozen=True, slots=True)
class Panel:
    """One image of a chart: its heading, the same figures in words, its height in pixels, its shapes."""

    title: str
    told: str
    height: int
    body: Markup


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn of a table; `legend` says of each kind of mark what it stands for."""

    title: str
    panels: tuple[Panel, ...]
    legend: tuple[tuple[str, str], ...] = ()
    note: str = ""
