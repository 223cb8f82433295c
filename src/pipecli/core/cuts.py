"""Which slices of a file's text an edit replaces, and by what.

These functions read positions and style only; whether the result holds the right data is checked by
`pipecli.core.splice`, so a rare style that they do not foresee is refused there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipecli.core import emit, extent
from pipecli.core.emit import Scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.emit import Collection, Value
    from pipecli.core.problem import Loc
    from pipecli.core.yamltext import Document, Span

Cut = tuple[int, int, str]
"""The start and end of a slice, and what stands there afterwards."""

_BLANKS = re.compile(r"[ \t]*")
_GAP_AT_END = re.compile(r"\s(?:\s|#[^\r\n]*(?=[\r\n]|\Z))*\Z")
_END_MARKER = re.compile(r"^\.\.\.(?=\s|\Z)", re.MULTILINE)
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?\r?\n")


def joined(text: str, cuts: Sequence[Cut]) -> str:
    """Return the text with the cuts made; they do not overlap."""
    parts: list[str] = []
    at = 0
    for start, end, new in sorted(cuts):
        parts += text[at:start], new
        at = end
    return "".join((*parts, text[at:]))


def for_scalar(doc: Document, loc: Loc, value: Scalar) -> list[Cut]:
    """Return the cuts that put one scalar where another, or nothing, stands; its quotes stay."""
    style = doc.spans[loc].style
    quote = style if style in ("'", '"') else ""
    return _in_place(doc, loc, emit.scalar(value, inside_flow=extent.is_inside_flow(doc, loc), quote=quote))


def for_replacement(doc: Document, loc: Loc, value: Value) -> list[Cut]:
    """Return the cuts that put any value where another stands; blocks and brackets stay such."""
    span = doc.spans[loc]
    if extent.is_inside_flow(doc, loc):
        return _in_place(doc, loc, emit.flow(value))
    in_list = doc.spans[loc[:-1]].style == "-"
    if span.style in (":", "-"):
        if in_list:
            return [(span.start, _last_line_end(doc, loc), emit.inline(value))]
        return _instead_of_block(doc, loc, value)
    if in_list or span.style in extent.FLOW or not emit.is_nested(value):
        return _in_place(doc, loc, emit.inline(value))
    return _block_instead_of_scalar(doc, loc, value)


def for_insertion(doc: Document, sibling: Loc, key: str, value: Value, *, apart: bool = False) -> list[Cut]:
    """Return the cuts that put `key: value` after its sibling in a mapping, behind a blank line if it is `apart`."""
    parent = doc.spans[sibling[:-1]]
    if parent.style in extent.FLOW:
        at = extent.content_end(doc, sibling)
        return [(at, at, ", " + emit.flow_entry(key, value))]
    joins = extent.last_node(doc, sibling).style in extent.BLOCK_SCALAR  # a blank line might become part of its text
    return new_lines(doc, sibling, [""] * (apart and not joins) + emit.block_entry(key, value, parent.column))


def for_append(doc: Document, loc: Loc, item: Value) -> list[Cut]:
    """Return the cuts that put an item at the end of a list; brackets may be empty."""
    span, items = doc.spans[loc], extent.children(doc, loc)
    if not items:
        return _in_empty_brackets(doc, span, emit.flow(item))
    if span.style in extent.FLOW:
        at = extent.content_end(doc, items[-1])
        return [(at, at, ", " + emit.flow(item))]
    return new_lines(doc, items[-1], [emit.block_item(item, span.column)])


def for_first_key(doc: Document, loc: Loc, key: str, value: Value) -> list[Cut]:
    """Return the cuts that put `key: value` into an empty mapping: braces, or a file without any key."""
    span = doc.spans.get(loc)
    if span and span.style in extent.FLOW:
        return _in_empty_brackets(doc, span, emit.flow_entry(key, value))
    end = len(doc.text)
    return [(end, end, as_lines(doc.text, end, emit.block_entry(key, value, 0)))]


def for_removal(doc: Document, loc: Loc) -> list[Cut]:
    """Return the cuts that take out an entry, with its comment or comma; an empty block becomes `{}`."""
    if doc.spans[loc[:-1]].style in extent.FLOW:
        return _removal_in_flow(doc, loc)
    siblings = extent.children(doc, loc[:-1])
    start, end = extent.entry_start(doc, loc), extent.lines_end(doc, loc)
    if len(siblings) == 1 and loc[:-1]:
        return _emptied(doc, loc, start, end)
    if _begins_line(doc.text, start):
        begin = extent.line_start(doc.text, start)
        left = "{}" + extent.line_break(doc.text, end) if _needs_a_node(doc, siblings, end) else ""
        return [(begin, _end_with_blanks(doc, begin, end), left)]
    if siblings[0] == loc:  # `- key: value`: what follows takes the place behind the dash
        return [(start, _blanks_and_breaks_end(doc.text, end), "")]
    raise extent.refused(loc)


def _in_place(doc: Document, loc: Loc, new: str) -> list[Cut]:
    text, span = doc.text, doc.spans[loc]
    if span.style in extent.BLOCK_SCALAR:
        behind = span.start + len(extent.header(text, span))
        below = extent.line_end(text, behind)  # a comment behind the indicators stays
        return [(span.start, behind, new), (below, max(below, span.end), "")]
    if span.start == span.end:
        return [_in_no_place(doc, loc, new)]
    return [(span.start, extent.content_end(doc, loc), new)]


def _in_no_place(doc: Document, loc: Loc, new: str) -> Cut:
    text, span = doc.text, doc.spans[loc]
    key = _GAP_AT_END.sub("", text[span.key : span.start])
    if doc.spans[loc[:-1]].style == "{" and not key.endswith(":"):  # `{key}`
        at = span.key + len(key)
        return at, at, ": " + new
    return span.start, span.start, new if text[span.start - 1].isspace() else " " + new


def _in_empty_brackets(doc: Document, span: Span, new: str) -> list[Cut]:
    at = span.start + 1
    return [(at, at, new + " " if doc.text[at : at + 1] == "#" else new)]


def _instead_of_block(doc: Document, loc: Loc, value: Value) -> list[Cut]:
    text, span = doc.text, doc.spans[loc]
    head = extent.head_end(doc, loc)
    below, end = extent.line_end(text, head), _last_line_end(doc, loc)
    if span.start < below:  # `? key` and `: - item` below
        return [(span.start, end, emit.inline(value))]
    keeps_dashes = span.style == "-" and not isinstance(value, Mapping)
    if not isinstance(value, Scalar) and value and (keeps_dashes or emit.is_nested(value)):
        keeps_style = keeps_dashes or (span.style == ":" and isinstance(value, Mapping))
        column = span.column if keeps_style else doc.spans[loc[:-1]].column + emit.STEP
        return [(below, end, _below(text, below, emit.nested(value, column)))]
    return [(head, head, " " + emit.inline(value)), (below, end, "")]


def _block_instead_of_scalar(doc: Document, loc: Loc, value: Collection) -> list[Cut]:
    text, span = doc.text, doc.spans[loc]
    head = extent.head_end(doc, loc)
    begin = head + len(text[head : span.start].rstrip(" \t\r\n"))
    is_literal = span.style in extent.BLOCK_SCALAR
    behind = span.start + len(extent.header(text, span)) if is_literal else span.end
    below = extent.line_end(text, behind)
    lines = emit.nested(value, doc.spans[loc[:-1]].column + emit.STEP)
    return [_old_value(text, begin, behind), (below, max(below, span.end), _below(text, below, lines))]


def _old_value(text: str, begin: int, behind: int) -> Cut:
    # A tab may stand behind a value, but not behind the colon.
    blanks = _blanks_end(text, behind)
    return (begin, blanks, " ") if "\t" in text[behind:blanks] else (begin, behind, "")


def new_lines(doc: Document, sibling: Loc, lines: Sequence[str]) -> list[Cut]:
    """Return the cuts that put lines behind those of a sibling in block style."""
    end = extent.lines_end(doc, sibling)
    cuts = [(end, end, as_lines(doc.text, end, lines))]
    node = extent.last_node(doc, sibling)
    if node.style in extent.BLOCK_SCALAR and not doc.text.endswith("\n") and end == len(doc.text):
        cuts.append(_stripped_header(doc.text, node))
    return cuts


def _stripped_header(text: str, node: Span) -> Cut:
    # The file ended within this block scalar; the line end that it gets must not become part of the value.
    old = extent.header(text, node)
    return node.start, node.start + len(old), re.sub("[-+]", "", old) + "-"


def as_lines(text: str, at: int, lines: Sequence[str]) -> str:
    """Return lines as they are put into a text, each with the line end that is usual there."""
    if at and text[at - 1] != "\n":
        return _below(text, at, lines)
    return "".join(line + extent.line_break(text, at) for line in lines)


def _below(text: str, at: int, lines: Sequence[str]) -> str:
    return "".join(extent.line_break(text, at) + line for line in lines)


def _last_line_end(doc: Document, loc: Loc) -> int:
    end = extent.lines_end(doc, loc)
    end -= doc.text.endswith("\n", 0, end)
    return end - doc.text.endswith("\r", 0, end)


def _begins_line(text: str, offset: int) -> bool:
    return not text[extent.line_start(text, offset) : offset].strip(" \t")


def _end_with_blanks(doc: Document, begin: int, end: int) -> int:
    # Blank lines behind the removed ones must not become part of a block scalar before them.
    scalars = (span for span in doc.spans.values() if span.end <= begin and not extent.is_collection(span))
    before = max(scalars, key=lambda span: span.start, default=None)
    if not before or before.style not in extent.BLOCK_SCALAR:
        return end
    blanks = extent.blanks_end(doc.text, end)
    joins = "+" in extent.header(doc.text, before) or " " in doc.text[end:blanks]
    return blanks if joins else end


def _blanks_end(text: str, offset: int) -> int:
    found = _BLANKS.match(text, offset)
    return found.end() if found else offset


def _blanks_and_breaks_end(text: str, offset: int) -> int:
    return len(text) - len(text[offset:].lstrip(" \t\r\n"))


def _emptied(doc: Document, loc: Loc, start: int, end: int) -> list[Cut]:
    new = "[]" if doc.spans[loc[:-1]].style == "-" else "{}"
    if not _begins_line(doc.text, start):
        return [(start, _last_line_end(doc, loc), new)]
    head = extent.head_end(doc, loc[:-1])
    return [(head, head, " " + new), (extent.line_start(doc.text, start), end, "")]


def _needs_a_node(doc: Document, siblings: Sequence[Loc], end: int) -> bool:
    # A file may be empty, but nothing may not be followed by `...`.
    return len(siblings) == 1 and bool(_END_MARKER.search(doc.text, end))


def _removal_in_flow(doc: Document, loc: Loc) -> list[Cut]:
    text, parent = doc.text, doc.spans[loc[:-1]]
    if text[parent.start] not in extent.FLOW:
        raise extent.refused(loc)
    siblings = extent.children(doc, loc[:-1])
    start, end = doc.spans[loc].key, extent.content_end(doc, loc)
    around = text[parent.start + 1 : start] + text[end : parent.end - 1]
    if len(siblings) == 1 and "#" not in around:
        return [(parent.start + 1, parent.end - 1, "")]
    gap = extent.gap_end(text, end)
    behind = gap + 1 if text[gap] == "," else end
    before = extent.content_end(doc, siblings[siblings.index(loc) - 1]) if loc != siblings[0] else None
    if _begins_line(text, start) and (rest := _REST_OF_LINE.match(text, behind)):
        line = (extent.line_start(text, start), rest.end(), "")
        return [line] if before is None or behind > end else [_comma(text, before), line]
    if behind > end:
        return [_item_and_comma(text, start, behind)]
    if before is None:
        return [(start, end, "")]
    if "#" in text[before:start]:
        return [_comma(text, before), (start, end, "")]
    return [(before, end, "")]


def _comma(text: str, offset: int) -> Cut:
    at = extent.gap_end(text, offset)
    return at, at + 1, ""


def _item_and_comma(text: str, start: int, behind: int) -> Cut:
    end = _blanks_end(text, behind)
    if text[end : end + 1] in ("\r", "\n", "#", "}", "]"):
        return len(text[:start].rstrip(" \t")), behind, ""
    return start, end, ""
