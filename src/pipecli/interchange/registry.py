"""The importers by name. A new one: write its module, add its line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.interchange import events

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from pipecli.interchange.events import Log
    from pipecli.interchange.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Importer:
    """One kind of file: what it is, and the function that reads its events from a table."""

    says: str
    read: Callable[[Sheet, Mapping[str, str | None], datetime], Log]


IMPORTERS: Mapping[str, Importer] = {
    "events": Importer("any event log: case, stage, time, and optionally person and value", events.read),
}
