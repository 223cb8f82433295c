"""Pipedrive's log of changes: a row for each field that changed, with the whole past of each deal. Pure.

Until a deal has its first stage it is in the stage `Created`.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.interchange import pipedrive_lists
from pipecli.interchange.batch import Batch, NamedStage
from pipecli.interchange.cells import Days
from pipecli.interchange.fault import CellError
from pipecli.interchange.folder import Folder, few, passed_over, people, tables
from pipecli.interchange.pipedrive_keys import ADDED, is_read, said
from pipecli.interchange.pipedrive_lists import ACTIVITIES, ORGANISATIONS, PERSONS, USERS
from pipecli.interchange.pipedrive_lives import CREATED, Entry, changes, is_begun, is_deleted, lives, refuse_early
from pipecli.interchange.sheet import Wanted, count
from pipecli.interchange.style import Style, is_bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from pipecli.interchange.batch import Change, File
    from pipecli.interchange.folder import Table
    from pipecli.interchange.pipedrive_lists import Lists
    from pipecli.interchange.pipedrive_lives import Life
    from pipecli.interchange.rows import Row

CHANGES = "deal_changes.csv"
_COLUMNS: Mapping[str, Wanted] = {
    "deal": Wanted(("deal_id", "item_id")),
    "time": Wanted(("change_time", "time", "timestamp")),
    "key": Wanted(("changed_field_key", "field_key")),
    "value": Wanted(("new_value",)),
    "person": Wanted(("actor_user_id", "changed_by_user_id"), needed=False),
}
_CLOSED = (NamedStage("Won", Kind.WON), NamedStage("Lost", Kind.LOST))
_POINT = "."
_TOMORROW = timedelta(days=1)


def read(files: Sequence[File], now: datetime) -> Batch:
    """Return every change of every deal in the log; times without an offset are UTC.

    Raises `PipeError` where the log, the names of its stages or a column is not there.
    """
    found = tables(files, {CHANGES: _COLUMNS, **pipedrive_lists.COLUMNS}, needed=[CHANGES])
    folder = Folder(found, Style(Days(UTC), Days(now.tzinfo or UTC), now + _TOMORROW, _POINT))
    lists = pipedrive_lists.read(folder)
    entries = folder.rows(CHANGES, lambda row: _entry(row, lists), lambda row: row.raw("deal"))
    there = lives(entries)
    kept = [life for life in there if not is_deleted(life)]
    for life in kept:
        refuse_early(folder, life)
    made = sorted((change for life in kept for change in changes(life)), key=attrgetter("moment"))
    return Batch(
        changes=tuple(made),
        whole=True,
        partial=frozenset(life.case for life in kept if not is_begun(life)),
        stages=tuple(_stages(lists, made)),
        companies=lists.organisations,
        contacts=lists.persons,
        people=people(made, lists.users),
        problems=tuple(folder.problems),
        spoiled=frozenset(life.case for life in kept if life.deal in folder.spoiled),
        remarks=tuple(_remarks(found, lists, there, made)),
        system="pipedrive",
    )


def _entry(row: Row, lists: Lists) -> Entry | None:
    deal, moment = row.named("deal"), row.moment("time")
    if moment is None:
        raise CellError("time", "it is blank", "fill the cell, or leave the row out")
    key = row.named("key").casefold()
    sets = said(key, row, lists)
    return None if sets is None else Entry(row, deal, moment, key, sets, row.text("person"))


def _stages(lists: Lists, made: Sequence[Change]) -> Iterator[NamedStage]:
    """Yield the stages, which are all open, and those for deals that are won or lost, as is said beside their stage."""
    names = {stage.name.casefold() for stage in lists.stages.values()}
    if any(change.state.stage == CREATED for change in made):
        yield NamedStage(CREATED, Kind.OPEN)
    for stage in lists.stages.values():
        yield NamedStage(stage.name, Kind.OPEN, stage.pipeline)
    yield from (stage for stage in _CLOSED if stage.name.casefold() not in names)


def _remarks(found: Mapping[str, Table], lists: Lists, there: Sequence[Life], made: Sequence[Change]) -> Iterator[str]:
    """Yield what was passed over and what was assumed."""
    yield from passed_over(found)
    log = found[CHANGES]
    unused = Counter(key.casefold() for key in log.column("key") if not is_read(key.casefold()))
    if unused:
        told = few(f"{key} ({count(rows, 'row')})" for key, rows in unused.most_common())
        yield f"fields that are not read: {told}"
    if any(is_bare(time) for time in log.column("time")):
        yield "times without an offset: read as UTC, which is what Pipedrive writes"
    if twice := [life.deal for life in there if life.case != life.deal]:
        yield f"ids under which two deals were created; the later one is ID/2: {few(twice)}"
    if deleted := [life.case for life in there if is_deleted(life)]:
        yield f"deleted in Pipedrive, and left out: {few(deleted)}"
    if cut := [life.case for life in there if not is_begun(life)]:
        yield f"without a row of {ADDED}, so that they count from their first row: {few(cut)}"
    if unnamed := {change.state.owner for change in made if change.state.owner} - lists.users.keys():
        yield f"owners who are not in {USERS}, and are called by their ids: {few(sorted(unnamed))}"
    for key, file, known in (("org_id", ORGANISATIONS, lists.organisations), ("person_id", PERSONS, lists.persons)):
        if unknown := {value for what, value in _values(log) if what == key and value} - known.keys():
            yield f"values of {key} that are not in {file}, left out: {few(sorted(unknown))}"
    if ACTIVITIES in found:
        of_deals = sum(map({life.deal for life in there}.__contains__, found[ACTIVITIES].column("deal")))
        yield f"activities are not imported; of these deals, {ACTIVITIES} has {of_deals}"


def _values(log: Table) -> Iterable[tuple[str, str]]:
    """Return the keys and the new values of all rows."""
    return zip(map(str.casefold, log.column("key")), log.column("value"), strict=True)
