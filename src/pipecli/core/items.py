"""Which slices of a file's text put an item into a list, or its items into another order.

A comment above an item belongs to it, and goes where it goes; the blank lines between two items stay where they are.
Whether the result holds the right data is checked by `pipecli.core.splice`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from pipecli.core import cuts, emit, extent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.cuts import Cut
    from pipecli.core.emit import Value
    from pipecli.core.problem import Loc
    from pipecli.core.yamltext import Document

_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)*")
_BLOCK = re.compile(r"[|>][-+1-9]*[ \t]*\r?\n")
"""Where a text of several lines may begin, of which the last line's end may be part."""
_KEEPS = re.compile(r"[|>][1-9]?\+")
"""Where a text of several lines may begin to which blank lines below it belong."""


def for_item(doc: Document, loc: Loc, index: int, item: Value) -> list[Cut]:
    """Return the cuts that put an item before the one at `index` of a list, or behind the last one."""
    items = extent.children(doc, loc)
    if not items or (index >= len(items) and doc.spans[loc].style in extent.FLOW):
        return cuts.for_append(doc, loc, item)
    if doc.spans[loc].style in extent.FLOW:
        at = doc.spans[items[index]].key
        return [(at, at, emit.flow(item) + ", ")]
    beside = items[min(index, len(items) - 1)]
    lines = _lines(doc, beside, item)
    last = index >= len(items)
    begin = _begins(doc, loc)[min(index, len(items))]
    spaced = _is_spaced(doc, loc) and not (last and _KEEPS.search(doc.text, doc.spans[beside].start, begin))
    if last and not doc.text.endswith("\n", 0, begin):
        return [(begin, begin, "".join(extent.line_break(doc.text, begin) + line for line in lines))]
    at = begin if last else begin + _blanks(doc.text, begin)
    ending = extent.line_break(doc.text, at)
    text = "".join(line + ending for line in lines)
    return [(at, at, ending * (spaced and last) + text + ending * (spaced and not last))]


def for_order(doc: Document, loc: Loc, order: Sequence[int]) -> list[Cut]:
    """Return the cuts that put the items of a list into another order, each named by the place that it has now."""
    items = extent.children(doc, loc)
    if doc.spans[loc].style in extent.FLOW:
        places = [(doc.spans[item].key, extent.content_end(doc, item)) for item in items]
        texts = [doc.text[start:end] for start, end in places]
    else:
        begins = _begins(doc, loc)
        places = [(begin + _blanks(doc.text, begin), end) for begin, end in pairwise(begins)]
        texts = [_ended(doc, doc.text[start:end]) for start, end in places]
    moved = [texts[at] for at in order]
    ended = doc.text.endswith("\n", 0, places[-1][1]) or _BLOCK.search(moved[-1])
    if doc.spans[loc].style not in extent.FLOW and not ended:
        moved[-1] = moved[-1].removesuffix("\n").removesuffix("\r")
    return [(start, end, text) for (start, end), text in zip(places, moved, strict=True) if doc.text[start:end] != text]


def _begins(doc: Document, loc: Loc) -> list[int]:
    """Return where the lines of each item of a block list begin, its comments included, and where the last one ends."""
    items = extent.children(doc, loc)
    head = extent.head_end(doc, loc)
    first = extent.line_end(doc.text, head)
    first += len(extent.line_break(doc.text, first + 1))
    if first > doc.spans[items[0]].start:
        raise extent.refused(loc)
    return [first, *(extent.lines_end(doc, item) for item in items)]


def _blanks(text: str, offset: int) -> int:
    found = _BLANK_LINES.match(text, offset)
    return found.end() - offset if found else 0


def _is_spaced(doc: Document, loc: Loc) -> bool:
    """Return whether blank lines stand between the items of a block list."""
    inner = _begins(doc, loc)[1:-1]
    return bool(inner) and all(_blanks(doc.text, begin) for begin in inner)


def _lines(doc: Document, beside: Loc, item: Value) -> list[str]:
    """Return an item as lines: in block style where the one beside it is a mapping in that style, else in one."""
    column = doc.spans[beside[:-1]].column
    if doc.spans[beside].style != ":" or not isinstance(item, Mapping) or not item:
        return [emit.block_item(item, column)]
    inside = doc.spans[beside].column
    lines = emit.nested(item, inside)
    return [" " * column + "-" + " " * (inside - column - 1) + lines[0].lstrip(" "), *lines[1:]]


def _ended(doc: Document, text: str) -> str:
    return text if text.endswith("\n") else text + extent.line_break(doc.text, len(doc.text))
