"""Names of another system as ids. Pure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, TypeVar

from pipecli.core.layout import RESERVED
from pipecli.core.value import ID

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

T = TypeVar("T")
_LONGEST = 63


def ids(
    things: Iterable[T], taken: Container[str], *, otherwise: str = "deal", text: Callable[[T], str] = str
) -> dict[T, str]:
    """Return an id for everything: its text, or the slug of that, with a number at the end where that is taken.

    One without a letter or digit of ASCII is `otherwise` and a number, from 1.
    """
    found: dict[T, str] = {}
    given: set[str] = set()
    numbers: dict[str, int] = {}
    for thing in things:
        word = text(thing)
        base = name = word if ID.fullmatch(word) else slug_of(word)
        if not base:
            base, numbers = otherwise, {otherwise: 0} | numbers
        while not name or name in given or name in taken or name in RESERVED:
            numbers[base] = numbers.get(base, 1) + 1
            ending = f"-{numbers[base]}"
            name = base[: _LONGEST - len(ending)].rstrip("-") + ending
        found[thing] = name
        given.add(name)
    return found


def slug_of(text: str) -> str:
    """Return a text as an id: `Größe & Co` becomes `grosse-co`; whole, where an id has room for it.

    Empty for a text without a letter or digit of ASCII.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode().lower()
    words = "".join(character if character.isalnum() else " " for character in plain).split()
    return "-".join(words)[:_LONGEST].strip("-")
