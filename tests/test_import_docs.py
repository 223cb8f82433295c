"""docs/import.md says of every importer, field, header and key of a map what it is, and its map can be read."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from pipecli.interchange import mapping
from pipecli.interchange.columns import FIELDS
from pipecli.interchange.export import EXPORTERS
from pipecli.interchange.headers import SYSTEMS
from pipecli.interchange.mapping import Map
from pipecli.interchange.registry import IMPORTERS

TEXT = (Path(__file__).parent.parent / "docs" / "import.md").read_text("utf-8")


@pytest.mark.parametrize("name", [*IMPORTERS, *FIELDS, *(part.name for part in fields(Map))])
def test_every_importer_field_and_key_of_a_map_is_there(name: str) -> None:
    assert re.search(rf"^\|.*`{name}`.*\|", TEXT, re.MULTILINE)


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_header_of_a_system_is_there_with_its_field(name: str) -> None:
    for header, field in SYSTEMS[name].headers.items():
        assert re.search(rf"^\| `{field}` \|.*`{re.escape(header)}`", TEXT, re.MULTILINE), header


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_form_of_an_export_is_there(name: str) -> None:
    assert f"`pipe export {name}`" in TEXT


def test_the_map_can_be_read() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert mapping.read(text.encode(), "map.yaml").columns["Titel"] == "title"
