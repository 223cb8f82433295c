"""Where a text goes to, as far as its form depends on that."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Medium:
    """What a renderer may know of its channel.

    `width` is in terminal columns, None where lines may be of any length (a file, a pipe). `color` allows ANSI colours,
    `blocks` the characters of Unicode that bars are drawn of. `raw` leaves the text of CSV cells as it is, for machines
    that never show it to a person.
    """

    width: int | None = None
    color: bool = False
    blocks: bool = True
    raw: bool = False
