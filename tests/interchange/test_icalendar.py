"""An agenda for calendars: RFC 5545 to the letter."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from contexts import DEAL, TODAY, ZONE, context
from hypothesis import given
from hypothesis import strategies as st

from pipecli.facts.agenda import agenda
from pipecli.interchange.icalendar import as_icalendar, escaped, folded
from pipecli.reports.agenda import THIS_WEEK, ranked

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
TASKS = "tasks:\n  - {id: t1, do: 'Ask, then; write\\', due: 2026-11-20}\nexpected_close: 2026-11-25\n"


def calendar(deal: str, name: str = "Acme & Söhne") -> list[str]:
    facts = context(deal)
    found = ranked(agenda(facts.workspace.deals.values(), facts, TODAY + THIS_WEEK), facts)
    text = as_icalendar(found, "Agenda", name, NOW)
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "").split("\r\n")


def test_tasks_are_to_dos_and_closes_are_days() -> None:
    lines = calendar(f"{DEAL}stage_since: 2026-11-20\n{TASKS}")
    assert lines[:5] == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//pipe//agenda//EN", "CALSCALE:GREGORIAN", "X-WR-CALNAME:Agenda",
    ]  # fmt: skip
    assert lines[5:14] == [
        "BEGIN:VTODO", "UID:acme-task-t1@acme-sohne.pipe", "DTSTAMP:20261123T090000Z", "DUE;VALUE=DATE:20261120",
        r"SUMMARY:Annual renewal: Ask\, then\; write\\", r"DESCRIPTION:acme\, lead\npipe task done acme t1",
        "CATEGORIES:task", "PRIORITY:1", "STATUS:NEEDS-ACTION",
    ]  # fmt: skip
    assert lines[15:20] == [
        "BEGIN:VEVENT", "UID:acme-expected-close@acme-sohne.pipe", "DTSTAMP:20261123T090000Z",
        "DTSTART;VALUE=DATE:20261125", "DTEND;VALUE=DATE:20261126",
    ]  # fmt: skip
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_a_uid_outlives_words_and_days_and_is_there_once() -> None:
    first = calendar(f"{DEAL}next_step: {{do: Call, due: 2026-11-23}}\n")
    later = calendar(f"{DEAL}next_step: {{do: Write, due: 2026-11-24}}\n")
    uids = [[line for line in lines if line.startswith("UID")] for lines in (first, later)]
    assert uids[0] == uids[1] == ["UID:acme-next-step@acme-sohne.pipe"]
    twice = calendar(f"{DEAL}tasks: [{{id: t1, do: a, due: 2026-11-23}}, {{id: t1, do: b, due: 2026-11-23}}]\n")
    assert len({line for line in twice if line.startswith("UID")}) == 2


@pytest.mark.parametrize(("text", "expected"), [("a\r\nb", r"a\nb"), ("a\x07b\u2028", "ab"), ("a\tb", "a\tb")])
def test_what_a_calendar_may_not_hold_is_left_out(text: str, expected: str) -> None:
    assert escaped(text) == expected


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_a_line_is_folded_at_75_octets_within_no_character(text: str) -> None:
    line = f"SUMMARY:{escaped(text)}"
    parts = list(folded(line))
    assert all(len(part.encode()) <= 75 for part in parts)
    assert re.sub("^ ", "", "\r\n".join(parts).replace("\r\n ", "")) == line
