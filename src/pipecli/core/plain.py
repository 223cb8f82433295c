"""Plain data that were found right before → records, without pydantic: each value is read as its annotation says.

The data are those of a file, as the strict loader gives them, in which `pipecli.core.schema` found nothing wrong; what
is made of them here equals what it made (tests/properties/test_plain.py holds the two together).
"""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from enum import EnumMeta
from functools import cache, partial
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pipecli.core.record import ALIASES
from pipecli.core.value import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


def record(kind: Callable[..., T], data: Mapping[str, Any]) -> T:
    """Return the record that plain data describe; the keys are those of the file, `id` and `path` among them."""
    readers = readers_of(kind)
    return kind(**{name: read(data[key]) for name, key, read in readers if key in data})


@cache
def readers_of(kind: Any) -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:  # noqa: ANN401 -- a class
    """Return for each attribute of a record its name, its key in a file, and how its value is read."""
    hints = get_type_hints(kind, include_extras=True)
    words = {attribute: word for word, attribute in ALIASES.get(kind, {}).items()}
    return tuple((f.name, words.get(f.name, f.name), reader(hints[f.name])) for f in fields(kind))


@cache
def reader_of(kind: Any, name: str) -> Callable[[Any], Any]:  # noqa: ANN401 -- a class
    """Return how the value of one attribute of a record is read."""
    return reader(_hints(kind)[name])


@cache
def _hints(kind: Any) -> Mapping[str, Any]:  # noqa: ANN401 -- a class
    return get_type_hints(kind, include_extras=True)


@cache
def defaults_of(kind: Any) -> Mapping[str, Callable[[], Any]]:  # noqa: ANN401 -- a class
    """Return for each attribute what makes its value where a file is silent; None stands in for what is needed."""
    found: dict[str, Callable[[], Any]] = {}
    for one in fields(kind):
        if one.default_factory is MISSING:
            found[one.name] = partial(_as_it_is, None if one.default is MISSING else one.default)
        else:
            found[one.name] = one.default_factory
    return found


def reader(hint: Any) -> Callable[[Any], Any]:  # noqa: ANN401, PLR0911 -- any annotation, each form of it a line
    """Return how a value of an annotation is read. Raises `TypeError` for an annotation that is not known here."""
    origin, inside = get_origin(hint), get_args(hint)
    if hint is str:
        return _as_it_is
    if origin is Annotated:
        return _text(inside[0], next(one for one in inside[1:] if isinstance(one, Text)))
    if origin in (Union, UnionType):
        (one,) = (arm for arm in inside if arm is not NoneType)
        return reader(one)
    if origin is list:
        return _list(reader(inside[0]))
    if origin is dict:
        return _mapping(reader(inside[0]), reader(inside[1]))
    if isinstance(hint, EnumMeta):
        return Remembered(hint).__getitem__
    if is_dataclass(hint) and isinstance(hint, type):
        return lambda value: record(hint, value)
    raise TypeError(f"nothing says how {hint} is read")


def _text(what: Any, text: Text) -> Callable[[Any], Any]:  # noqa: ANN401
    if what is str:  # its parser judges the text, and leaves it as it is
        return _as_it_is
    return (
        text.parse if get_origin(what) is tuple and Ellipsis in get_args(what) else Remembered(text.parse).__getitem__
    )


def _as_it_is(value: Any) -> Any:  # noqa: ANN401
    return value


def _list(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return list if read is _as_it_is else lambda values: [read(value) for value in values]


def _mapping(key: Callable[[Any], Any], value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    if key is _as_it_is and value is _as_it_is:
        return dict
    return lambda values: {key(name): value(one) for name, one in values.items()}


class Remembered(dict[Any, Any]):
    """What a parser made of each text: dates, amounts and words come again and again."""

    def __init__(self, parse: Callable[[Any], Any]) -> None:
        super().__init__()
        self.parse = parse

    def __missing__(self, text: Any) -> Any:  # noqa: ANN401
        """Read a text for the first time."""
        made = self[text] = self.parse(text)
        return made
