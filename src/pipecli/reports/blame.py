"""Who gave a deal its values: one row a field, or one row for each value that a field ever had.

Population: the fields of the deal's file; with a field, every value of it. Clock: the author date, as `git blame` shows
it. By: the member with the author's e-mail address, else the author's name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.keys import keys
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.core.record import Deal
from pipecli.core.table import Column, Table, Type, Withheld
from pipecli.history.blame import lasting
from pipecli.history.reason import reason

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

    from pipecli.core.table import Cell
    from pipecli.core.workspace import Workspace
    from pipecli.history.blame import Blame, Value

COLUMNS = (
    Column("field", "Field", whole=True),
    Column("value", "Value"),
    Column("since", "Since", Type.MOMENT, machine=True),
    Column("day", "Since", Type.DAY, person=True),
    Column("by", "By"),
    Column("commit", "Commit", priority=3),
    Column("reason", "Reason", priority=2),
    Column("author", "Author", machine=True),
    Column("email", "Email", machine=True),
    Column("recorded", "Recorded", Type.MOMENT, machine=True),
    Column("truncated", "Truncated", Type.FLAG, machine=True),
)
_KEPT = Column("kept", "Kept", Type.FLAG)
_SHORT = 10
_TAKEN_OUT = Withheld("taken out")
_NOT_KEPT = "a value that is not kept was set on a side of a merge that was not taken over"
_CUT = "the clone is shallow: what its first commits have may have been set before them, by others"


@dataclass(frozen=True, slots=True)
class Scene:
    """Of which deal it is told: its id, all ids that it ever had, and the workspace and zone that it is told in."""

    deal: str
    names: Collection[str]
    workspace: Workspace
    zone: tzinfo


def fields_table(found: Blame, scene: Scene) -> Table:
    """Return who set each field that a deal has, in the order of its file."""
    rows = tuple(_row(value, scene) for value in found.fields.values())
    return Table(_title(found, scene.deal), COLUMNS, rows, notes=_notes(found, found.fields.values()), name="blame")


def history_table(found: Blame, field: str, scene: Scene) -> Table:
    """Return every value that a field had, the last first; of a mapping or a list those of all fields below it.

    Raises `PipeError` with the nearest field for one that there never was.
    """
    names = _below(found, field)
    kept = frozenset[int]().union(*(lasting(found, name) for name in names))
    chosen = [value for value in reversed(found.values) if value.field in names]
    lost = any(id(value) not in kept for value in chosen)
    return Table(
        f"{_title(found, scene.deal)}: {field}",
        (*COLUMNS, replace(_KEPT, machine=not lost)),
        tuple((*_row(value, scene), id(value) in kept) for value in chosen),
        notes=(*_notes(found, chosen), *([_NOT_KEPT] if lost else [])),
        empty=f"{field} never had a value",
        name="blame",
    )


def _below(found: Blame, field: str) -> Collection[str]:
    """Return the fields that are meant: the one of this name, or those below it."""
    every = dict.fromkeys(value.field for value in found.values)
    if field in every:
        return (field,)
    below = [name for name in every if name.startswith(f"{field}.")]
    if not below and field not in keys(Deal):
        raise PipeError(f"the deal never had a field {field!r}", hint=did_you_mean(field, every), code=ExitCode.USAGE)
    return below


def _row(value: Value, scene: Scene) -> tuple[Cell, ...]:
    touch = value.touch
    return (
        value.field,
        _TAKEN_OUT if value.text is None else value.text,
        touch.authored.astimezone(scene.zone),
        touch.authored.astimezone(scene.zone).date(),
        scene.workspace.member_by_email(touch.email) or touch.author,
        touch.commit[:_SHORT] or "not committed",
        reason(touch.message, scene.names),
        touch.author,
        touch.email,
        touch.recorded.astimezone(scene.zone),
        touch.cut,
    )


def _title(found: Blame, deal: str) -> str:
    title = found.fields.get("title")
    return f"{deal}: {title.text}" if title else deal


def _notes(found: Blame, values: Collection[Value]) -> tuple[str, ...]:
    gone = found.removed
    notes = [_CUT] if any(value.touch.cut for value in values) else []
    if gone and gone.commit:
        notes.append(f"the deal was removed in {gone.commit[:_SHORT]} by {gone.author}: these are its last values")
    elif gone:
        notes.append("the deal's file is removed, which is not committed: these are its last values")
    return tuple(notes)
