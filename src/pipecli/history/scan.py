"""A quick look at a deal file of plain shape: what its history needs, without parsing.

The strict loader is the judge of what a file says. This scan answers only for files written as `pipe` writes
them: one key a line, plain or simply quoted values, lists and mappings in braces on one line or indented by
two, no comments behind values. For every other file it returns None, and a property test holds its answers to
be the loader's.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipecli.core.reader import ABSENT

_MOST = 16 * 1024
"""A longer file is parsed, so that no limit of the loader can be passed by."""

_BAD = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff"
_KEY = r"[a-z][a-z0-9_-]*"
_QUOTED = rf"""'[^'{_BAD}]*(?:''[^'{_BAD}]*)*'|"[^"\\{_BAD}]*\""""
_WORD = rf"\w[^:#{_BAD}]*(?::(?=[^ {_BAD}])[^:#{_BAD}]*)*(?<! )"
_FLOW = rf"[^:#,?\[\]{{}}{_BAD}]*"
_ATOM = rf"(?:\w{_FLOW}(?::(?=[^ ,?\[\]{{}}{_BAD}]){_FLOW})*(?<! )|{_QUOTED})"
_LIST = rf"\[(?:{_ATOM}(?:, {_ATOM})*)?\]"
_PAIR = rf"{_KEY}: (?:{_ATOM}|{_LIST})"
_MAPPING = rf"\{{{_PAIR}(?:, {_PAIR})*\}}"
_VALUE = rf"(?:{_WORD}|{_QUOTED}|{_LIST}|{_MAPPING})"
_END = r"(?:\n|\Z)"
_FILE = re.compile(
    rf"(?:\n|#[^{_BAD}]*{_END}|{_KEY}: {_VALUE}{_END}"
    rf"|{_KEY}:\n(?:(?:  - {_VALUE}{_END})+|(?:  {_KEY}: {_VALUE}{_END})+))+"
)
_ENTRY = re.compile(rf"^({_KEY}):(?: (.+))?$", re.MULTILINE)
_INNER = re.compile(rf"^  ({_KEY}):", re.MULTILINE)
_BLOCK = re.compile(r"^(?=\S)", re.MULTILINE)
_BRACES = re.compile(r"\{.*\}")
_INSIDE = re.compile(rf"[{{ ]({_KEY}): ")
_PLAIN = re.compile(_WORD)


class Scanned(NamedTuple):
    """What a plain file says of its deal's stage; `since` is empty where there is no `stage_since`."""

    pipeline: str
    stage: str
    since: str
    provenance: bool


def scan(data: bytes) -> Scanned | None:
    """Return what a deal file of plain shape says, or None where the strict loader has to be asked."""
    if len(data) > _MOST or b"formerly" in data:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if not _FILE.fullmatch(text):
        return None
    entries = _ENTRY.findall(text)
    values = dict(entries)
    pipeline, stage, since = (values.get(key, "") for key in ("pipeline", "stage", "stage_since"))
    plain = _is_plain(pipeline) and _is_plain(stage) and (_is_plain(since) or "stage_since" not in values)
    if not plain or len(values) < len(entries) or _repeats_a_key_inside(text):
        return None
    return Scanned(pipeline, stage, since.strip(), values.get("provenance", "null") not in ABSENT[1:])


def _is_plain(value: str) -> bool:
    return value not in ABSENT and _PLAIN.fullmatch(value) is not None


def _repeats_a_key_inside(text: str) -> bool:
    """Return whether a key may stand twice in one mapping."""
    inner = [_INNER.findall(text)]
    if _repeats(inner):  # seldom: the same key in two mappings, or twice in one
        inner = [_INNER.findall(block) for block in _BLOCK.split(text)]
    return _repeats([*inner, *(_INSIDE.findall(braces) for braces in _BRACES.findall(text))])


def _repeats(groups: list[list[str]]) -> bool:
    return any(len(set(keys)) < len(keys) for keys in groups)
