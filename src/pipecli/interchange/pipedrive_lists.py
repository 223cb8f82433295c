"""What the log of changes refers to: Pipedrive's stages, users, options of fields, organisations and persons. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.problem import ExitCode, PipeError
from pipecli.interchange.batch import Organisation, Person, Somebody
from pipecli.interchange.fault import CellError
from pipecli.interchange.sheet import Wanted

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from pipecli.interchange.folder import Folder
    from pipecli.interchange.rows import Row

STAGES, FIELDS, USERS = "stages.csv", "fields.csv", "users.csv"
ORGANISATIONS, PERSONS = "organizations.csv", "persons.csv"
ACTIVITIES = "activity.csv"
_ID, _NAME = Wanted(("id",)), Wanted(("name",))

COLUMNS: Mapping[str, Mapping[str, Wanted]] = {
    STAGES: {
        "id": Wanted(("stage_id", "id")),
        "name": Wanted(("stage_name", "name")),
        "pipeline": Wanted(("pipeline_name", "pipeline_id"), needed=False),
        "order": Wanted(("order_nr",), needed=False),
    },
    FIELDS: {
        "key": Wanted(("field_key", "key")),
        "name": _NAME,
        "options": Wanted(("field_value_options", "options")),
    },
    USERS: {"id": _ID, "name": _NAME, "email": Wanted(("email",), needed=False)},
    ORGANISATIONS: {"id": _ID, "name": _NAME, "country": Wanted(("address_country",), needed=False)},
    PERSONS: {
        "id": _ID,
        "name": _NAME,
        "email": Wanted(("email", "primary_email"), needed=False),
        "phone": Wanted(("phone",), needed=False),
        "company": Wanted(("org_id",), needed=False),
    },
    ACTIVITIES: {"deal": Wanted(("deal_id",))},
}
"""The files beside the log, and their columns."""


class Stage(NamedTuple):
    """A stage: its name, and that of its pipeline where the files say it."""

    name: str
    pipeline: str


@dataclass(frozen=True, slots=True)
class Lists:
    """What ids mean; `options` are the labels of a field's options, by its key, and `names` what fields are called."""

    stages: Mapping[str, Stage]
    names: Mapping[str, str]
    options: Mapping[str, Mapping[str, str]]
    users: Mapping[str, Person]
    organisations: Mapping[str, Organisation]
    persons: Mapping[str, Somebody]

    def label(self, key: str, row: Row) -> str:
        """Return what is said by a value of a field with options; text that is no option's id stays as it is."""
        text = row.text("value")
        options = self.options.get(key, {})
        if text.isdigit() and options and text not in options:
            known = ", ".join(f"{number} {label}" for number, label in options.items())
            raise CellError("value", f"{key} has no option {text}", f"add it to {FIELDS}; options: {known}")
        return options.get(text, text)


def read(folder: Folder) -> Lists:
    """Return what the files beside the log say. Raises `PipeError` where no file says what the stages are called."""
    fields = folder.rows(FIELDS, _field)
    options = {key: options for key, _, options in fields if options}
    stages = _stages(folder) or {number: Stage(label, "") for number, label in options.get("stage_id", {}).items()}
    if not stages:
        message = "what are the stages called? there is no stages.csv, and no fields.csv with the options of stage_id"
        raise PipeError(message, hint="export the stages: stage_id, stage_name", code=ExitCode.USAGE)
    organisations = dict(folder.rows(ORGANISATIONS, _organisation))
    return Lists(
        stages,
        {key: name for key, name, _ in fields},
        options,
        dict(folder.rows(USERS, lambda row: (row.named("id"), Person(row.named("name"), row.text("email"))))),
        organisations,
        dict(folder.rows(PERSONS, lambda row: _person(row, organisations))),
    )


def _stages(folder: Folder) -> Mapping[str, Stage]:
    """Return the stages by id, in the order of their pipelines, where one is told, else in that of the file."""
    rows = folder.rows(STAGES, _stage)
    return {number: stage for _, number, stage in sorted(rows, key=lambda row: row[0])}


def _stage(row: Row) -> tuple[tuple[str, int], str, Stage]:
    pipeline, order = row.text("pipeline"), row.text("order")
    if order and not order.isdigit():
        raise CellError("order", f"{order!r} is no number", "write the stage's number in its pipeline")
    return (pipeline if order else "", int(order or 0)), row.named("id"), Stage(row.named("name"), pipeline)


def _field(row: Row) -> tuple[str, str, Mapping[str, str]]:
    text = row.raw("options")
    try:
        found = {str(option["id"]): str(option["label"]) for option in json.loads(text or "[]")}
    except (ValueError, TypeError, KeyError):
        hint = 'write them like [{"id": 1, "label": "Price"}], or leave the cell blank'
        raise CellError("options", "the options are not JSON with ids and labels", hint) from None
    return row.named("key").casefold(), row.named("name"), found


def _organisation(row: Row) -> tuple[str, Organisation]:
    return row.named("id"), Organisation(name=row.named("name"), country=row.text("country"))


def _person(row: Row, organisations: Container[str]) -> tuple[str, Somebody]:
    company = row.text("company")
    return row.named("id"), Somebody(
        name=row.named("name"),
        email=row.text("email"),
        phone=row.text("phone"),
        company=company if company in organisations else "",
    )
