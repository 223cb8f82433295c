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


def folded(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` columns, broken between words, and within one that is wider."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if width_of(joined) <= width:
            lines[-1] = joined
            continue
        rest = word
        lines += [""] if lines[-1] else []
        while width_of(rest) > width:
            head = _head(rest, width)
            lines[-1:] = [head, ""]
            rest = rest[len(head) :]
        lines[-1] = rest
    return lines


def _head(text: str, width: int) -> str:
    """Return the longest beginning of a text that fits, a character at least."""
    used = 0
    for at, character in enumerate(text):
        used += columns_of(character)
        if used > width and at:
            return text[:at]
    return text
