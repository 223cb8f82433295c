"""Keys that stand in a file without a value: unknown ones, and those that have to say something.

A known key without a value is as good as not there. An unknown one is a typing error all the same: in
`{value: 12,000}` YAML sees the number 12, and a key `000` without a value.
"""

from __future__ import annotations

import re
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

from pipecli.core.comparison import GROUPS
from pipecli.core.keys import keys, unknown_key
from pipecli.core.problem import Problem
from pipecli.core.record import ALIASES

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
        owner = _bare(kind)
        for step in loc[:-1]:
            owner = _below(owner, step)
        key = str(loc[-1])
        if owner is None or key in _known(owner):
            continue
        separated = _separated(before, key) if before else ""
        if get_origin(owner) is dict and not separated:
            hint = f"write '{key}: …', or remove the key"
            yield Problem(code="invalid-value", message=f"{key}: a value is missing", path=path, loc=loc, hint=hint)
        else:
            yield unknown_key(owner, loc, path, separated)


def content(kind: Any) -> Any:  # noqa: ANN401
    """Return the annotation of what stands in a file that is one mapping: that of its record's one field."""
    return _hints(kind)[keys(kind)[0]]


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


@cache
def _hints(kind: Any) -> Mapping[str, Any]:  # noqa: ANN401
    back = {attribute: word for word, attribute in ALIASES.get(kind, {}).items()}
    return {back.get(name, name): _bare(hint) for name, hint in get_type_hints(kind).items()}


@cache
def _known(owner: Any) -> frozenset[str]:  # noqa: ANN401
    return frozenset(GROUPS if get_origin(owner) is tuple else keys(owner))


def _bare(hint: Any) -> Any:  # noqa: ANN401
    """Return an annotation without what says how it is read, and without the None of what may be absent."""
    if get_origin(hint) is Annotated:
        return _bare(get_args(hint)[0])
    if get_origin(hint) in (UnionType, Union):
        return next((_bare(one) for one in get_args(hint) if one is not type(None)), None)
    return hint


def _below(owner: Any, step: str | int) -> Any:  # noqa: ANN401
    """Return the annotation of what stands under a key or an index, or None where there is nothing to know."""
    if get_origin(owner) is tuple:
        return owner
    if get_origin(owner) in (dict, list):
        return _bare(get_args(owner)[-1]) if isinstance(step, str) == (get_origin(owner) is dict) else None
    return _hints(owner).get(str(step)) if _known(owner) else None
