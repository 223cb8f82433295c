"""The rows of a log of changes as the deals' lives, and each life as changes of its state. Pure."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from pipecli.core.pipeline import Kind
from pipecli.interchange.batch import Change, State
from pipecli.interchange.fault import CellError
from pipecli.interchange.pipedrive_keys import ADDED, DELETED, LOST_REASON, OPEN, STAGE, STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pipecli.interchange.folder import Folder
    from pipecli.interchange.rows import Row

CREATED = "Created"


class Entry(NamedTuple):
    """One row of the log: what it says of a deal, and when that came about."""

    row: Row
    deal: str
    moment: datetime
    key: str
    said: Mapping[str, Any]
    person: str


class Life(NamedTuple):
    """The rows of one deal in the order of time. Of an id under which two deals were created there are two."""

    case: str
    deal: str
    entries: Sequence[Entry]


def lives(entries: Sequence[Entry]) -> list[Life]:
    """Return the life of every deal, in the order in which the file names them.

    A row that says how a deal was created begins a life, which has the rows that follow in the file; the later
    one of `77` is `77/2`. Where most rows of a deal stand before older ones, they are read from the end.
    """
    by_deal: dict[str, list[Entry]] = {}
    for entry in entries:
        by_deal.setdefault(entry.deal, []).append(entry)
    return [life for deal, rows in by_deal.items() for life in _lives(deal, rows)]


def refuse_early(folder: Folder, life: Life) -> None:
    """Note the rows that are from before their deal was created."""
    added = next((entry for entry in life.entries if entry.key == ADDED), None)
    for entry in life.entries:
        if added and entry.moment < added.moment:
            message = f"the deal {life.deal} was created only later, in line {added.row.line}"
            folder.refuse(entry.row, CellError("time", message), life.deal)


def is_begun(life: Life) -> bool:
    """Return whether it is known when a deal was created."""
    return any(entry.key == ADDED for entry in life.entries)


def is_deleted(life: Life) -> bool:
    """Return whether a deal was deleted in the end."""
    status = [entry for entry in life.entries if entry.key == STATUS]
    return bool(status) and status[-1].row.text("value").casefold() == DELETED


def changes(life: Life) -> Iterator[Change]:
    """Yield what each save made of a deal, its creation first; one that changes nothing of a state is left out."""
    state, shown = _begin(life), None
    closes_by_reason = all(entry.key != STATUS for entry in life.entries)
    for save in _saves(life.entries):
        for entry in save:
            state = _after(state, entry.said)
        if closes_by_reason:
            state = _closed_by_reason(state, {entry.key for entry in save})
        if (now := _shown(state)) != shown:
            shown, row = now, save[0].row
            yield Change(life.case, save[0].moment, save[0].person, now, row.table.name, row.line)


def _lives(deal: str, rows: Sequence[Entry]) -> Iterator[Life]:
    later = sum((one.moment < other.moment) - (one.moment > other.moment) for one, other in pairwise(rows))
    in_file = rows[::-1] if later < 0 else rows
    begun = next((entry.moment for entry in in_file if entry.key == ADDED), rows[0].moment)
    parts: dict[datetime, list[Entry]] = {}
    for entry in in_file:
        if entry.key == ADDED:
            begun = entry.moment
        parts.setdefault(begun, []).append(entry)
    for number, begun in enumerate(sorted(parts), start=1):
        case = deal if number == 1 else f"{deal}/{number}"
        yield Life(case, deal, sorted(parts[begun], key=lambda entry: entry.moment))


def _begin(life: Life) -> State:
    """Return the state of a deal before its first row: in no stage yet, but in the pipeline of its first one."""
    first = next((entry.said for entry in life.entries if entry.key == STAGE), {})
    return State(stage=CREATED, pipeline=str(first.get("pipeline", "")))


def _after(state: State, said: Mapping[str, Any]) -> State:
    """Return the state with what one row says; a blank field of one's own is none."""
    if "fields" not in said:
        return replace(state, **said)
    fields = {**state.fields, **said["fields"]}
    return replace(state, fields={title: text for title, text in fields.items() if text})


def _saves(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Yield the rows of the same moment together, as long as they are of different fields."""
    save: list[Entry] = []
    for entry in entries:
        if save and (entry.moment != save[0].moment or any(entry.key == other.key for other in save)):
            yield save
            save = []
        save.append(entry)
    if save:
        yield save


def _closed_by_reason(state: State, keys: set[str]) -> State:
    """Return the state of a deal whose status is never told: a reason of loss closes it, a stage opens it again."""
    if LOST_REASON in keys and state.reason:
        return replace(state, kind=Kind.LOST)
    return replace(state, **OPEN) if keys & {LOST_REASON, STAGE} else state


def _shown(state: State) -> State:
    """Return the state without what only a closed deal has."""
    closed_on = state.closed_on if state.kind else None
    return replace(state, closed_on=closed_on, reason=state.reason if state.kind is Kind.LOST else "")
