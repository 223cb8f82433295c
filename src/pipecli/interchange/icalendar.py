"""An agenda as an iCalendar file (RFC 5545): what is to be done as to-dos, ends of holds and closes as days.

Every entry keeps its UID from one export to the next, so that a calendar takes a later file for the same entries.
Lines end with CRLF and are folded at 75 octets, within no character; text is escaped.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from pipecli.edits.new import slug
from pipecli.facts.agenda import What

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from pipecli.facts.agenda import Todo
    from pipecli.reports.agenda import Ranked

_OCTETS = 75
_DAYS = (What.HOLD, What.CLOSE)
"""What is a day in a calendar, and nothing to tick."""
_ESCAPED = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_FIRST, _USUAL, _LAST = 1, 5, 9


def as_icalendar(found: Iterable[Ranked], title: str, workspace: str, now: datetime) -> str:
    """Return the calendar; `workspace` is the name that tells its UIDs from those of other workspaces."""
    place, times = f"{slug(workspace)}.pipe", Counter[str]()
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//pipe//agenda//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{escaped(title)}")
    for one in found:
        name = _name(one.todo)
        times[name] += 1
        again = f"-{times[name]}" if times[name] > 1 else ""
        lines += _entry(one, f"{name}{again}@{place}", now)
    return "".join(f"{part}\r\n" for line in (*lines, "END:VCALENDAR") for part in folded(line))


def _entry(one: Ranked, uid: str, now: datetime) -> Iterator[str]:
    todo, deal = one.todo, one.todo.deal
    kind = "VEVENT" if todo.what in _DAYS else "VTODO"
    yield f"BEGIN:{kind}"
    yield f"UID:{uid}"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    if kind == "VEVENT" and todo.day:
        yield f"DTSTART;VALUE=DATE:{_day(todo.day)}"
        yield f"DTEND;VALUE=DATE:{_day(todo.day + timedelta(days=1))}"
        yield "TRANSP:TRANSPARENT"
    elif todo.day:
        yield f"DUE;VALUE=DATE:{_day(todo.day)}"
    yield f"SUMMARY:{escaped(f'{deal.title}: {_told(todo)}')}"
    yield "DESCRIPTION:" + escaped(f"{deal.id}, {deal.stage}\n{one.command}")
    yield f"CATEGORIES:{escaped(str(todo.what))}"
    if kind == "VTODO":
        yield f"PRIORITY:{_FIRST if one.urgency > 1 else _USUAL if one.urgency == 1 else _LAST}"
        yield "STATUS:NEEDS-ACTION"
    yield f"END:{kind}"


def _told(todo: Todo) -> str:
    return todo.text if todo.what in (What.TASK, What.STEP) else f"{todo.what}: {todo.text}"


def _name(todo: Todo) -> str:
    """Return what names an entry among those of a workspace, whatever its words and its day become."""
    return "-".join([todo.deal.id, str(todo.what).replace(" ", "-"), *([todo.task.id] if todo.task else [])])


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def escaped(text: str) -> str:
    """Return text as a value (RFC 5545, 3.3.11), without characters that a calendar may not hold."""
    return "".join(_ESCAPED.get(character, character) for character in _CONTROL.sub("", text))


def folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, each but the first behind a blank (RFC 5545, 3.1)."""
    part = b""
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(part) + len(octets) > _OCTETS:
            yield part.decode()
            part = b" "
        part += octets
    yield part.decode()
