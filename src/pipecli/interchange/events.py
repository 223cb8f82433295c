"""Any event log: case, stage, time, and optionally person and value; a row an event. Pure: rows in, changes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.value import parse_amount, parse_day
from pipecli.interchange import sheet
from pipecli.interchange.batch import Batch, Change, State
from pipecli.interchange.fault import CellError, cell_problem, check_width
from pipecli.interchange.sheet import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from pipecli.core.problem import Problem
    from pipecli.interchange.batch import File
    from pipecli.interchange.sheet import Sheet

COLUMNS: Mapping[str, Wanted] = {
    "case": Wanted(("case_id", "case", "deal", "deal_id"), "--case"),
    "stage": Wanted(("stage", "status", "activity"), "--stage"),
    "time": Wanted(("epoch", "time", "timestamp", "date", "entered"), "--time"),
    "person": Wanted(("person", "user", "owner", "resource", "by"), "--person", needed=False),
    "value": Wanted(("value", "amount"), "--value", needed=False),
}
"""What an event log says, and how its columns are usually called."""

_EPOCH = re.compile(r"-?\d+(?:\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)
_LAST_EPOCH = 253_402_300_799
_NO_SECONDS = (range(1900, 2200), range(20_000, 80_001))
"""Years, and the days of spreadsheets from 1954 to 2119: nobody means a second of January 1970 by them."""
"""The last second of the year 9999."""
_COMPACT_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_FIRST_YEAR = 1971
"""A year after the first second that git can keep, so that no offset leads to before it."""
_LONGEST = 200
_TOMORROW = timedelta(days=1)


class Event(NamedTuple):
    """One row that can be used. `moment` is aware and exact; `person` and `value` may be empty."""

    line: int
    case: str
    stage: str
    moment: datetime
    person: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Log:
    """The events of a table in the order of time, what is wrong with the others, and what was passed over.

    `local` counts the times without an offset, which were read in the zone that was given. `columns` are the
    titles of the columns that were read, by what they say; `unused` are those of the others. `spoiled` are the
    cases of rows that are wrong.
    """

    events: tuple[Event, ...]
    problems: tuple[Problem, ...]
    local: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    spoiled: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Reader:
    """Reads rows one by one; `local` counts the times that the zone had to explain."""

    table: Sheet
    places: Mapping[str, int]
    zone: tzinfo
    latest: datetime
    local: int = 0
    problems: list[Problem] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)

    def event(self, line: int, cells: Sequence[str]) -> Event | None:
        """Return the event in a row, or None where the row is wrong, which `problems` then says."""
        try:
            return self._event(line, cells)
        except CellError as error:
            self.problems.append(cell_problem(self.table, line, self.places.get(error.what), error))
            if len(cells) > self.places["case"]:
                self.spoiled.add(cells[self.places["case"]].strip())
            return None

    def _event(self, line: int, cells: Sequence[str]) -> Event:
        check_width(self.table, cells)
        cell = {what: cells[place].strip() for what, place in self.places.items()}
        case, stage = _text("case", cell["case"]), _text("stage", " ".join(cell["stage"].split()))
        person = " ".join(cell.get("person", "").split())
        return Event(line, case, stage, self._moment(cell["time"]), person, _amount(cell.get("value", "")))

    def _moment(self, text: str) -> datetime:
        moment = _epoch(text) if _EPOCH.fullmatch(text) else self._iso(text)
        if moment > self.latest:
            raise CellError("time", f"{text} is in the future", "correct it, or leave the row out")
        return moment

    def _iso(self, text: str) -> datetime:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise _no_time(text) from None
        if moment.year < _FIRST_YEAR:
            message = f"the time {text} is before {_FIRST_YEAR}, which git cannot keep"
            raise CellError("time", message, "correct it, or leave the row out")
        if moment.tzinfo is None:
            self.local += 1
            moment = moment.replace(tzinfo=self.zone)
        offset = moment.utcoffset() or timedelta()
        return moment if not offset.seconds % 60 and not offset.microseconds else moment.astimezone(UTC)


def read(table: Sheet, given: Mapping[str, str | None], now: datetime) -> Log:
    """Return the events of a table, sorted by time; those of the same moment keep the order of the file.

    `given` are columns that a person named; times without an offset are in the zone of `now`. Raises
    `PipeError` where a needed column is not there.
    """
    places = sheet.places(table, COLUMNS, given)
    reader = _Reader(table, places, now.tzinfo or UTC, now + _TOMORROW)
    found = [event for line, cells in table.rows if (event := reader.event(line, cells))]
    found.sort(key=lambda event: event.moment)
    columns = {what: table.header[place] for what, place in places.items()}
    unused = tuple(title for place, title in enumerate(table.header) if place not in places.values())
    return Log(tuple(found), tuple(reader.problems), reader.local, columns, unused, frozenset(reader.spoiled))


def batch_of(files: Sequence[File], given: Mapping[str, str | None], now: datetime) -> Batch:
    """Return the events of a file as the history of its cases, and what there is to tell about it.

    `given` are columns that a person named; times without an offset are in the zone of `now`. Raises `PipeError`
    where a needed column is not there, and for more than one file.
    """
    if len(files) > 1:
        raise PipeError("an event log is one file", hint="name one of them", code=ExitCode.USAGE)
    table = sheet.read(files[0].data, files[0].name)
    log = read(table, given, now)
    used = ", ".join(what if title == what else f"{what} from {title!r}" for what, title in log.columns.items())
    remarks = [f"columns: {used}" + (f"; not used: {', '.join(log.unused)}" if log.unused else "")]
    remarks += sheet.passed_over(table)
    if log.local:
        remarks.append(
            f"{sheet.count(log.local, 'time')} without an offset: read in the workspace's zone, {now.tzinfo}"
        )
    return Batch(
        changes=tuple(changes(log.events, table.name)), whole=True, problems=log.problems, spoiled=log.spoiled,
        remarks=tuple(remarks),
    )  # fmt: skip


def changes(events: Iterable[Event], name: str = "") -> list[Change]:
    """Return what changed, in the order of the events; equal consecutive stages of a case are no change.

    A blank value leaves the value as it was. Moments are cut to whole seconds, which is what git keeps. `name` is
    the file's.
    """
    present: dict[str, State] = {}
    states: dict[tuple[str, Decimal | None], State] = {}
    found: list[Change] = []
    for event in events:
        before = present.get(event.case)
        value = event.value if event.value is not None or before is None else before.value
        if before is None or event.stage != before.stage or value != before.value:
            state = states.get((event.stage, value))
            if state is None:
                state = states[event.stage, value] = State(stage=event.stage, value=value)
            present[event.case] = state
            moment = event.moment.replace(microsecond=0)
            found.append(Change(event.case, moment, event.person, state, name, event.line))
    return found


def _epoch(text: str) -> datetime:
    if _COMPACT_DAY.fullmatch(text):
        hint = f"write a day like {text[:4]}-{text[4:6]}-{text[6:]}"
        raise CellError("time", f"is {text} a day or seconds since 1970?", hint)
    seconds = int(text.partition(".")[0])
    if any(seconds in numbers for numbers in _NO_SECONDS):
        hint = "write 2026-11-03T14:05:00+01:00"
        raise CellError("time", f"is {text} a year, a spreadsheet's day or seconds since 1970?", hint)
    if not 0 <= seconds <= _LAST_EPOCH:
        what = "is before 1970, which git cannot keep" if seconds < 0 else "is too large for seconds: milliseconds?"
        raise CellError("time", f"the time {text} {what}", "write seconds since 1970, or 2026-11-03T14:05:00+01:00")
    fraction = text.partition(".")[2][:6].ljust(6, "0")
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=int(fraction))


def _text(what: str, text: str) -> str:
    if not text:
        raise CellError(what, f"the {what} is blank", "fill the cell, or leave the row out")
    if len(text) > _LONGEST:
        raise CellError(what, f"the {what} is longer than {_LONGEST} characters", "shorten it")
    if not text.isprintable():
        raise CellError(what, f"the {what} has control characters in it", "delete them")
    return text


def _amount(text: str) -> Decimal | None:
    try:
        return parse_amount(text) if text else None
    except ValueError as error:
        raise CellError("value", f"{text!r}: {error}", "write only digits, and a point before decimals") from None


def _no_time(text: str) -> CellError:
    if not text:
        return CellError("time", "the time is blank: neither seconds nor a moment", "fill the cell, or leave it out")
    try:
        parse_day(text[:10])
    except ValueError as error:
        if _DAY.match(text):
            return CellError("time", str(error), "correct it, or leave the row out")
    message = f"the time {text!r} is neither seconds since 1970 nor written like 2026-11-03T14:05:00+01:00"
    return CellError("time", message, "write it in one of the two ways")
