"""The rows of Salesforce's opportunities and of their history. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pipecli.interchange.fault import CellError
from pipecli.interchange.salesforce_history import Edit, Opportunity, Save, closes_later
from pipecli.interchange.salesforce_records import forecast, full_id, is_id, key, kind, needed_key
from pipecli.interchange.salesforce_tables import EDITS, HISTORY, OPPORTUNITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from pipecli.interchange.folder import Folder
    from pipecli.interchange.rows import Row
    from pipecli.interchange.salesforce_records import Records

T = TypeVar("T")

_SAID: Mapping[str, tuple[str, Callable[[Row], Any]]] = {
    "stage": ("stage", lambda row: row.named("stage")),
    "amount": ("value", lambda row: row.amount("amount")),
    "probability": ("probability", lambda row: row.share("probability")),
    "forecast": ("forecast", lambda row: forecast(row.text("forecast"))),
    "close": ("close_date", lambda row: row.day("close")),
}
"""What an opportunity and each row of its history say: the column, the key of a state, and what reads it."""
_EDITED = {"name": "title", "leadsource": "source", "nextstep": "next_step", "owner": "owner", "ownerid": "owner"}
"""What only the history of fields keeps, and the keys of a state."""


class Past(NamedTuple):
    """The saves and the edits of opportunities by their ids, in the order of time."""

    saves: Mapping[str, Sequence[Save]]
    edits: Mapping[str, Sequence[Edit]]


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes opportunities of their rows; `lines` are those of the ids that it has met."""

    records: Records
    past: Past
    lines: dict[str, int] = field(default_factory=dict)

    def opportunity(self, row: Row) -> Opportunity | None:
        """Return the opportunity in a row, or None for one that was deleted."""
        case = needed_key(row, "id")
        if row.flag("deleted"):
            return None
        if self.lines.setdefault(case, row.line) != row.line:
            raise CellError("id", f"line {self.lines[case]} has the same id", "leave one of the two out")
        saves = self.past.saves.get(case, ())
        entered, created = row.moment("entered"), row.moment("created")
        modified = row.moment("modified")
        moment = modified if saves else entered or (created if created == modified else None)
        now = Save(moment, self._said(row, case), key(row, "person"), row.table.name, row.line)
        if moment is None and not saves and closes_later(now.said, kind(row), row.style):
            hint = "export LastStageChangeDate, or correct CloseDate"
            raise CellError("close", "it is closed, and nothing says since when", hint)
        return Opportunity(case, kind(row), now, _created(row, created, saves), entered, saves, self._edits(case, now))

    def _said(self, row: Row, case: str) -> dict[str, Any]:
        account = key(row, "account")
        known = account in self.records.accounts
        return _said(row) | {
            "title": row.named("title"),
            "currency": row.currency("currency"),
            "owner": key(row, "owner") or row.text("owner_name"),
            "company": account if known else row.text("account_name"),
            "contacts": tuple(c for c in self.records.roles.get(case, ()) if c in self.records.contacts),
            "source": row.text("source"),
            "next_step": row.text("next_step"),
            "reason": row.text("reason"),
            "fields": row.others(),
        }

    def _edits(self, case: str, now: Save) -> Sequence[Edit]:
        """Return the edits; owners are edited twice, by id and by name, of which one is meant here."""
        by_id = is_id(now.said["owner"])
        return [e for e in self.past.edits.get(case, ()) if e.key != "owner" or is_id(e.save.said["owner"]) == by_id]


def read(folder: Folder, records: Records) -> tuple[list[Opportunity], Past]:
    """Return all opportunities that are not deleted, in the order of the file, and what their history says."""
    past = Past(
        _by_id(folder.rows(HISTORY, _save, _opportunity_of)), _by_id(folder.rows(EDITS, _edit, _opportunity_of))
    )
    return folder.rows(OPPORTUNITIES, _Maker(records, past).opportunity, lambda row: full_id(row.raw("id"))), past


def _created(row: Row, created: datetime | None, saves: Sequence[Save]) -> date | None:
    """Return the day of creation; where there are saves before it, it is not known."""
    day = row.style.local_day(created) if created else None
    first = saves[0].moment if saves else None
    return None if day and first and row.style.local_day(first) < day else day


def _by_id(rows: Iterable[tuple[str, tuple[datetime, ...], T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for case, _, made in sorted(rows, key=lambda row: row[1]):
        found.setdefault(case, []).append(made)
    return found


def _opportunity_of(row: Row) -> str:
    return full_id(row.raw("opportunity"))


def _save(row: Row) -> tuple[str, tuple[datetime, ...], Save] | None:
    """Return a save; of two in the same minute that one is first which was superseded first."""
    if row.flag("deleted"):
        return None
    moment = _moment(row)
    save = Save(moment, _said(row), key(row, "person"), row.table.name, row.line)
    return needed_key(row, "opportunity"), (moment, row.moment("superseded") or moment), save


def _edit(row: Row) -> tuple[str, tuple[datetime, ...], Edit] | None:
    name = _EDITED.get(row.text("field").casefold())
    if row.flag("deleted") or name is None:
        return None
    moment, old, new = _moment(row), row.text("old"), row.text("new")
    if name == "owner":
        old, new = key(row, "old"), key(row, "new")
    save = Save(moment, {name: new}, key(row, "person"), row.table.name, row.line)
    return needed_key(row, "opportunity"), (moment,), Edit(name, old, save)


def _moment(row: Row) -> datetime:
    moment = row.moment("moment")
    if moment is None:
        raise CellError("moment", "it is blank", "fill the cell, or leave the row out")
    return moment


def _said(row: Row) -> dict[str, Any]:
    """Return what a row says by those of its columns that both files may have."""
    return {name: read(row) for what, (name, read) in _SAID.items() if what in row.places}
