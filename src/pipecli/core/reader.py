"""YAML events → plain data with the place of every value: one pass over PyYAML's C parser, nothing constructed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from yaml.events import MappingEndEvent, ScalarEvent

from pipecli.core.position import YamlError, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipecli.core.problem import Loc

MAX_DEPTH = 20
MAX_SCALAR = 32 * 1024
ABSENT = ("", "~", "null")
"""Plain scalars that mean that there is no value."""

_NO_KEYS = (*ABSENT, "<<")

Plain = str | dict[str, Any] | list[Any] | None

BAD_CHARACTER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
    "|\r(?!\n)"
)
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

_LINES = "begin every line at the top with a key, without '- ' before it"


class Span(NamedTuple):
    """Where a value stands: character offsets into the text without its byte order mark.

    `key` is the offset of the value's key (or of the value itself in a list and at the top), `column` is the
    offset in its line of the collection's first key or dash, `style` is the quote, `|` or `>` of a scalar,
    `{` `[` for a flow and `:` `-` for a block collection, the empty string for a plain scalar.
    """

    key: int
    start: int
    end: int
    column: int
    style: str


new_span = tuple.__new__
"""A `Span` in half of the time that its constructor takes; there are some forty in a deal."""


def bad_character(found: re.Match[str], text: str, offset: int, path: str) -> YamlError:
    """Return the error for a character that may not stand in a file."""
    character = found.group()
    bidi = character in _BIDI
    return refused(
        text,
        offset,
        code="bidi-character" if bidi else "control-character",
        message=f"U+{ord(character[0]):04X} may not stand in a file"
        + (": it changes the order in which text is shown" if bidi else ""),
        path=path,
        hint="delete the character",
    )


def _as_written(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!", 1)


class Reader:
    """One pass over the events of one document; `spans` tells where each value stands.

    `absent` holds the keys without a value, each with the last key before it in its mapping that has one.
    """

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.spans: dict[Loc, Span] = {}
        self.absent: dict[Loc, str] = {}
        self.next: Callable[[], Any] = yaml.CBaseLoader(text).get_event

    def read(self) -> dict[str, Any]:
        """Return the data. Raises `YamlError`, and what PyYAML raises for text that is no YAML."""
        self.next()
        start = self.next()
        if type(start) is yaml.StreamEndEvent:
            return {}
        if start.tags:
            raise self.refused(start, "yaml-tag", "%TAG directives are not allowed", "remove the line")
        root = self.node(self.next(), (), start.end_mark.index, 1)
        self.next()
        after = self.next()
        if type(after) is not yaml.StreamEndEvent:
            hint = "remove the '---' and what follows it, or make it a file of its own"
            raise self.refused(after, "yaml-second-document", "a file holds one document", hint)
        if root is None:
            return {}
        if not isinstance(root, dict):
            raise self.refused(start, "not-a-mapping", "the file must be made of 'key: value' lines", _LINES)
        return root

    def node(self, event: Any, loc: Loc, key: int, depth: int) -> Plain:  # noqa: ANN401 -- PyYAML's events
        """Return the value that begins with an event."""
        kind = type(event)
        if kind is ScalarEvent and event.tag is None and event.anchor is None:
            return self.scalar(event, loc, key)
        if kind is yaml.AliasEvent:
            raise self.refused(event, "yaml-alias", f"the alias *{event.anchor} is not allowed", "write the value out")
        if event.tag is not None:
            raise self.refused(event, "yaml-tag", f"the tag {_as_written(event.tag)} is not allowed", "remove the tag")
        if event.anchor is not None:
            raise self.refused(event, "yaml-anchor", f"the anchor &{event.anchor} is not allowed", "remove the anchor")
        if depth > MAX_DEPTH:
            raise self.refused(
                event,
                "yaml-too-deep",
                f"nested more than {MAX_DEPTH} levels deep",
                "nothing in a workspace needs so many",
            )
        if kind is yaml.MappingStartEvent:
            return self.mapping(event, loc, key, depth)
        return self.sequence(event, loc, key, depth)

    def scalar(self, event: Any, loc: Loc, key: int) -> str | None:  # noqa: ANN401
        """Return the text of a scalar, or None where it means that there is no value."""
        value: str = event.value
        mark = event.start_mark
        start, end = mark.index, event.end_mark.index
        style: str = event.style or ""
        if not style and end - start <= MAX_SCALAR:
            self.spans[loc] = new_span(Span, (key, start, end, mark.column, ""))
            return None if value in ABSENT else value
        if style == '"' and "\\" in self.text[start:end]:
            bad = BAD_CHARACTER.search(value)
            if bad:
                raise bad_character(bad, self.text, start, self.path)
        elif style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip(" \t\r\n"))
        if len(value) > MAX_SCALAR:
            message = f"a value of {len(value):,} characters, more than {MAX_SCALAR:,}"
            raise self.refused(event, "yaml-too-long", message, "keep long texts outside of the workspace's files")
        self.spans[loc] = Span(key, start, end, mark.column, style)
        return value

    def mapping(self, event: Any, loc: Loc, key: int, depth: int) -> dict[str, Any]:  # noqa: ANN401
        """Return a mapping; keys whose value is absent are left out."""
        result: dict[str, Any] = {}
        spans, following, node = self.spans, self.next, self.node
        child = following()
        while type(child) is not MappingEndEvent:
            name = self.key(child)
            place = (*loc, name)
            if place in spans:
                message = f"the key {name!r} stands here twice"
                raise self.refused(child, "yaml-duplicate-key", message, "keep one of the two lines")
            value = node(following(), place, child.start_mark.index, depth + 1)
            if value is not None:
                result[name] = value
            else:
                self.absent[place] = next(reversed(result), "")
            child = following()
        self.collection(event, child, loc, key, "{" if event.flow_style else ":")
        return result

    def key(self, event: Any) -> str:  # noqa: ANN401
        """Return the text of a key."""
        if type(event) is not ScalarEvent or event.tag is not None or event.anchor is not None:
            raise self.refused(event, "yaml-key", "a key must be plain text", "write the line like 'key: value'")
        name: str = event.value
        style = event.style
        if not style and name not in _NO_KEYS:
            return name
        if not style and name in ABSENT:
            raise self.refused(event, "yaml-key", "a key is missing before the ':'", "write the line like 'key: value'")
        if not style:
            raise self.refused(event, "yaml-merge-key", "the merge key << is not allowed", "write the values out")
        if style == '"' and BAD_CHARACTER.search(name):
            raise self.refused(event, "control-character", "a control character may not stand in a key", "delete it")
        return name

    def sequence(self, event: Any, loc: Loc, key: int, depth: int) -> list[Any]:  # noqa: ANN401
        """Return a list."""
        result: list[Any] = []
        child = self.next()
        while type(child) is not yaml.SequenceEndEvent:
            result.append(self.node(child, (*loc, len(result)), child.start_mark.index, depth + 1))
            child = self.next()
        self.collection(event, child, loc, key, "[" if event.flow_style else "-")
        return result

    def collection(self, start: Any, end: Any, loc: Loc, key: int, style: str) -> None:  # noqa: ANN401
        """Keep where a collection stands."""
        mark = start.start_mark
        self.spans[loc] = new_span(Span, (key, mark.index, end.end_mark.index, mark.column, style))

    def refused(self, event: Any, code: str, message: str, hint: str) -> YamlError:  # noqa: ANN401
        """Return the error for what an event begins."""
        offset = event.start_mark.index
        return refused(self.text, offset, code=code, message=message, path=self.path, hint=hint)
