"""How values are written as YAML text that every reader takes for what was meant.

Text is quoted wherever a reader of YAML 1.1 or 1.2 could see anything but that very text; days, moments,
amounts, counts and booleans are written plain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from pipecli.core.yamltext import Plain

Scalar = str | date | Decimal | int
"""One value: a `str` is text; `datetime` and `bool` are among these, being a `date` and an `int`."""
Value = Scalar | Sequence["Value"] | Mapping[str, "Value"]
"""What can be written into a file."""
Collection = Sequence[Value] | Mapping[str, Value]

STEP = 2
"""By how many columns a nested block is indented."""

_ESCAPED = re.compile(  # line breaks, and what no eye sees
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_INDICATED = re.compile(r"[-?:,\[\]{}#&*!|>@%`\"'\s]|\.\.\.|.*(?::\s|:\Z|\s#|\s\Z)", re.DOTALL)
_FLOW_INDICATED = re.compile(r"[,\[\]{}:?]")
_TYPED = re.compile(
    r"y|n|yes|no|on|off|true|false|null|~|=|<<|[-+]?\.(?:inf|nan)"
    r"|[-+]?0[xob][0-9a-f_]*"  # whole numbers of other bases
    r"|[-+.0-9][-+.,:_0-9 tze]*",  # numbers, base 60 and times, and whatever is as bare as they are
    re.IGNORECASE,
)


def plain(value: Value) -> Plain:
    """Return what the loader reads where `value` was written: all scalars are text."""
    if isinstance(value, Scalar):
        return value if isinstance(value, str) else bare(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value]


def bare(value: date | Decimal | int) -> str:
    """Return a day, moment, amount, count or boolean as it stands in a file. Raises `ValueError` for NaN."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="auto" if value.second or value.microsecond else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no amount")
        return format(value, "f")
    return str(value).lower()


def scalar(value: Scalar, *, inside_flow: bool = False, quote: str = "") -> str:
    """Return one value as it is written; `quote` is the quote that text keeps, where it can."""
    if not isinstance(value, str):
        return bare(value)
    if quote == '"' or _ESCAPED.search(value):
        return _double_quoted(value)
    if quote == "'" or not _is_safe(value, inside_flow=inside_flow):
        return "'" + value.replace("'", "''") + "'"
    return value


def flow(value: Value) -> str:
    """Return a value in flow style, on one line: `{id: t1, tags: [a, b]}`."""
    if isinstance(value, Scalar):
        return scalar(value, inside_flow=True)
    if isinstance(value, Mapping):
        return "{" + ", ".join(flow_entry(key, item) for key, item in value.items()) + "}"
    return "[" + ", ".join(flow(item) for item in value) + "]"


def flow_entry(key: str, value: Value) -> str:
    """Return `key: value` in flow style."""
    return f"{_key(key, inside_flow=True)}: {flow(value)}"


def block_entry(key: str, value: Value, column: int) -> list[str]:
    """Return the lines of `key: value` in block style, with the key at `column`, without line ends."""
    head = " " * column + _key(key) + ":"
    if is_nested(value):
        return [head, *nested(value, column + STEP)]
    return [f"{head} {inline(value)}"]


def is_nested(value: Value) -> TypeGuard[Collection]:
    """Tell whether a value takes lines of its own: a mapping, or a list of mappings, that is not empty."""
    if isinstance(value, Scalar) or not value:
        return False
    return isinstance(value, Mapping) or any(isinstance(item, Mapping) for item in value)


def nested(value: Collection, column: int) -> list[str]:
    """Return the lines of a mapping or list in block style, at `column`; list items are in flow style."""
    if isinstance(value, Mapping):
        return [line for key, item in value.items() for line in block_entry(key, item, column)]
    return [block_item(item, column) for item in value]


def block_item(value: Value, column: int) -> str:
    """Return the line of one list item in block style, with the dash at `column`, without line end."""
    return " " * column + "- " + inline(value)


def inline(value: Value) -> str:
    """Return a value that stands behind a block's key or dash, on the same line."""
    return scalar(value) if isinstance(value, Scalar) else flow(value)


def _key(text: str, *, inside_flow: bool = False) -> str:
    """Return a key as it is written; a day is plain, as it is where it is a value."""
    return text if _DAY.fullmatch(text) else scalar(text, inside_flow=inside_flow)


def _is_safe(text: str, *, inside_flow: bool) -> bool:
    if not text or _TYPED.fullmatch(text) or _INDICATED.match(text):
        return False
    return not (inside_flow and _FLOW_INDICATED.search(text))


def _double_quoted(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _ESCAPED.sub(_escape, safe) + '"'


def _escape(found: re.Match[str]) -> str:
    return _NAMED.get(found.group()) or f"\\u{ord(found.group()):04x}"
