"""A quick look at a deal file of plain shape: what its history needs, without parsing.

The strict loader is the judge of what a file says. This scan answers only for files written as `pipe` writes
them: one key a line, plain or simply quoted values, lists and mappings in braces on one line or indented by
two, no comments behind values. For every other file it returns None, and a property test holds its answers to
be the loader's.

Versions of a history share nearly all of their lines. So each line is judged by itself, once, and leaves its outline:
what it is, without its value. The outlines of a file's lines make up the file's own, which is judged once, too.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING

from pipecli.history.memo import Memo
from pipecli.history.version import Version, day, parse

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST = 16 * 1024
"""A longer file is parsed, so that no limit of the loader can be passed by."""

_BAD = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff"
_KEY = r"(?!null:)[a-z][a-z0-9_-]{0,99}"  # YAML knows no key of more than 1,024 characters
_QUOTED = rf"""'[^'{_BAD}]*(?:''[^'{_BAD}]*)*'|"[^"\\{_BAD}]*\""""
_WORD = rf"\w[^:#{_BAD}]*(?::(?=[^ {_BAD}])[^:#{_BAD}]*)*(?<! )"
_FLOW = rf"[^:#,?\[\]{{}}{_BAD}]*"
_ATOM = rf"(?:\w{_FLOW}(?::(?=[^ ,?\[\]{{}}{_BAD}]){_FLOW})*(?<! )|{_QUOTED})"
_LIST = rf"\[(?:{_ATOM}(?:, {_ATOM})*)?\]"
_PAIR = rf"{_KEY}: (?:{_ATOM}|{_LIST})"
_MAPPING = rf"\{{{_PAIR}(?:, {_PAIR})*\}}"
_VALUE = rf"(?:{_WORD}|{_QUOTED}|{_LIST}|{_MAPPING})"
_TEXT = r"(?:pipeline|stage|stage_since):"
_TOP = rf"(?!{_TEXT}|formerly:|provenance: null\Z){_KEY}:"
_LINE = re.compile(
    rf"(?:  - |  {_KEY}: |{_TOP} )(?={_VALUE}\Z)|{_TEXT} (?!null\Z)(?={_WORD}\Z)"
    rf"|(?:{_TOP}|provenance: null)\Z|(?=(?:#[^{_BAD}]*)?\Z)"
)
"""Matches the outline of a line, and looks whether what is behind it is plain."""
_INSIDE = re.compile(rf"[{{ ]({_KEY}): ")

_ODD = "?\n"
_FILE = re.compile(rf"(?:\n|{_KEY}: (?:null)?\n|{_KEY}:\n(?:(?:  - \n)+|(?:  {_KEY}: \n)+))+")
_BLOCK = re.compile(r"^(?=\S)", re.MULTILINE)
_OUTER = re.compile(rf"^({_KEY}):", re.MULTILINE)
_INNER = re.compile(rf"^  ({_KEY}):", re.MULTILINE)

_Places = tuple["Callable[[list[bytes]], tuple[bytes, ...]]", bytes]
"""What picks the lines out of a file that say its stage, since when and its close; the line on its provenance."""


class Scanner:
    """Reads versions, and keeps in mind what it found out about the lines of those of late."""

    def __init__(self, room: int = 8 * 1024 * 1024) -> None:
        """Take so many bytes for a generation of each memo: of lines, of outlines of files, of versions."""
        self._line = Memo(_outline, room).__getitem__
        self._file = Memo(_places, room).__getitem__
        self._said = Memo(_version, room).__getitem__

    def read(self, data: bytes | None) -> Version:
        """Return the version that a blob holds; None stands for a blob that git does not have. Never raises."""
        quick = None if data is None else self.scan(data)
        return quick or parse(data)

    def scan(self, data: bytes) -> Version | None:
        """Return the version in a file of plain shape, or None where the strict loader has to be asked.

        Equal ones are mostly the same object.
        """
        if len(data) > _MOST:
            return None
        lines = data.split(b"\n")
        places = self._file("".join(map(self._line, lines)))
        if places is None:
            return None
        pick, provenance = places
        return self._said(b"\n".join((*pick(lines), provenance)))


def _outline(line: bytes) -> str:
    """Return the outline of a line, and a line feed."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return _ODD
    found = _LINE.match(text)
    if not found or (text.startswith("{", found.end()) and _repeats(_INSIDE.findall(text, found.end()))):
        return _ODD
    return f"{found[0]}\n"


def _places(outline: str) -> _Places | None:
    """Return where files of an outline say what is asked, or None where the strict loader has to be asked."""
    blocks = _BLOCK.split(outline)
    plain = _FILE.fullmatch(outline) and not _repeats(_OUTER.findall(outline))
    if not plain or any(_repeats(_INNER.findall(block)) for block in blocks):
        return None
    lines = {line: number for number, line in enumerate(outline.split("\n"))}
    if "pipeline: " not in lines or "stage: " not in lines:
        return None
    more = [key for key in ("stage_since: ", "expected_close: ") if key in lines]
    pick = itemgetter(*(lines[key] for key in ("pipeline: ", "stage: ", *more)))
    return pick, b"provenance" if "provenance: " in lines or "provenance:" in lines else b""


def _version(said: bytes) -> Version:
    """Return the version in a few lines of a plain file."""
    values = {key: value for key, _, value in (line.partition(": ") for line in said.decode().split("\n"))}
    return Version(
        (values["pipeline"], values["stage"]),
        values.get("stage_since", "").strip(),
        provenance="provenance" in values,
        close=day(_bare(values.get("expected_close", "").strip())),
    )


def _bare(value: str) -> str:
    """Return a value without the quotes around it."""
    return value[1:-1].strip() if value.startswith(("'", '"')) else value


def _repeats(keys: list[str]) -> bool:
    return len(set(keys)) < len(keys)
