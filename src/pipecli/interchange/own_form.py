"""Deals as a table of our own: which columns there are, and how what is no plain text stands in a cell. Pure.

One row a deal, one column a key. Keys below keys have a column of their own (`next_step.do`, `fields.seats`). A list of
words is divided by `; `; a list of tasks or activities is JSON. A cell that begins with `[` or `"` is JSON, which
texts are, too, where they begin so. A text that a spreadsheet would take for a formula has a `'` before it; numbers
are left alone. So nothing is lost, and nothing is run.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pipecli.core.record import ALIASES, Deal, Hold, NextStep, Outcome, Provenance
from pipecli.core.schema import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipecli.core.emit import Value

NESTED: Mapping[str, type[Any]] = {"hold": Hold, "outcome": Outcome, "next_step": NextStep, "provenance": Provenance}
MAPPINGS = ("checklist", "fields")
LISTS = ("contacts", "tags", "formerly")
RECORDS = ("tasks", "activities")
KIND = "kind"
"""A column that no key is for: whether the deal is open, on hold, won or lost."""

_DIVIDER = "; "
_FORMULA = re.compile(r"'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_JSON = ("[", '"')


def columns(trees: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names of all columns for deals with these keys; those of one's own fields by name, at the end."""
    found = []
    for field in fields(Deal):
        if field.name in NESTED:
            found += [f"{field.name}.{key}" for key in keys(NESTED[field.name])]
        elif field.name not in (*MAPPINGS, "path"):
            found += [field.name, KIND] if field.name == "stage" else [field.name]
    own = {f"{name}.{key}" for tree in trees for name in MAPPINGS for key in tree.get(name) or {}}
    return found + sorted(own)


def cell(tree: Mapping[str, Any], column: str) -> str:
    """Return what stands in a deal's cell; blank where it has no such key."""
    name, _, key = column.partition(".")
    value = tree.get(name)
    if key:
        value = (value or {}).get(key)
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, str):
        return guarded(json.dumps(value) if value.startswith(_JSON) else value)
    return guarded(_list(value)) if name in LISTS else json.dumps(value)


def tree_of(row: Mapping[str, str]) -> dict[str, Any]:
    """Return the keys of a deal from the cells of its row. Raises `ValueError` where JSON is broken."""
    tree: dict[str, Any] = {}
    for column, text in row.items():
        name, _, key = column.partition(".")
        if text and name != KIND:
            value = _value(name, unguarded(text))
            if key:
                tree.setdefault(name, {})[key] = value
            else:
                tree[name] = value
    return tree


def values(record: Any) -> dict[str, Value]:  # noqa: ANN401 -- a deal, or a record in one
    """Return the keys that a record has, with their values as they would be written."""
    names = {attribute: word for word, attribute in ALIASES.get(type(record), {}).items()}
    found: dict[str, Value] = {}
    in_the_name = ("id", "path") if hasattr(record, "path") else ()
    for part in fields(record):
        value = getattr(record, part.name)
        if value is not None and value not in ([], {}) and part.name not in in_the_name:
            found[names.get(part.name, part.name)] = _written(value, share=part.name == "probability")
    return found


def _written(value: Any, *, share: bool) -> Value:  # noqa: ANN401 -- what a record holds
    if share:
        return f"{(value * 100).normalize():f}%"
    if is_dataclass(value):
        return values(value)
    if isinstance(value, list):
        return [_written(item, share=False) for item in value]
    return value if not isinstance(value, StrEnum) else str(value)


def guarded(text: str) -> str:
    """Return a text with `'` before what a spreadsheet would take for a formula, or for such a mark."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """Return a text without the mark that `guarded` put before it."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def _list(words: Iterable[str]) -> str:
    found = list(words)
    plain = all(word == word.strip() and ";" not in word for word in found)
    text = _DIVIDER.join(found)
    return text if plain and not text.startswith(_JSON) and "\n" not in text else json.dumps(found)


def _value(name: str, text: str) -> Any:  # noqa: ANN401 -- whatever the JSON holds
    if text.startswith(_JSON):
        return json.loads(text)
    if name in LISTS:
        return [word for part in text.split(";") if (word := part.strip())]
    return text
