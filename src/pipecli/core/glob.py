"""Patterns of paths, as git's pathspecs with `:(glob)` read them.

`*` and `?` stay within one name, `[...]` is one character of a set, `**` as a whole part stands for any number of
folders, at the end for everything below. A name that begins with a dot is a name like any other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TOKEN = re.compile(r"\\(?P<plain>.)|\[(?P<turned>[!^])?(?P<set>\]?[^\]]*)\]|(?P<many>\*+)|(?P<one>\?)", re.DOTALL)


def compiled(patterns: Iterable[str], folder: str = "") -> re.Pattern[str]:
    """Return the expression that matches, in full, the paths from the top that any of the patterns means.

    The patterns are read from `folder`, which is empty or ends with a slash. Raises `ValueError` for a pattern that
    leads out of the top, that begins there, or in which a set cannot be read.
    """
    return re.compile("|".join(_expression(pattern, folder.split("/")[:-1]) for pattern in patterns), re.DOTALL)


def _expression(pattern: str, above: Sequence[str]) -> str:
    if pattern.startswith("/"):
        raise ValueError("a pattern begins in the current folder, not with '/'")
    parts: list[str] = []
    folders = list(above)
    for part in pattern.split("/"):
        if part == ".." and not parts:
            if not folders:
                raise ValueError("the pattern leads out of the repository")
            folders.pop()
        elif part not in ("", "."):
            parts.append(part)
    if not parts or pattern.endswith("/"):
        parts.append("**")
    found = [re.escape(f"{folder}/") for folder in folders]
    for place, part in enumerate(parts, 1):
        last = place == len(parts)
        found.append((".+" if last else "(?:.*/)?") if part == "**" else _name(part) + ("" if last else "/"))
    return _readable("".join(found), pattern)


def _readable(expression: str, pattern: str) -> str:
    try:
        re.compile(expression)
    except re.error:
        raise ValueError(f"a set in {pattern!r} cannot be read") from None
    return expression


def _name(part: str) -> str:
    """Return the expression of one name; a star takes as little as it can, and is not tried again but for the last."""
    chunks, end = [""], 0
    for token in _TOKEN.finditer(part):
        chunks[-1] += re.escape(part[end : token.start()])
        end = token.end()
        if token["many"]:
            chunks.append("")
        else:
            chunks[-1] += _token(token)
    first, *rest = [*chunks[:-1], chunks[-1] + re.escape(part[end:])]
    return first + "".join(f"(?>[^/]*?{chunk})" for chunk in rest[:-1]) + (f"[^/]*{rest[-1]}" if rest else "")


def _token(token: re.Match[str]) -> str:
    if token["plain"]:
        return re.escape(token["plain"])
    if token["one"]:
        return "[^/]"
    inside = re.sub(r"[\\\[\]&~|^]", r"\\\g<0>", token["set"])
    return f"(?!/)[{'^' if token['turned'] else ''}{inside}]"
