"""A map: what the headers, stages and people of somebody's table mean here, as a small YAML file. Pure.

It is read as strictly as the files of a workspace: an unknown key or field is a problem with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar

from pipecli.core import schema, yamltext
from pipecli.core.pipeline import Kind
from pipecli.core.problem import ExitCode, Loc, PipeError, Problem, did_you_mean
from pipecli.core.value import STRICT, Line
from pipecli.core.workspace import located
from pipecli.interchange.columns import FIELDS, is_field
from pipecli.interchange.headers import SYSTEMS


class DateFormat(StrEnum):
    """In which order days are written that are not written like 2026-11-03."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class Mark(StrEnum):
    """What stands before the decimals of an amount."""

    POINT = "point"
    COMMA = "comma"


SIGNS: Mapping[Mark, str] = {Mark.POINT: ".", Mark.COMMA: ","}


@dataclass(frozen=True, slots=True)
class Map:
    """One map. `columns` are our fields by their headers, the others our words by theirs.

    `like` names a system whose usual headers are known beside those of the map. `constants` are what every deal
    says whose row says nothing else.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    like: Line | None = None
    columns: dict[Line, Line] = field(default_factory=dict)
    pipelines: dict[Line, Line] = field(default_factory=dict)
    stages: dict[Line, Line] = field(default_factory=dict)
    kinds: dict[Line, Kind] = field(default_factory=dict)
    owners: dict[Line, Line] = field(default_factory=dict)
    constants: dict[Line, Line] = field(default_factory=dict)
    date_format: DateFormat | None = None
    decimal: Mark | None = None


def read(data: bytes, name: str) -> Map:
    """Return the map in a file. Raises `PipeError` with all that is wrong with it, and where."""
    try:
        document = yamltext.load(data, name)
    except yamltext.YamlError as error:
        raise _unreadable(name, (error.problem,)) from None
    found, problems = schema.read(Map, document.data, name, absent=document.absent)
    problems = (*problems, *_unknown_words(document.data, name))
    if found is None or problems:
        raise _unreadable(name, located(problems, {name: data}))
    return found


def _unknown_words(data: Mapping[str, Any], name: str) -> Iterator[Problem]:
    """Yield what a map says that there is no such thing as."""
    columns, constants, like = data.get("columns"), data.get("constants"), data.get("like")
    for place, word in columns.items() if isinstance(columns, dict) else ():
        if isinstance(word, str) and not is_field(word):
            yield _unknown(name, ("columns", place), word)
    for word in constants if isinstance(constants, dict) else ():
        if not is_field(word):
            yield replace(_unknown(name, ("constants", word), word), at_key=True)
    if isinstance(like, str) and like not in SYSTEMS:
        message = f"like: there is no system {like!r}"
        yield Problem(code="invalid-value", path=name, loc=("like",), message=message, hint=did_you_mean(like, SYSTEMS))


def _unknown(name: str, loc: Loc, word: str) -> Problem:
    hint = did_you_mean(word, FIELDS, otherwise=f"fields: {', '.join(FIELDS)}")
    return Problem(code="invalid-value", path=name, loc=loc, message=f"there is no field {word!r}", hint=hint)


def _unreadable(name: str, problems: tuple[Problem, ...]) -> PipeError:
    hint = "pipe import csv FILE --show-map prints one to begin with; docs/import.md says what may stand in it"
    return PipeError(f"the map {name} cannot be used", hint=hint, code=ExitCode.PROBLEMS, problems=problems)
