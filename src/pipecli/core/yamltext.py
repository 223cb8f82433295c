"""The strict YAML loader: text in, plain data with a position for every value out.

It reads PyYAML's C events, so nothing is constructed, resolved or expanded: every scalar stays the text that
was written. What YAML allows and a pipeline file does not need (aliases, tags, merge keys, second documents,
deep nesting) is a named problem, found before it can cost time or memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from pipecli.core.problem import ExitCode, Loc, PipeError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_SCALAR = 32 * 1024
ABSENT = ("", "~", "null")
"""Plain scalars that mean that there is no value."""

Plain = str | dict[str, Any] | list[Any] | None

_BAD_CHARACTER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
    "|\r(?!\n)"
)
_CONFLICT = re.compile(r"^(<<<<<<<|=======|>>>>>>>|\|\|\|\|\|\|\|)(?= |\r?$)", re.MULTILINE)
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


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


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its text without byte order mark, the plain data in it, and where each value stands.

    A key whose value is absent has a span, and no entry in the data.
    """

    text: str
    data: dict[str, Any]
    spans: dict[Loc, Span]
    bom: bool = False

    def position(self, loc: Loc, *, at_key: bool = False) -> tuple[int, int]:
        """Return line and column, from 1, of the value at `loc`, or of its nearest container that exists."""
        while loc and loc not in self.spans:
            loc, at_key = loc[:-1], True
        span = self.spans.get(loc)
        return line_and_column(self.text, (span.key if at_key else span.start) if span else 0)


class YamlError(Exception):
    """The text is no file of ours; carries the one problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def load(data: bytes, path: str = "") -> Document:
    """Parse one file. Raises `YamlError`, and nothing else, for any input whatever."""
    text = _decode(data, path)
    bom = text.startswith("\ufeff")
    text = text[1:] if bom else text
    _refuse_characters(text, path)
    reader = _Reader(text, path)
    try:
        root = reader.read()
    except yaml.MarkedYAMLError as error:
        raise YamlError(_syntax(error, text, path)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError(Problem(code="yaml-syntax", message=str(error).split("\n")[0], path=path)) from None
    return Document(text, root, reader.spans, bom)


def require_c_parser() -> None:
    """Raise `PipeError` where PyYAML was built without its C parser."""
    if not yaml.__with_libyaml__:
        raise PipeError(
            "PyYAML was installed without its C parser, and would read ten times slower",
            hint="install a binary wheel (pip install --force-reinstall --only-binary :all: pyyaml), "
            "or libyaml's headers before building it",
            code=ExitCode.STATE,
        )


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of a character offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def excerpt(text: str, line: int) -> str:
    """Return the line with the number `line`, from 1, or the empty string."""
    lines = text.split("\n", line)
    return lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""


def problem_at(text: str, offset: int, *, code: str, message: str, path: str, hint: str = "") -> Problem:
    """Return a problem at a character offset of `text`, with its line and excerpt."""
    line, column = line_and_column(text, offset)
    return Problem(
        code=code,
        message=message,
        path=path,
        line=line,
        column=column,
        hint=hint,
        excerpt=excerpt(text, line),
    )


def _decode(data: bytes, path: str) -> str:
    if len(data) > MAX_BYTES:
        raise YamlError(
            Problem(
                code="file-too-large",
                message=f"the file has {len(data):,} bytes, more than {MAX_BYTES:,}",
                path=path,
                hint="keep long texts and attachments outside of the workspace's files",
            )
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise YamlError(
            Problem(
                code="not-utf8",
                message=f"byte 0x{data[error.start]:02x} is not UTF-8 text",
                path=path,
                line=line,
                column=column,
                hint="save the file as UTF-8",
            )
        ) from None


def _refuse_characters(text: str, path: str) -> None:
    conflict = _CONFLICT.search(text) if "<<<<<<<" in text or ">>>>>>>" in text else None
    if conflict:
        raise YamlError(
            problem_at(
                text,
                conflict.start(),
                code="conflict-marker",
                message="a merge conflict was left in the file",
                path=path,
                hint="keep one side, delete the marker lines, then commit",
            )
        )
    bad = _BAD_CHARACTER.search(text)
    if bad:
        raise YamlError(_character_problem(bad, text, bad.start(), path))


def _character_problem(bad: re.Match[str], text: str, offset: int, path: str) -> Problem:
    character = bad.group()
    bidi = character in _BIDI
    return problem_at(
        text,
        offset,
        code="bidi-character" if bidi else "control-character",
        message=f"U+{ord(character):04X} may not stand in a file"
        + (": it changes the order in which text is shown" if bidi else ""),
        path=path,
        hint="delete the character",
    )


def _syntax(error: yaml.MarkedYAMLError, text: str, path: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    what = error.problem or error.context or "not YAML"
    hint = "quote a value that holds ': ' or ' #', or that begins with one of [ ] { } , & * ! | > % @ `"
    if "\\t" in what or (mark and mark.index < len(text) and text[mark.index] == "\t"):
        hint = "indent with spaces, not with a tab"
    if mark is None:
        return Problem(code="yaml-syntax", message=what, path=path, hint=hint)
    return problem_at(text, min(mark.index, len(text)), code="yaml-syntax", message=what, path=path, hint=hint)


class _Reader:
    """One pass over the events of one document."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.spans: dict[Loc, Span] = {}

    def read(self) -> dict[str, Any]:
        events: Iterator[Any] = yaml.parse(self.text, Loader=yaml.CLoader)
        root: Plain = {}
        seen = False
        for event in events:
            kind = type(event)
            if kind is yaml.DocumentStartEvent:
                if seen:
                    raise self.refused(
                        event,
                        "yaml-second-document",
                        "a file holds one document",
                        "remove the '---' and what follows it, or make it a file of its own",
                    )
                if event.tags:
                    raise self.refused(event, "yaml-tag", "%TAG directives are not allowed", "remove the line")
                seen = True
                root = self.node(next(events), events, (), event.end_mark.index, 1)
        if root is None:
            return {}
        if not isinstance(root, dict):
            raise self.refused_at(0, "not-a-mapping", "the file must be a list of 'key: value' lines", "")
        return root

    def node(self, event: Any, events: Iterator[Any], loc: Loc, key: int, depth: int) -> Plain:  # noqa: ANN401
        kind = type(event)
        if kind is yaml.AliasEvent:
            raise self.refused(event, "yaml-alias", f"the alias *{event.anchor} is not allowed", "write the value out")
        if event.tag is not None:
            raise self.refused(event, "yaml-tag", f"the tag {event.tag} is not allowed", "remove the tag")
        if event.anchor is not None:
            raise self.refused(event, "yaml-anchor", f"the anchor &{event.anchor} is not allowed", "remove the anchor")
        if kind is yaml.ScalarEvent:
            return self.scalar(event, loc, key)
        if depth > MAX_DEPTH:
            raise self.refused(event, "yaml-too-deep", f"nested more than {MAX_DEPTH} levels deep", "")
        if kind is yaml.MappingStartEvent:
            return self.mapping(event, events, loc, key, depth)
        return self.sequence(event, events, loc, key, depth)

    def scalar(self, event: Any, loc: Loc, key: int) -> str | None:  # noqa: ANN401
        value: str = event.value
        start, end = event.start_mark.index, event.end_mark.index
        style: str = event.style or ""
        if style == '"' and "\\" in self.text[start:end]:
            bad = _BAD_CHARACTER.search(value)
            if bad:
                raise YamlError(_character_problem(bad, self.text, start, self.path))
        elif style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip(" \t\r\n"))
        if len(value) > MAX_SCALAR:
            raise self.refused(
                event, "yaml-too-long", f"a value of {len(value):,} characters, more than {MAX_SCALAR:,}", ""
            )
        self.spans[loc] = Span(key, start, end, event.start_mark.column, style)
        return None if not style and value in ABSENT else value

    def mapping(self, event: Any, events: Iterator[Any], loc: Loc, key: int, depth: int) -> dict[str, Any]:  # noqa: ANN401
        result: dict[str, Any] = {}
        for child in events:
            if type(child) is yaml.MappingEndEvent:
                style = "{" if event.flow_style else ":"
                self.spans[loc] = Span(
                    key, event.start_mark.index, child.end_mark.index, event.start_mark.column, style
                )
                return result
            name, at = self.key(child), child.start_mark.index
            place = (*loc, name)
            if place in self.spans:
                raise self.refused(
                    child,
                    "yaml-duplicate-key",
                    f"the key {name!r} stands here twice",
                    "keep one of the two lines",
                )
            self.spans[place] = Span(at, at, at, 0, "")
            value = self.node(next(events), events, place, at, depth + 1)
            if value is not None:
                result[name] = value
        raise AssertionError("the parser ended inside of a mapping")

    def key(self, event: Any) -> str:  # noqa: ANN401
        if type(event) is not yaml.ScalarEvent or event.tag is not None or event.anchor is not None:
            raise self.refused(event, "yaml-key", "a key must be plain text", "")
        name: str = event.value
        if not event.style and name in ABSENT:
            raise self.refused(event, "yaml-key", "a key is missing before the ':'", "")
        if not event.style and name == "<<":
            raise self.refused(event, "yaml-merge-key", "the merge key << is not allowed", "write the values out")
        if event.style == '"' and _BAD_CHARACTER.search(name):
            raise self.refused(event, "control-character", "a control character may not stand in a key", "")
        return name

    def sequence(self, event: Any, events: Iterator[Any], loc: Loc, key: int, depth: int) -> list[Any]:  # noqa: ANN401
        result: list[Any] = []
        for child in events:
            if type(child) is yaml.SequenceEndEvent:
                style = "[" if event.flow_style else "-"
                self.spans[loc] = Span(
                    key, event.start_mark.index, child.end_mark.index, event.start_mark.column, style
                )
                return result
            at = child.start_mark.index
            result.append(self.node(child, events, (*loc, len(result)), at, depth + 1))
        raise AssertionError("the parser ended inside of a list")

    def refused(self, event: Any, code: str, message: str, hint: str) -> YamlError:  # noqa: ANN401
        return self.refused_at(event.start_mark.index, code, message, hint)

    def refused_at(self, offset: int, code: str, message: str, hint: str) -> YamlError:
        return YamlError(problem_at(self.text, offset, code=code, message=message, path=self.path, hint=hint))
