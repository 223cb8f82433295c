"""Salesforce's opportunities with their history, accounts and contacts, as its exports have them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipecli.interchange import cells
from pipecli.interchange import salesforce_opportunities as opportunities
from pipecli.interchange import salesforce_records as records
from pipecli.interchange import salesforce_stages as stages
from pipecli.interchange.batch import Batch
from pipecli.interchange.folder import Folder, few, passed_over, people, tables
from pipecli.interchange.mapping import SIGNS, DateFormat
from pipecli.interchange.rows import YES
from pipecli.interchange.salesforce_history import changes, closes_later, is_elsewhere
from pipecli.interchange.salesforce_records import forecast, full_id, is_id
from pipecli.interchange.salesforce_tables import ACCOUNTS, COLUMNS, HISTORY, LEADS, OPPORTUNITIES, STAGES, USERS
from pipecli.interchange.style import Style, is_bare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.interchange.batch import Change, File
    from pipecli.interchange.folder import Table
    from pipecli.interchange.mapping import Map
    from pipecli.interchange.salesforce_history import Opportunity
    from pipecli.interchange.salesforce_opportunities import Past
    from pipecli.interchange.salesforce_records import Records

_TOMORROW = timedelta(days=1)
_TIMES = ("moment", "superseded", "close", "created", "modified", "entered")


def read(files: Sequence[File], told: Map, now: datetime) -> Batch:
    """Return every opportunity, with every change of it where its history is among the files.

    Raises `PipeError` where the opportunities or one of their columns is not there.
    """
    found = tables(files, COLUMNS, needed=[OPPORTUNITIES])
    folder = Folder(found, _style(found, told, now))
    known = records.read(folder)
    there, past = opportunities.read(folder, known)
    kinds = stages.kinds(known.stages, there)
    made = sorted((change for one in there for change in changes(one, kinds, folder.style)), key=_seconds)
    return Batch(
        changes=tuple(made),
        whole=HISTORY in found,
        partial=frozenset(one.case for one in there if one.created is None or one.is_late),
        stages=tuple(stages.ordered(kinds, known.stages, there)),
        companies=known.accounts,
        contacts=known.contacts,
        people=people(made, known.users),
        problems=tuple(folder.problems),
        spoiled=frozenset(folder.spoiled),
        remarks=(*_of_times(found), *_of_rows(found, past, there), *_of_deals(folder, known, there, made)),
        system="salesforce",
    )


def _seconds(change: Change) -> float:
    """Return when a change was; what has no moment comes first."""
    return change.moment.timestamp() if isinstance(change.moment, datetime) else 0


def _style(found: Mapping[str, Table], told: Map, now: datetime) -> Style:
    """Return how the files write: ISO 8601 without an offset is UTC, which is what Salesforce exports."""
    order = told.date_format is DateFormat.MONTH_FIRST if told.date_format else cells.month_first(_times(found))
    amounts = [text for table in found.values() for text in table.column("amount")]
    mark = SIGNS[told.decimal] if told.decimal else cells.decimal_mark(amounts)
    return Style(cells.Days(UTC), cells.Days(now.tzinfo or UTC, order), now + _TOMORROW, mark)


def _times(found: Mapping[str, Table]) -> Iterator[str]:
    return (time for table in found.values() for what in _TIMES for time in table.column(what))


def _of_times(found: Mapping[str, Table]) -> Iterator[str]:
    """Yield how times without an offset were read."""
    if common := next((time for time in _times(found) if ":" in time and not time[:4].isdigit()), ""):
        yield f"times like {common}: read in the workspace's zone"
    if any(map(is_bare, _times(found))):
        yield "times in ISO 8601 without an offset: read as UTC, which is what Salesforce exports"


def _of_rows(found: Mapping[str, Table], past: Past, there: Sequence[Opportunity]) -> Iterator[str]:
    """Yield which rows were passed over."""
    yield from passed_over(found)
    for name, table in found.items():
        deleted = sum(cell.casefold() in YES for cell in table.column("deleted"))
        if deleted:
            yield f"deleted in Salesforce, and left out: {deleted} of {name}"
    named = {full_id(cell) for cell in found[OPPORTUNITIES].column("id")}
    orphans = {case: len(saves) for case, saves in past.saves.items() if case not in named}
    if orphans:
        yield f"rows of {HISTORY} without their opportunity, passed over: {sum(orphans.values())} ({few(orphans)})"
    if HISTORY in found and (bare := [one.case for one in there if not one.saves]):
        yield f"without a row in {HISTORY}, so that only their present stage is known: {few(bare)}"
    if elsewhere := [one.case for one in there if is_elsewhere(one)]:
        yield f"in another stage than their history says, since they were changed last: {few(elsewhere)}"
    if LEADS in found and (leads := sum(not cell for cell in found[LEADS].column("opportunity"))):
        yield f"leads that were not converted are no deals, and left out: {leads}"


def _of_deals(folder: Folder, known: Records, there: Sequence[Opportunity], made: Sequence[Change]) -> Iterator[str]:
    """Yield what was assumed of the deals."""
    if early := [one.case for one in there if one.is_late]:
        yield f"closing before they were created, so that it is not known when they came up: {few(early)}"
    if to_come := [one.case for one in there if closes_later(one.now.said, one.kind, folder.style)]:
        yield f"closed, with a CloseDate still to come; closed on the day of their change: {few(to_come)}"
    if past := stages.only_in_the_past(known.stages, there):
        yield f"stages that only the history names, with kinds by their forecast category: {few(sorted(past))}"
    categories = {text for table in folder.tables.values() for text in table.column("forecast") if text}
    if other := sorted(text for text in categories if not forecast(text)):
        yield f"forecast categories that there are none of here, left out: {few(other)}"
    if STAGES not in folder.tables:
        yield f"there is no {STAGES}: stages stand in the order of their probabilities"
    accounts = {full_id(cell) for cell in folder.tables[OPPORTUNITIES].column("account") if cell}
    if unknown := accounts - known.accounts.keys():
        yield f"accounts that are not in {ACCOUNTS}, so that deals have at most their name: {few(sorted(unknown))}"
    named = {who for change in made for who in (change.state.owner, change.person) if is_id(who)}
    if unnamed := named - known.users.keys():
        yield f"people who are not in {USERS}, and are called by their ids: {few(sorted(unnamed))}"
