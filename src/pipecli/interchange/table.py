"""Tables of deals, as other systems export them or with a map: a row a deal, in its present state. Pure.

HubSpot's columns `Date entered "stage (pipeline)"` give a deal's history; nothing else in such a table does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError
from pipecli.edits.move import CLOSED
from pipecli.interchange import cells, oddities, ours, sheet
from pipecli.interchange.batch import Batch, Change, NamedStage, Organisation, Person, Somebody, State
from pipecli.interchange.cases import start_of
from pipecli.interchange.columns import DAYS
from pipecli.interchange.deal_row import KINDS, DealRow, Manner, keyed, state
from pipecli.interchange.fault import CellError, check_width
from pipecli.interchange.headers import PLAIN, SYSTEMS, Entered, folded, known_field, system_of
from pipecli.interchange.mapping import SIGNS, DateFormat, Map

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pipecli.core.pipeline import Kind
    from pipecli.core.problem import Problem
    from pipecli.interchange.batch import File
    from pipecli.interchange.headers import System
    from pipecli.interchange.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table say: fields with their places, and when a deal came into which stage."""

    system: str
    places: Mapping[str, tuple[int, ...]]
    entered: Mapping[int, Entered]


def read(files: Sequence[File], told: Map, now: datetime) -> Batch:
    """Return the deals of some tables, ours among them. Times without an offset are in the zone of `now`.

    Raises `PipeError` for a table whose headers are not known, and for a header of the map that no table has.
    """
    tables = [sheet.read(file.data, file.name) for file in files]
    if not told.columns and all(ours.is_ours(table) for table in tables):
        return ours.read_tables(tables)
    tables = [sheet.without_footers(table) for table in tables]
    oddities.refuse_absent(told.columns, tables)
    readers = [_Reader(table, columns(table, told), told, now) for table in tables]
    for reader in readers:
        reader.run()
    return _joined(readers, now)


def columns(table: Sheet, told: Map) -> Columns:
    """Return what the columns of a table say: by the map, else by the headers of the system that it is from.

    Raises `PipeError` where neither names a stage, or neither an id nor a title.
    """
    name = told.like or ("" if told.columns else system_of(table.header))
    system: System | None = SYSTEMS.get(name) or (None if told.columns else PLAIN)
    named = {folded(header): field for header, field in told.columns.items()}
    places: dict[str, tuple[int, ...]] = {}
    entered: dict[int, Entered] = {}
    for place, title in enumerate(table.header):
        what = named.get(folded(title)) or (known_field(system, title) if system else None)
        if isinstance(what, Entered):
            entered[place] = what
        elif what is not None:
            places[what] = (*places.get(what, ()), place)
    said = {*places, *told.constants}
    if not said & {"id", "title"} or not said & {"stage", "kind", "is_closed"}:
        raise _unknown(table)
    return Columns(name, places, entered)


def _unknown(table: Sheet) -> PipeError:
    there = ", ".join(table.header)
    message = f"{table.name} is not known as another system's table of deals; it has: {there}"
    hint = f"say what its columns mean: pipe import csv {table.name} --show-map > map.yaml, then --map map.yaml"
    return PipeError(message, hint=hint, code=ExitCode.USAGE)


@dataclass(slots=True)
class _Reader:
    """Reads a table row by row."""

    table: Sheet
    columns: Columns
    told: Map
    now: datetime
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)
    people: dict[str, Person] = field(default_factory=dict)
    companies: dict[str, Organisation] = field(default_factory=dict)
    contacts: dict[str, Somebody] = field(default_factory=dict)
    again: int = 0
    _lines: dict[str, tuple[int, list[str]]] = field(default_factory=dict)

    def run(self) -> None:
        """Read all rows."""
        manner = _manner(self.table, self.columns, self.told, self.now)
        for line, row in self.table.rows:
            self._row(DealRow(manner, line, row, self.problems))
        self.problems += oddities.mixed_days(manner)
        self.problems += oddities.blank_currencies(manner)

    def _row(self, row: DealRow) -> None:
        case = ""
        try:
            case = _named(row)
            check_width(self.table, row.cells)
            case = next(keyed(row))
            if self._is_again(case, row):
                return
            self.changes += self._changes(case, row)
        except CellError as error:
            self.problems.append(row.problem(error))
            self.spoiled |= {case} if case else set()

    def _is_again(self, case: str, row: DealRow) -> bool:
        """Return whether a row says what one before it said. Raises `CellError` where it says something else."""
        line, before = self._lines.setdefault(case, (row.line, list(row.cells)))
        if line == row.line:
            return False
        if before != row.cells:
            what = "id" if "id" in row.manner.places else "title"
            hint = "leave one of them out; by themselves, both are left out"
            raise CellError(what, f"{case!r} stands in line {line} already, with other contents", hint)
        self.again += 1
        return True

    def _changes(self, case: str, row: DealRow) -> Iterator[Change]:
        """Yield the present state of a deal, after those that the columns of its stages tell."""
        now = state(row, self._owner(row), self._company(row), self._contacts(row))
        name = self.table.name
        past = sorted(self._entered(row), key=lambda pair: start_of(pair[0], self.now.tzinfo or UTC))
        if not past:
            yield Change(case, row.when("stage_since"), "", now, name, row.line)
            return
        then = State(
            stage="", title=now.title, owner=now.owner, company=now.company, contacts=now.contacts, source=now.source,
            created=now.created,
        )  # fmt: skip
        reached = [
            pair for pair in past if (pair[1].stage, pair[1].pipeline or now.pipeline) == (now.stage, now.pipeline)
        ]
        last = reached[-1][0] if reached else past[-1][0]
        if not reached:
            row.warn("stage", f"no column says when it came into {now.stage!r}: it counts from the last that does")
        for moment, entry in past:
            if not reached or (moment, entry) != reached[-1]:
                stage = replace(then, stage=entry.stage, pipeline=entry.pipeline or now.pipeline)
                yield Change(case, min(moment, last, key=lambda one: start_of(one, UTC)), "", stage, name, row.line)
        yield Change(case, last, "", now, name, row.line)

    def _entered(self, row: DealRow) -> Iterator[tuple[datetime, Entered]]:
        for place, entered in self.columns.entered.items():
            text = row.cells[place].strip()
            if text:
                try:
                    yield start_of(row.manner.days.when(text), self.now.tzinfo or UTC), entered
                except ValueError as error:
                    raise CellError("", f"column {self.table.header[place]!r}: {error}") from None

    def _owner(self, row: DealRow) -> str:
        name, email, key = row.text("owner"), row.text("owner_email"), row.text("owner_id")
        if not key and not email:
            return name
        key = key or email
        self.people.setdefault(key, Person(name or email.partition("@")[0] or key, email))
        return key

    def _company(self, row: DealRow) -> str:
        name, key = row.text("company"), row.text("company_id")
        more = {what: row.text(f"company_{what}") for what in ("domain", "country", "industry")}
        found = key or name
        if found and (key or any(more.values())):
            self.companies.setdefault(found, Organisation(name=name or key, **more))
        return found

    def _contacts(self, row: DealRow) -> tuple[str, ...]:
        names, key, email = row.several("contacts", ";"), row.text("contact_id"), row.text("contact_email")
        found = key or (names[0] if names else email)
        if not found or not (key or email):
            return names
        name = names[0] if names else email or key
        phone, role = row.text("contact_phone"), row.text("contact_role")
        one = Somebody(
            name=name, email=email, phone=phone, role=role, company=row.text("company_id") or row.text("company")
        )
        self.contacts.setdefault(found, one)
        return (found, *names[1:])


def _named(row: DealRow) -> str:
    """Return the id in a row that may have too few cells."""
    places = row.manner.places.get("id", ())
    return row.cells[places[0]].strip() if places and places[0] < len(row.cells) else ""


def _manner(table: Sheet, found: Columns, told: Map, now: datetime) -> Manner:
    """Return how the cells of a table are to be read, from what its columns show and what a person told."""
    texts = {what: oddities.column(table, places) for what, places in found.places.items()}
    days = [text for what in DAYS for text in texts.get(what, ())]
    order = told.date_format is DateFormat.MONTH_FIRST if told.date_format else cells.month_first(days)
    return Manner(
        table=table, places=found.places, days=cells.Days(now.tzinfo or UTC, order), now=now,
        kinds={**KINDS, **{word.casefold(): kind for word, kind in told.kinds.items()}}, constants=told.constants,
        mark=SIGNS[told.decimal] if told.decimal else cells.decimal_mark(texts.get("value", ())),
        of_hundred=cells.is_of_hundred(texts.get("probability", ())), entered=tuple(found.entered),
    )  # fmt: skip


def _joined(readers: Sequence[_Reader], now: datetime) -> Batch:
    """Return what several tables say together, in the order of time where they tell histories."""
    zone = now.tzinfo or UTC
    whole = any(reader.columns.entered for reader in readers)
    changes = [change for reader in readers for change in reader.changes]
    if whole:
        changes.sort(key=lambda change: start_of(change.moment, zone) if change.moment else now)
    systems = {reader.columns.system for reader in readers}
    return Batch(
        changes=tuple(changes), whole=whole, stages=_kinds_of_stages(systems, changes),
        companies={key: one for reader in readers for key, one in reader.companies.items()},
        contacts={key: one for reader in readers for key, one in reader.contacts.items()},
        people={key: one for reader in readers for key, one in reader.people.items()},
        problems=tuple(problem for reader in readers for problem in reader.problems),
        spoiled=frozenset(case for reader in readers for case in reader.spoiled),
        remarks=tuple(remark for reader in readers for remark in _remarks(reader)),
        system=systems.pop() if len(systems) == 1 else "",
    )  # fmt: skip


def _kinds_of_stages(systems: set[str], changes: Sequence[Change]) -> tuple[NamedStage, ...]:
    """Return the stages all of whose deals are won, or lost, where in the source the stage decides it."""
    if any(name in SYSTEMS and not SYSTEMS[name].kinds_of_stages for name in systems):
        return ()
    said: dict[tuple[str, str], set[Kind | None]] = {}
    for change in changes:
        if change.state.kind in CLOSED:
            said.setdefault((change.state.pipeline, change.state.stage), set()).add(change.state.kind)
    return tuple(NamedStage(stage, kinds.pop(), pipe) for (pipe, stage), kinds in said.items() if len(kinds) == 1)


def _remarks(reader: _Reader) -> Iterator[str]:
    table, found = reader.table, reader.columns
    said = {table.header[place]: what for what, places in found.places.items() for place in places if what}
    if found.system:
        yield f"columns: {len(said)} of {len(table.header)}, as {found.system} names them"
    else:
        plain = [what for title, what in said.items() if _is_plain(title, what)]
        words = [f"{what} from {title!r}" for title, what in said.items() if not _is_plain(title, what)]
        yield f"columns: {', '.join([*plain, *words])}"
    yield from sheet.passed_over(table)
    if reader.again:
        yield f"{sheet.count(reader.again, 'row')} repeated: passed over"
    if found.entered:
        number = sheet.count(len(found.entered), "column")
        yield f"history: from {number} 'Date entered', which tell the last entry into each stage"
    yield from oddities.remarks(table, found.places)


def _is_plain(title: str, what: str) -> bool:
    """Return whether a column is called like its field."""
    return folded(title).replace("_", " ") == what.replace("_", " ")
