"""The JSON Schema (draft 2020-12) of what `--format json` prints, whatever prints it: see `pipecli.render.json`.

It is part of the promise: within a version members may be added, and none is taken away or changes what it means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipecli.core.table import Type
from pipecli.render.json import UNITS, VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

ABOUT = "What --format json prints: the tables of a report, a list, an audit; also the problems of validate."

_TEXT = {"type": "string"}


def schema() -> Mapping[str, Any]:
    """Return the schema of a document of tables."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tables",
        "description": ABOUT,
        "type": "object",
        "required": ["version", "tables"],
        "properties": {
            "version": {"const": VERSION, "description": "Of this shape; members may be added within a version."},
            "tables": {"type": "array", "items": {"$ref": "#/$defs/Table"}},
        },
        "$defs": {"Table": _table(), "Column": _column(), "Row": _row()},
    }


def _table() -> Mapping[str, Any]:
    facts = "Population, clock, n (a number), as_of, commit, period and what else the figures depend on."
    return {
        "type": "object",
        "required": ["table", "title", "facts", "columns", "rows", "notes"],
        "properties": {
            "table": _TEXT | {"description": "What kind of table it is; it stays the same, where a title may change."},
            "title": _TEXT,
            "facts": {
                "type": "object",
                "description": facts,
                "properties": {"n": {"type": ["integer", "string"]}},
                "additionalProperties": {"type": ["string", "integer"]},
            },
            "columns": {"type": "array", "items": {"$ref": "#/$defs/Column"}},
            "rows": {"type": "array", "items": {"$ref": "#/$defs/Row"}},
            "notes": {"type": "array", "items": _TEXT, "description": "What is missing or marked, in words."},
        },
    }


def _column() -> Mapping[str, Any]:
    return {
        "type": "object",
        "required": ["name", "heading", "type"],
        "properties": {
            "name": _TEXT | {"description": "The member of each row that holds the cell."},
            "heading": _TEXT,
            "type": {"enum": [str(one) for one in Type], "description": _types()},
            "unit": {"enum": [str(one) for one in UNITS], "description": "Of a duration, which is a number."},
        },
    }


def _types() -> str:
    return (
        "Counts and shares (from 0 to 1) are numbers; amounts and other decimals are strings, in the currency of the "
        "row's member currency; days are YYYY-MM-DD, moments ISO 8601 with offset; flags are true and false."
    )


def _row() -> Mapping[str, Any]:
    return {
        "type": "object",
        "description": "The cells by the names of the columns; null where there is no figure, or it is withheld.",
        "properties": {
            "withheld": {
                "type": "object",
                "description": "Why figures are withheld, by the names of their columns.",
                "minProperties": 1,
                "additionalProperties": _TEXT,
            }
        },
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    }
