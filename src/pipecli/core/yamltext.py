"""The strict YAML loader: text in, plain data with a position for every value out.

It reads PyYAML's C events, so nothing is constructed, resolved or expanded: every scalar stays the text that
was written. What YAML allows and a pipeline file does not need (aliases, tags, merge keys, second documents,
deep nesting) is a named problem, found before it can cost time or memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from pipecli.core.layout import MAX_BYTES
from pipecli.core.position import YamlError, line_and_column, refused
from pipecli.core.problem import ExitCode, Loc, PipeError, Problem
from pipecli.core.reader import BAD_CHARACTER, MAX_DEPTH, MAX_SCALAR, Plain, Reader, Span, bad_character

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_SCALAR", "Document", "Plain", "Span", "YamlError", "load"]

_CONFLICT = re.compile(r"^(<<<<<<<|=======|>>>>>>>|\|\|\|\|\|\|\|)(?= |\r?$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its text without byte order mark, the plain data in it, and where each value stands.

    A key whose value is absent has a span, and no entry in the data; `absent` names it, with the last key before
    it in its mapping that has a value.
    """

    text: str
    data: dict[str, Any]
    spans: dict[Loc, Span]
    bom: bool = False
    absent: Mapping[Loc, str] = field(default_factory=dict)

    def position(self, loc: Loc, *, at_key: bool = False) -> tuple[int, int]:
        """Return line and column, from 1, of the value at `loc`, or of its nearest container that exists."""
        return line_and_column(self.text, self.offset(loc, at_key=at_key))

    def offset(self, loc: Loc, *, at_key: bool = False) -> int:
        """Return the character offset of the value (or its key) at `loc`, or of its nearest container."""
        while loc and loc not in self.spans:
            loc, at_key = loc[:-1], True
        span = self.spans.get(loc)
        return (span.key if at_key else span.start) if span else 0


def load(data: bytes, path: str = "") -> Document:
    """Parse one file. Raises `YamlError`, and nothing else, for any input whatever."""
    text = _decode(data, path)
    bom = text.startswith("\ufeff")
    text = text[1:] if bom else text
    _refuse_characters(text, path)
    reader = Reader(text, path)
    try:
        root = reader.read()
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, text, path) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError(Problem(code="yaml-syntax", message=str(error).split("\n")[0], path=path)) from None
    return Document(text, root, reader.spans, bom, reader.absent)


def require_c_parser() -> None:
    """Raise `PipeError` where PyYAML was built without its C parser."""
    if not yaml.__with_libyaml__:
        raise PipeError(
            "PyYAML was installed without its C parser, and would read ten times slower",
            hint="install a binary wheel (pip install --force-reinstall --only-binary :all: pyyaml), "
            "or libyaml's headers before building it",
            code=ExitCode.STATE,
        )


def _decode(data: bytes, path: str) -> str:
    if len(data) > MAX_BYTES:
        raise YamlError(
            Problem(
                code="file-too-large",
                message=f"the file has more than {MAX_BYTES:,} bytes",
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
        raise refused(
            text,
            conflict.start(),
            code="conflict-marker",
            message="a merge conflict was left in the file",
            path=path,
            hint="keep one side, delete the marker lines, then commit",
        )
    bad = BAD_CHARACTER.search(text)
    if bad:
        raise bad_character(bad, text, bad.start(), path)


def _syntax(error: yaml.MarkedYAMLError, text: str, path: str) -> YamlError:
    mark = error.problem_mark or error.context_mark
    what = error.problem or error.context or "not YAML"
    offset = min(mark.index, len(text)) if mark else 0
    hint = "quote a value that holds ': ' or ' #', or that begins with one of [ ] { } , & * ! | > % @ `"
    if "\\t" in what or text[offset : offset + 1] == "\t":
        hint = "indent with spaces, not with a tab"
    return refused(text, offset, code="yaml-syntax", message=what, path=path, hint=hint)
