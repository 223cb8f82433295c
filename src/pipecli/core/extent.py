"""Where one entry of a mapping or list stands in the text of its file: its start, its end, its lines.

A `Span` says where a value is; an edit also needs the key or dash before it, the comment behind it.
All offsets are of characters in `Document.text`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, Loc, PipeError

if TYPE_CHECKING:
    from pipecli.core.yamltext import Document, Span

BLOCK_SCALAR = ("|", ">")
FLOW = ("{", "[")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r?\n|\Z)")
_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)*(?:[ \t]*\Z)?")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_KEY = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'][^\r\n]*?)(?<![ \t])[ \t]*:(?=\s|\Z)""")
_KEY_BEHIND_MARK = re.compile(r"[^\r\n]*\r?\n(?:[ \t]*(?:#[^\r\n]*)?\r?\n)* *:(?=\s|\Z)")
_HEADER = re.compile(r"[|>][-+0-9]*")


def refused(loc: Loc, why: str = "") -> PipeError:
    """Return the error that says that the value at `loc` cannot be edited."""
    place = ".".join(map(str, loc)) or "the file"
    return PipeError(
        f"{place} cannot be edited safely" + (f": {why}" if why else ""),
        hint="edit it by hand",
        code=ExitCode.PROBLEMS,
    )


def children(doc: Document, loc: Loc) -> list[Loc]:
    """Return the entries of the collection at `loc`, those without a value too, in the file's order."""
    depth = len(loc)
    return [place for place in doc.spans if len(place) == depth + 1 and place[:depth] == loc]


def is_inside_flow(doc: Document, loc: Loc) -> bool:
    """Tell whether the value at `loc` stands within brackets or braces."""
    return any(doc.spans[loc[:depth]].style in FLOW for depth in range(len(loc)))


def is_collection(span: Span) -> bool:
    """Tell whether a mapping or a list stands there."""
    return span.style in ("{", "[", ":", "-")


def last_node(doc: Document, loc: Loc) -> Span:
    """Return the span of the scalar or bracketed collection with which the value at `loc` ends."""
    span = doc.spans[loc]
    pair = span.style == "{" and doc.text[span.start] != "{"  # `[a: b]` holds a mapping without braces
    if span.style in (":", "-") or pair:
        return last_node(doc, children(doc, loc)[-1])
    return span


def content_end(doc: Document, loc: Loc) -> int:
    """Return the offset behind the value's last character; comments and blank lines are not part of it."""
    return last_node(doc, loc).end


def entry_start(doc: Document, loc: Loc) -> int:
    """Return the offset of the entry's key, or of the `?` before it, or of its dash in a block list."""
    parent = doc.spans[loc[:-1]]
    if parent.style != "-":
        key = doc.spans[loc].key
        before = doc.text[line_start(doc.text, key) : key].rstrip(" ")
        return key - 1 - _blanks_before(doc.text, key) if before.endswith("?") else key
    index = int(loc[-1])
    return gap_end(doc.text, content_end(doc, (*loc[:-1], index - 1))) if index else parent.start


def head_end(doc: Document, loc: Loc) -> int:
    """Return the offset behind a block entry's colon or dash. Raises `PipeError` if none is found."""
    start = entry_start(doc, loc)
    if doc.spans[loc[:-1]].style == "-":
        return start + 1
    key = doc.spans[loc].key
    found = (_KEY if key == start else _KEY_BEHIND_MARK).match(doc.text, key)  # `key:`, or `? key` and `:` below
    if not found:
        raise refused(loc)
    return found.end()


def lines_end(doc: Document, loc: Loc) -> int:
    """Return the offset behind a block entry's last line, its line end included.

    The comment behind the value belongs to the entry, and so do comment lines that follow and are indented
    deeper than the entry. Raises `PipeError` where something else stands on that line.
    """
    text, node = doc.text, last_node(doc, loc)
    rest = _REST_OF_LINE.match(text, node.end)
    if not rest:
        raise refused(loc)
    end = rest.end()
    if node.style in BLOCK_SCALAR:
        end = _kept_blanks_end(text, node, end)
    return _comments_end(text, end, doc.spans[loc[:-1]].column)


def blanks_end(text: str, offset: int) -> int:
    """Return the offset behind the blank lines that begin at `offset`."""
    found = _BLANK_LINES.match(text, offset)
    return found.end() if found else offset


def gap_end(text: str, offset: int) -> int:
    """Return the offset behind white space, line ends and comments."""
    found = _GAP.match(text, offset)
    return found.end() if found else offset


def line_start(text: str, offset: int) -> int:
    """Return where the line of `offset` begins."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    r"""Return the offset of the line end, `\n` or `\r\n`, of the line of `offset`, or the text's end."""
    at = text.find("\n", offset)
    if at < 0:
        return len(text)
    return at - 1 if at > offset and text[at - 1] == "\r" else at


def line_break(text: str, offset: int) -> str:
    r"""Return how the line before `offset` ends, else how the first line ends, else `\n`."""
    at = text.rfind("\n", 0, offset)
    at = text.find("\n") if at < 0 else at
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"


def header(text: str, node: Span) -> str:
    """Return a block scalar's indicators: `|`, `>-`, `|2+`."""
    found = _HEADER.match(text, node.start)
    return found.group() if found else ""


def _blanks_before(text: str, offset: int) -> int:
    return offset - len(text[:offset].rstrip(" "))


def _kept_blanks_end(text: str, node: Span, offset: int) -> int:
    # Blank lines are the scalar's own where they are kept, or where they may be longer than its indentation.
    end = blanks_end(text, offset)
    own = "+" in header(text, node) or " " in text[offset:end]
    return end if own else offset


def _comments_end(text: str, offset: int, column: int) -> int:
    deeper = re.compile(rf"(?:(?:[ \t]*\r?\n)* {{{column + 1},}}#[^\r\n]*(?:\r?\n|\Z))*")
    found = deeper.match(text, offset)
    return found.end() if found else offset
