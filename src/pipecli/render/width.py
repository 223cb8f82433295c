"""How many terminal columns a text takes, and cutting it to fit (Unicode Standard Annex 11)."""

from __future__ import annotations

from unicodedata import combining, east_asian_width


def width_of(text: str) -> int:
    """Return the number of terminal columns: two for a wide character, none for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(columns_of(character) for character in text)


def columns_of(character: str) -> int:
    """Return the number of terminal columns of one character."""
    if combining(character) or character in "\u200c\u200d\ufe0e\ufe0f":
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1


def clipped(text: str, width: int) -> str:
    """Return the text, or its beginning and `…` where it is wider than `width`."""
    if width_of(text) <= width:
        return text
    kept, used = [], 0
    for character in text:
        used += columns_of(character)
        if used > width - 1:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"
