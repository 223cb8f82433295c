"""The importers by name. A new one: write its module, add its line here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.interchange import events, ours, pipedrive_changelog, salesforce, table
from pipecli.interchange.mapping import Map

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pipecli.interchange.batch import Batch, File


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an importer may know beside the files: this moment, in the zone of times without an offset.

    `columns` are those that a person named, by what they say; `told` is the map.
    """

    now: datetime
    columns: Mapping[str, str | None] = field(default_factory=dict)
    told: Map = field(default_factory=Map)


@dataclass(frozen=True, slots=True)
class Importer:
    """One kind of files: what it is, the function that reads them, and the options that mean something to it alone."""

    says: str
    read: Callable[[Sequence[File], Reading], Batch]
    takes: tuple[str, ...] = ()


IMPORTERS: Mapping[str, Importer] = {
    "events": Importer(
        "any event log: case, stage, time, and optionally person and value",
        lambda files, reading: events.batch_of(files, reading.columns, reading.now),
        ("case", "stage", "time", "person", "value"),
    ),
    "csv": Importer(
        "a table of deals: of Pipedrive, HubSpot or Salesforce, or any other with a map",
        lambda files, reading: table.read(files, reading.told, reading.now),
        ("map", "show-map", "date-format", "decimal"),
    ),
    "jsonl": Importer(
        "deals that 'pipe export jsonl' wrote, one JSON object a line",
        lambda files, _: ours.read_json_lines(files),
    ),
    "pipedrive-changelog": Importer(
        "a folder with Pipedrive's log of changes and its stages, users and fields",
        lambda files, reading: pipedrive_changelog.read(files, _words(reading).now),
        ("map",),
    ),
    "salesforce": Importer(
        "a folder with Salesforce's opportunities, their history, accounts and contacts",
        lambda files, reading: salesforce.read(files, _words(reading).told, reading.now),
        ("map", "date-format", "decimal"),
    ),
}


def importer(name: str, given: Sequence[str] = ()) -> Importer:
    """Return an importer. Raises `PipeError` for an unknown one, and for an option that means nothing to it."""
    if name not in IMPORTERS:
        raise PipeError(f"there is no importer {name!r}", hint=did_you_mean(name, IMPORTERS), code=ExitCode.USAGE)
    found = IMPORTERS[name]
    for option in given:
        if option not in found.takes:
            options = ", ".join(f"--{one}" for one in found.takes)
            hint = f"{name} takes {options}" if options else "leave it out"
            raise PipeError(f"--{option} means nothing to the importer {name}", hint=hint, code=ExitCode.USAGE)
    return found


def _words(reading: Reading) -> Reading:
    """Return what a reader of known columns may know. Raises `PipeError` for a map that says what columns mean."""
    told = reading.told
    if told.like or told.columns or told.kinds or told.constants:
        hint = "its map says pipelines, stages and owners: leave out like, columns, kinds and constants"
        raise PipeError("the columns of this importer are known", hint=hint, code=ExitCode.USAGE)
    return reading
