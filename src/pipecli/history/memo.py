"""What was found out of late: for texts that come again and again, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

K = TypeVar("K", str, bytes)
V = TypeVar("V")

_BESIDES = 200
"""So many bytes an entry takes besides its text, about."""


class Memo(dict[K, V]):
    """What `judge` says of each text that is looked up, kept for the texts of late.

    `judge` looks at nothing but the text. There are two generations: when the younger one takes more bytes than
    `room` it becomes the older one, and what is asked for again moves back.
    """

    def __init__(self, judge: Callable[[K], V], room: int) -> None:
        super().__init__()
        self._judge: Callable[[K], V] = judge
        self._room, self._taken = room, 0
        self._older: dict[K, V] = {}

    def __missing__(self, text: K) -> V:
        """Return what is known of a text from before, else judge it."""
        found = self._older[text] if text in self._older else self._judge(text)
        self._taken += len(text) + _BESIDES
        if self._taken > self._room:
            self._older = self.copy()
            self.clear()
            self._taken = len(text) + _BESIDES
        self[text] = found
        return found
