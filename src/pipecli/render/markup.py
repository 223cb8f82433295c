"""Elements of HTML and SVG, which are safe unless one says otherwise: a text is escaped, `Markup` is taken as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.render.safe import html

if TYPE_CHECKING:
    from collections.abc import Iterable

_EMPTY = frozenset({"link", "meta"})
"""The elements without an end of their own that pages need."""


class Markup(str):
    """A text that is markup already."""

    __slots__ = ()


NOTHING = Markup()


def element(tag: str, *children: str, **attributes: str | int | None) -> Markup:
    """Return an element with children and attributes; a child that is not `Markup` is shown as the text that it is.

    An attribute that is None is left out. `_` in its name stands for `-`, and is dropped at its end.
    """
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _EMPTY:
        return Markup(f"<{tag}{given}>")
    return Markup(f"<{tag}{given}>{joined(children)}</{tag}>")


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """Return parts one after the other, what is not `Markup` escaped."""
    return Markup(between.join(part if isinstance(part, Markup) else html(part) for part in parts))


def isolated(text: str) -> Markup:
    """Return a text from data whose direction, like that of Arabic or Hebrew, does not reach what stands beside it."""
    return element("bdi", text) if not text.isascii() else joined([text])
