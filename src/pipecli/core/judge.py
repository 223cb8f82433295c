"""Whether there is nothing wrong in the plain data of a file: the quick answer for the many files that are right.

Where it is no, `pipecli.core.schema` says what is wrong; it is yes only where that finds nothing
(tests/properties/test_plain.py holds the two together).
"""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from enum import EnumMeta
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

from pipecli.core.plain import readers_of
from pipecli.core.value import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FROM_THE_NAME = ("id", "path")


def is_right(kind: Any, data: Any, *, named: bool = False) -> bool:  # noqa: ANN401 -- a class; whatever stands in a file
    """Return whether plain data are a record without problems; the id of a `named` one is that of its file."""
    try:
        return _is_record(kind, data, named=named)
    except (TypeError, ValueError):
        return False


def _is_record(kind: Any, data: Any, *, named: bool = False) -> bool:  # noqa: ANN401
    checks, needed = _checks(kind, named)
    if type(data) is not dict or not needed <= data.keys():
        return False
    for key, value in data.items():
        check = checks.get(key)
        if check is None or not check(value):
            return False
    return True


@cache
def _checks(kind: Any, named: bool) -> tuple[Mapping[str, Callable[[Any], bool]], frozenset[str]]:  # noqa: ANN401
    """Return what judges the value of each key of a record, and the keys that must be there."""
    hints = get_type_hints(kind, include_extras=True)
    checks: dict[str, Callable[[Any], bool]] = {}
    needed: set[str] = set()
    for field, (name, key, _) in zip(fields(kind), readers_of(kind), strict=True):
        if named and name in _FROM_THE_NAME:
            continue
        checks[key] = _check(hints[name])
        if field.default is MISSING and field.default_factory is MISSING:
            needed.add(key)
    return checks, frozenset(needed)


def _check(hint: Any) -> Callable[[Any], bool]:  # noqa: ANN401, PLR0911 -- any annotation, each form of it a line
    origin, inside = get_origin(hint), get_args(hint)
    if hint is str:
        return lambda value: isinstance(value, str)
    if origin is Annotated:
        return _Seen(next(one for one in inside[1:] if isinstance(one, Text)).parse)
    if origin in (Union, UnionType):
        return next(_check(arm) for arm in inside if arm is not NoneType)
    if origin is list:
        item = _check(inside[0])
        return lambda value: type(value) is list and all(map(item, value))
    if origin is dict:
        key, each = _check(inside[0]), _check(inside[1])
        return lambda value: type(value) is dict and all(map(key, value)) and all(map(each, value.values()))
    if isinstance(hint, EnumMeta):
        words = frozenset(hint._value2member_map_)
        return lambda value: value in words
    if is_dataclass(hint):
        return lambda value: _is_record(hint, value)
    raise TypeError(f"nothing says how {hint} is judged")


class _Seen:
    """The texts that a parser has read without a complaint."""

    __slots__ = ("parse", "texts")

    def __init__(self, parse: Callable[[Any], Any]) -> None:
        self.parse = parse
        self.texts: set[Any] = set()

    def __call__(self, text: Any) -> bool:  # noqa: ANN401
        """Return True for what the parser reads. Raises its `ValueError`, or `TypeError` for what is no text."""
        if type(text) is not str:
            self.parse(text)
        elif text not in self.texts:
            self.parse(text)
            self.texts.add(text)
        return True
