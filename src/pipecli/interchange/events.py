"""Any event log: case, stage, time, and optionally person and value; a row an event. Pure: rows in, changes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.problem import Problem
from pipecli.core.value import parse_amount
from pipecli.interchange import sheet
from pipecli.interchange.sheet import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from pipecli.interchange.sheet import Sheet

COLUMNS: Mapping[str, Wanted] = {
    "case": Wanted(("case_id", "case", "deal", "deal_id"), "--case"),
    "stage": Wanted(("stage", "status", "activity"), "--stage"),
    "time": Wanted(("epoch", "time", "timestamp", "date"), "--time"),
    "person": Wanted(("person", "user", "owner", "resource"), "--person", needed=False),
    "value": Wanted(("value", "amount"), "--value", needed=False),
}
"""What an event log says, and how its columns are usually called."""

_EPOCH = re.compile(r"-?\d+(?:\.\d+)?")
_LAST_EPOCH = 253_402_300_799
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


class Change(NamedTuple):
    """One change of one case, at a whole second: its stage, its value or both are others than before.

    `before` is the stage until then, or empty for the first change of the case.
    """

    case: str
    before: str
    stage: str
    moment: datetime
    person: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Log:
    """The events of a table in the order of time, what is wrong with the others, and what was passed over.

    `local` counts the times without an offset, which were read in the zone that was given.
    """

    events: tuple[Event, ...]
    problems: tuple[Problem, ...]
    local: int = 0


@dataclass(slots=True)
class _Reader:
    """Reads rows one by one; `local` counts the times that the zone had to explain."""

    name: str
    width: int
    places: Mapping[str, int]
    zone: tzinfo
    latest: datetime
    local: int = 0
    problems: list[Problem] = field(default_factory=list)

    def event(self, line: int, cells: Sequence[str]) -> Event | None:
        """Return the event in a row, or None where the row is wrong, which `problems` then says."""
        try:
            return self._event(line, cells)
        except ValueError as error:
            self.problems.append(row_problem(self.name, line, str(error)))
            return None

    def _event(self, line: int, cells: Sequence[str]) -> Event:
        if len(cells) != self.width:
            raise ValueError(f"the row has {len(cells)} cells where the header has {self.width}")
        cell = {what: cells[place].strip() for what, place in self.places.items()}
        case, stage = _text("case", cell["case"]), _text("stage", " ".join(cell["stage"].split()))
        person = " ".join(cell.get("person", "").split())
        return Event(line, case, stage, self._moment(cell["time"]), person, _amount(cell.get("value", "")))

    def _moment(self, text: str) -> datetime:
        moment = _epoch(text) if _EPOCH.fullmatch(text) else self._iso(text)
        if moment > self.latest:
            raise ValueError(f"{text} is in the future")
        return moment

    def _iso(self, text: str) -> datetime:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(
                f"the time {text!r} is neither seconds since 1970 nor written like 2026-11-03T14:05:00+01:00"
            ) from None
        if moment.year < _FIRST_YEAR:
            raise ValueError(f"the time {text} is before {_FIRST_YEAR}, which git cannot keep")
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
    reader = _Reader(table.name, len(table.header), places, now.tzinfo or UTC, now + _TOMORROW)
    found = [event for line, cells in table.rows if (event := reader.event(line, cells))]
    found.sort(key=lambda event: event.moment)
    return Log(tuple(found), tuple(reader.problems), reader.local)


def changes(events: Iterable[Event]) -> list[Change]:
    """Return what changed, in the order of the events; equal consecutive stages of a case are no change.

    A blank value leaves the value as it was. Moments are cut to whole seconds, which is what git keeps.
    """
    present: dict[str, tuple[str, Decimal | None]] = {}
    found: list[Change] = []
    for event in events:
        stage, value = present.get(event.case, ("", None))
        now = value if event.value is None else event.value
        if event.stage != stage or now != value:
            moment = event.moment.replace(microsecond=0)
            found.append(Change(event.case, stage, event.stage, moment, event.person, now))
            present[event.case] = (event.stage, now)
    return found


def row_problem(name: str, line: int, message: str, hint: str = "") -> Problem:
    """Return what is wrong with one row of a file."""
    return Problem(code="unusable-row", path=name, line=line, column=1, message=message, hint=hint)


def _epoch(text: str) -> datetime:
    if _COMPACT_DAY.fullmatch(text):
        raise ValueError(f"is {text} a day or seconds since 1970? write a day like 2026-11-03")
    seconds = int(text.partition(".")[0])
    if not 0 <= seconds <= _LAST_EPOCH:
        what = "is before 1970, which git cannot keep" if seconds < 0 else "is too large for seconds: milliseconds?"
        raise ValueError(f"the time {text} {what}")
    fraction = text.partition(".")[2][:6].ljust(6, "0")
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=int(fraction))


def _text(what: str, text: str) -> str:
    if not text:
        raise ValueError(f"the {what} is blank")
    if len(text) > _LONGEST or not text.isprintable():
        raise ValueError(f"the {what} is longer than {_LONGEST} characters or has control characters in it")
    return text


def _amount(text: str) -> Decimal | None:
    return parse_amount(text) if text else None
