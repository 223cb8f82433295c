"""JSON Schemas (draft 2020-12) of the files, made from the records, for editors.

An editor types scalars by YAML 1.2 before it looks at a schema: `48000.00` is a number to it, `true` a flag and
`2026-11-03` text. So each form below names what a text may have become. What a schema cannot say (that there is no
2026-02-30, that no pipeline has this stage) is left to `pipe validate`; what the loader accepts, a schema accepts.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

from pipecli.core import value
from pipecli.core.comparison import FORM, GROUPS, MAX_LENGTH, parse_conditions
from pipecli.core.keys import keyed
from pipecli.core.layout import FileKind
from pipecli.core.settings import Rates, Spend
from pipecli.core.workspace import RECORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Schema = dict[str, Any]
    Says = Callable[[type, str], str]

KINDS: Mapping[str, tuple[FileKind, str]] = {
    "deal": (FileKind.DEAL, "deals/**/ID.yaml"),
    "pipeline": (FileKind.PIPELINE, "pipelines/ID.yaml"),
    "settings": (FileKind.SETTINGS, "pipe.yaml"),
    "company": (FileKind.COMPANY, "companies/ID.yaml"),
    "contact": (FileKind.CONTACT, "contacts/ID.yaml"),
    "team": (FileKind.TEAM, "team.yaml"),
    "rates": (FileKind.RATES, "rates.yaml"),
    "spend": (FileKind.SPEND, "spend.yaml"),
}
"""The schemas by name: of which kind of file, and where those are, as the documentation has it."""

_DAY = r"(19|2[01])\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
_AMOUNT = r"\d{1,18}(\.\d{1,9})?"
_PERCENT = r"\+?\d{1,6}(\.\d{1,6})? ?%"
_SHARE = r"\+?0*(100(\.0{1,6})?|\d{1,2}(\.\d{1,6})?) ?%"
_WEEKDAY = "(mon|tue|wed|thu|fri|sat|sun)"
_HOURS = r"([01]\d|2[0-3]):[0-5]\d"
_ONE_OF_MANY = {
    "type": "string",
    "maxLength": MAX_LENGTH,
    "pattern": rf"^\s*{re.sub('[?]P<[a-z]+>', '', FORM.pattern)}\s*$",
}


def _text(pattern: str, *types: str, **more: object) -> Schema:
    return {"type": [*types, "string"] if types else "string", "pattern": f"^({pattern})$", **more}


FORMS: Mapping[Callable[[Any], Any], Schema] = {
    value.parse_text: {"type": ["string", "number", "boolean"], "pattern": r"\S"},
    value.parse_id: _text(value.ID.pattern, "integer", "boolean", minimum=0),
    value.parse_day: _text(_DAY),
    value.parse_moment: _text(f"{_DAY}[T ]{_TIME}"),
    value.parse_when: _text(f"{_DAY}([T ]{_TIME})?"),
    value.parse_amount: _text(f"[+-]?{_AMOUNT}", "number"),
    value.parse_share: {"anyOf": [{"enum": [0, "0"]}, _text(_SHARE)]},
    value.parse_part: {"anyOf": [{"enum": [0, "0"]}, _text(_SHARE)]},
    value.parse_duration: _text(r"\d{1,5}[mhdw]"),
    value.parse_integer: _text(r"[+-]?\d{1,15}", "integer"),
    value.parse_flag: {"enum": [True, False, "true", "false"]},
    value.parse_currency: _text("[A-Z]{3}"),
    value.parse_country: _text("[A-Z]{2}", "boolean"),
    value.parse_region: _text("[A-Z0-9]{1,3}", "integer", "boolean", minimum=0, maximum=999),
    value.parse_period: _text(
        r"\d{4}(-(Q[1-4]|0[1-9]|1[0-2]|W(0[1-9]|[1-4]\d|5[0-3])))?", "integer", minimum=0, maximum=9999
    ),
    value.parse_month_number: _text(r"\+?0*([1-9]|1[0-2])", "integer", minimum=1, maximum=12),
    value.parse_band: _text(rf"(0|{_PERCENT})-{_PERCENT}|[+]?{_AMOUNT}-[+]?{_AMOUNT}"),
    value.parse_week: _text(f"{_WEEKDAY}(-{_WEEKDAY})?"),
    value.parse_hours: _text(f"{_HOURS}-{_HOURS}"),
    parse_conditions: {"type": "array", "items": {"$ref": "#/$defs/Condition"}},
}
"""By its parser, what a value is to an editor."""

_CONDITION: Schema = {
    "description": "One comparison, like 'value > 0' or 'contacts is set', or several under all, any or not.",
    "anyOf": [
        _ONE_OF_MANY,
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "properties": {
                word: {
                    "anyOf": [
                        {"$ref": "#/$defs/Condition"},
                        {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Condition"}},
                    ]
                }
                for word in GROUPS
            },
        },
    ],
}


def schema(name: str, what: str, says: Says) -> Schema:
    """Return the schema of a kind of file.

    `what` describes the file, and `says` a key of a record, with nothing where its name says all.
    """
    record = RECORDS[KINDS[name][0]]
    definitions: Schema = {}
    whole = _record(record, definitions, says)
    if record in (Rates, Spend):  # the file is one mapping without keys of its own
        (whole,) = whole["properties"].values()
    elif "required" not in whole:
        whole = _or_nothing(whole)
    if "#/$defs/Condition" in str((whole, definitions)):
        definitions["Condition"] = _CONDITION
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name.capitalize(),
        "description": what,
        **whole,
        **({"$defs": definitions} if definitions else {}),
    }


def _record(record: Any, definitions: Schema, says: Says) -> Schema:  # noqa: ANN401 -- any record's class
    hints = get_type_hints(record, include_extras=True)
    properties, required = {}, []
    for key, attribute in keyed(record):
        shape = _shape(hints[attribute.name], definitions, says)
        needed = attribute.default is MISSING and attribute.default_factory is MISSING
        required += [key] if needed else []
        text = says(record, key)
        properties[key] = ({"description": text} if text else {}) | (shape if needed else _or_nothing(shape))
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _or_nothing(shape: Schema) -> Schema:
    """Return the shape of a value that may be left out behind its key."""
    if "enum" in shape:
        return {**shape, "enum": [*shape["enum"], None]}
    if "type" in shape:
        types = [shape["type"]] if isinstance(shape["type"], str) else shape["type"]
        return {**shape, "type": [*types, "null"]}
    return {"anyOf": [*shape.get("anyOf", [shape]), {"type": "null"}]}


def _shape(hint: Any, definitions: Schema, says: Says) -> Schema:  # noqa: ANN401 -- any annotation
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _form(next(part for part in parts if isinstance(part, value.Text)))
    if origin in (Union, UnionType):
        return _shape(next(part for part in parts if part is not type(None)), definitions, says)
    if origin is list:
        return {"type": "array", "items": _shape(parts[0], definitions, says)}
    if origin is dict:
        pattern = (
            {} if parts[0] is str else {"propertyNames": {"pattern": _shape(parts[0], definitions, says)["pattern"]}}
        )
        return {"type": "object", **pattern, "additionalProperties": _shape(parts[1], definitions, says)}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [word.value for word in hint]}
    if isinstance(hint, type) and is_dataclass(hint):
        name = hint.__name__
        if name not in definitions:
            definitions[name] = {
                "description": " ".join((hint.__doc__ or "").split()),
                **_record(hint, definitions, says),
            }
        return {"$ref": f"#/$defs/{name}"}
    raise TypeError(f"no schema for {hint}")


def _form(text: value.Text) -> Schema:
    """Return what a value is to an editor, with the loader's own message for what is written otherwise."""
    form = FORMS[text.parse]
    return {**form, "patternErrorMessage": _message(text.parse)} if "pattern" in form else form


def _message(parse: Callable[[Any], Any]) -> str:
    try:
        parse("")
    except ValueError as error:
        return str(error)
    raise TypeError(f"{parse} takes anything")
