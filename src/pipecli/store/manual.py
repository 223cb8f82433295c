"""What the documentation of the format says of each key: the page comes with the package, and is the one source."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pipecli

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECTION = re.compile(r"^##+ ([^\n]+)\n(.*?)(?=^##|\Z)", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_HEADINGS = {"FieldType": "Field", "Handoff": "Hand-off"}


def says(record: type, key: str) -> str:
    """Return what a key of a record is, in a line, or nothing where its name says all."""
    text = _rows().get(heading(record), {}).get(key, "")
    return "" if text == "required" else text.removesuffix("; required")


def file(path: str) -> str:
    """Return what the files at a path like `deals/**/ID.yaml` are, in a line."""
    return _rows()[""][path]


def heading(record: type) -> str:
    """Return the heading of the section about a record: `NextStep` is described under `Next step`."""
    name = record.__name__
    return _HEADINGS.get(name) or re.sub(r"(?<!^)(?=[A-Z])", " ", name).capitalize()


@cache
def _rows() -> Mapping[str, Mapping[str, str]]:
    packaged = Path(pipecli.__file__).parent / "format.md"
    page = packaged if packaged.is_file() else Path(pipecli.__file__).parents[2] / "docs" / "format.md"
    text = page.read_text(encoding="utf-8")
    sections = [("", text.partition("\n## ")[0]), *_SECTION.findall(text)]
    return {name: {key: _plain(text) for key, text in _ROW.findall(body)} for name, body in sections}


def _plain(text: str) -> str:
    return _LINK.sub(r"\1", text.replace(r"\|", "|")).strip()
