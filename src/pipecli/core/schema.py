"""Plain data → records: pydantic adapters over the dataclasses of `record`, and their errors as problems.

This is the only module that imports pydantic, and it is imported only where text is parsed.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from pipecli.core.comparison import MisreadError
from pipecli.core.keys import NOT_FOR_FILES, keys, misplaced, unknown_key
from pipecli.core.problem import Loc, Problem, did_you_mean
from pipecli.core.record import ALIASES

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

T = TypeVar("T")
Read = tuple[T | None, tuple[Problem, ...]]

__all__ = ["keys", "read", "read_mapping"]


def read(
    kind: type[T], data: Mapping[str, Any], path: str, *, identity: str | None = None, absent: Container[Loc] = ()
) -> Read[T]:
    """Return the record that `data` describe, or None, and every problem in them.

    `identity` is the id, which stands only in the file's name, for kinds that have one; `absent` has the places
    of keys that are there without a value.
    """
    given = dict(data)
    wrong: tuple[Problem, ...] = ()
    if identity is not None:
        wrong = tuple(misplaced(word, path) for word in NOT_FOR_FILES if word in given)
        given |= {"id": identity, "path": path}
    try:
        record = _adapter(kind).validate_python(_renamed(kind, given))  # type: ignore[arg-type]  # classes are hashable
    except ValidationError as error:
        return None, (
            *wrong,
            *(p for item in error.errors(include_url=False) for p in _explain(kind, item, path, absent)),
        )
    return (None, wrong) if wrong else (record, ())


def read_mapping(kind: type[T], data: Mapping[str, Any], path: str) -> Read[T]:
    """Return the record of a file that is one mapping without keys of its own, and every problem in it."""
    name = fields(kind)[0].name  # type: ignore[arg-type]  # the kinds are dataclasses of one field
    record, problems = read(kind, {name: data}, path)
    return record, tuple(replace(problem, loc=problem.loc[1:]) for problem in problems)


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@cache
def _children(kind: Any) -> Mapping[str, tuple[Any, str]]:  # noqa: ANN401 -- any annotation
    """Return, by key, the record class below a record and how it is reached: one, in a list, in a mapping."""
    found: dict[str, tuple[Any, str]] = {}
    for name, hint in get_type_hints(kind).items():
        shape, inner = _shape(hint)
        if inner is not None and name != "__pydantic_config__":
            found[name] = (inner, shape)
    return found


def _shape(hint: Any) -> tuple[str, Any]:  # noqa: ANN401
    origin = get_origin(hint)
    if is_dataclass(hint):
        return "one", hint
    if origin is Annotated:
        return _shape(get_args(hint)[0])
    if origin in (list, dict):
        inner = _shape(get_args(hint)[-1])[1]
        return ("list" if origin is list else "mapping"), inner
    if origin in (UnionType, Union):
        return next((s for s in map(_shape, get_args(hint)) if s[1] is not None), ("", None))
    return "", None


def _needs_renaming(kind: Any, seen: tuple[Any, ...] = ()) -> bool:  # noqa: ANN401
    return kind in ALIASES or any(
        _needs_renaming(child, (*seen, kind)) for child, _ in _children(kind).values() if child not in seen
    )


@cache
def _renaming(kind: Any) -> tuple[Mapping[str, str], Mapping[str, tuple[Any, str]]]:  # noqa: ANN401
    """Return the words to rename in a record, and the children in which there is something to rename."""
    below = {name: child for name, child in _children(kind).items() if _needs_renaming(child[0])}
    return ALIASES.get(kind, {}), below


def _renamed(kind: Any, data: Any) -> Any:  # noqa: ANN401
    """Return data with the keys that are words of Python replaced by their attributes, all the way down."""
    words, below = _renaming(kind)
    if not isinstance(data, dict) or not (words or below):
        return data
    if words:
        attributes = set(words.values())
        result = {words.get(key, f"{key} " if key in attributes else key): value for key, value in data.items()}
    else:
        result = dict(data)
    for name, (child, shape) in below.items():
        value = result.get(name)
        if shape == "one" and value is not None:
            result[name] = _renamed(child, value)
        elif shape == "list" and isinstance(value, list):
            result[name] = [_renamed(child, item) for item in value]
        elif shape == "mapping" and isinstance(value, dict):
            result[name] = {key: _renamed(child, item) for key, item in value.items()}
    return result


def _explain(kind: Any, item: Any, path: str, absent: Container[Loc]) -> Iterator[Problem]:  # noqa: ANN401
    error = item.get("ctx", {}).get("error")
    if isinstance(error, MisreadError):
        loc, _ = _walk(kind, item["loc"])
        for below, message in error.faults:
            yield _problem(path, (*loc, *below), "invalid-value", f"{loc[-1]}: {message}", "")
    else:
        yield _explained(kind, item, path, absent)


def _explained(kind: Any, item: Any, path: str, absent: Container[Loc]) -> Problem:  # noqa: ANN401
    loc, owner = _walk(kind, item["loc"])
    key = next((step for step in reversed(loc) if isinstance(step, str)), "")
    if item["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return unknown_key(owner, loc, path)
    if item["type"] in ("missing", "missing_argument"):
        return _missing(path, loc, key, there=loc in absent)
    if item["type"] == "enum":
        wanted = item["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        given = item["input"]
        if not isinstance(given, str):
            message = f"{key}: one word is wanted here, not a list or a mapping"
            return _problem(path, loc, "invalid-value", message, did_you_mean("", wanted))
        return _problem(path, loc, "invalid-value", f"{key}: {given!r} is not known", did_you_mean(given, wanted))
    if loc and item["loc"][-1] == "[key]":
        return _problem(path, loc, "invalid-value", f"{key!r}: {_message(item)}", "", at_key=True)
    return _problem(path, loc, "invalid-value", f"{key}: {_message(item)}" if key else _message(item), "")


def _missing(path: str, loc: Loc, key: str, *, there: bool) -> Problem:
    if there:
        return _problem(path, loc, "missing-key", f"the key {key!r} has no value", f"write '{key}: …'", at_key=True)
    return _problem(path, loc[:-1], "missing-key", f"the key {key!r} is missing", f"add '{key}: …'")


def _message(item: Any) -> str:  # noqa: ANN401
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    if item["type"] in ("dataclass_type", "dict_type"):
        return "a mapping is wanted here, like {key: value}"
    if item["type"] == "list_type":
        return "a list is wanted here, like [one, two]"
    return str(item["msg"])


def _walk(kind: Any, loc: Iterable[str | int]) -> tuple[Loc, Any]:  # noqa: ANN401
    """Return the place in the file for a place in the record, and the record class that owns its last step."""
    result: list[str | int] = []
    owner: Any = kind
    current: Any = kind
    inside = ""
    for step in loc:
        if step == "[key]":
            continue
        if current is None or inside:
            result.append(step)
            inside = ""
            continue
        owner = current
        back = {attribute: word for word, attribute in ALIASES.get(current, {}).items()}
        result.append(back.get(str(step), str(step).rstrip() if isinstance(step, str) else step))
        current, shape = _children(current).get(str(step), (None, ""))
        inside = "" if shape in ("", "one") else shape
    return tuple(result), owner


def _problem(path: str, loc: Loc, code: str, message: str, hint: str, *, at_key: bool = False) -> Problem:
    return Problem(code=code, message=message, path=path, loc=loc, hint=hint, at_key=at_key)
