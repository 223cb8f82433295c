"""Keys that stand in a file without a value: unknown ones, and those that have to say something.

A known key without a value is as good as not there. An unknown one is a typing error all the same: in
`{value: 12,000}` YAML sees the number 12, and a key `000` without a value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, get_origin

from pipecli.core.annotation import bare, below, hints, known
from pipecli.core.keys import keys, unknown_key
from pipecli.core.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipecli.core.problem import Loc

_DIGITS = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"\d{3}(?:\.\d+)?", re.ASCII)


def unknown(kind: Any, absent: Mapping[Loc, str], path: str) -> Iterator[Problem]:  # noqa: ANN401 -- any annotation
    """Yield a problem for each absent key of a record's file that is unknown, or must have a value where it is.

    `kind` is the record's class, or the annotation of a file that is one mapping. `absent` holds the place of
    each key without a value, and the key with a value before it.
    """
    for loc, before in absent.items():
        owner = bare(kind)
        for step in loc[:-1]:
            owner = bare(below(owner, step))
        key = str(loc[-1])
        if owner is None or key in known(owner):
            continue
        separated = _separated(before, key) if before else ""
        if get_origin(owner) is dict and not separated:
            hint = f"write '{key}: …', or remove the key"
            yield Problem(code="invalid-value", message=f"{key}: a value is missing", path=path, loc=loc, hint=hint)
        else:
            yield unknown_key(owner, loc, path, separated)


def content(kind: Any) -> Any:  # noqa: ANN401
    """Return the annotation of what stands in a file that is one mapping: that of its record's one field."""
    return bare(hints(kind)[keys(kind)[0]])


def separated_values(data: Mapping[str, Any], absent: Mapping[Loc, str]) -> dict[Loc, str]:
    """Return, for each key that is the rest of a number, the key before it with its value."""
    found: dict[Loc, str] = {}
    for loc, before in absent.items():
        parent: Any = data
        for step in loc[:-1]:
            parent = parent[step]
        value = parent.get(before)
        found[loc] = f"{before}: {value}" if isinstance(value, str) else ""
    return found


def _separated(before: str, rest: str) -> str:
    """Return the remedy where a comma has cut a number in two: `value: 12` and `000`, `value: 12` and `50`."""
    key, _, number = before.rpartition(": ")
    if not _DIGITS.fullmatch(number) or not _DIGITS.fullmatch(rest):
        return ""
    if _THOUSANDS.fullmatch(rest):
        return f"write '{key}: {number}{rest}', without separators of thousands"
    return f"write '{key}: {number}.{rest}', with a point"
