"""How figures are worked out, in a page: paragraphs, in which population, clock and formula are marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipecli.render.markup import Markup, element, joined

if TYPE_CHECKING:
    from pipecli.core.table import Section

_TERM = re.compile(r"\b(Population|Clock|Formula|Source|Sources):\s")
_CODE = re.compile(r"`([^`]+)`")


def definition(section: Section) -> Markup:
    """Return what a section says of its figures; nothing where it says nothing."""
    first, *others = section.defined.split("\n\n")
    terms = [one for text in others for one in _terms(" ".join(text.split()))]
    return joined([element("p", _words(" ".join(first.split()))), *terms])


def _terms(text: str) -> list[Markup]:
    """Return a paragraph as the terms that it explains, what stands before the first of them as it is."""
    before, *found = _TERM.split(text)
    lead = [element("p", _words(before.strip()))] if before.strip() else []
    pairs = zip(found[::2], found[1::2], strict=True)
    told = [joined([element("dt", name), element("dd", _words(words.strip()))]) for name, words in pairs]
    return [*lead, *([element("dl", *told)] if told else [])]


def _words(text: str) -> Markup:
    parts = _CODE.split(text)
    return joined([element("code", part) if place % 2 else part for place, part in enumerate(parts)])
