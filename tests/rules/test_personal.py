"""Personal data outside of contacts: what is one's address or number, and what only looks like it."""

from __future__ import annotations

import pytest
from contexts import DEAL, PIPELINE, SETTINGS, context, found

from pipecli.rules.registry import check

ADDRESSES = ("jane.doe@acme.co.uk", "Jane <jane@acme.com>", "mailto:jane@acme.com", "jane@münchen.de", "j+crm@acme.io")
NUMBERS = (
    "+49 30 123456", "+49 (0) 30 123456", "+4930123456", "+49.30.123456", "+1 415 555 0142", "(415) 555-0142",
    "415-555-0142", "415.555.0142", "0049 30 1234567", "Tel. 030 123456", "tel: 06 12 34 56 78", "+33 6 12 34 56 78",
    "Phone (030) 123 45 67", "+48 601 234 567", "+7 (495) 123-45-67", "mobile 0171/1234567", "fax 0800 100 200",
)  # fmt: skip
NEITHER = (
    "@sam", "a@b", "info@acme.com", "Sales@acme.com", "git@github.com:acme/tools.git", "logo@2x.png", "left-pad@1.3.0",
    "https://u:secret@db.example.com/x", "https://example.com/+4930123456789", "SAM@example.com",
    "+1 500 000", "+10 000 000 EUR", "+1500000", "+15%", "+25.123456789", "+200-300-400 units", "2.5+ 100 200 300",
    "48000.00", "1 000 000 000", "up to 80000", "mobile 120000 users", "phone 2026-11-24", "call 2026-11-24 10:00",
    "2026-11-03T14:05+10:00", "Q4 2026-11-03 14:05+01:00", "2026-11-03", "03.11.2026 - 30.11.2026", "+30-45-60-90 days",
    "PO 4500012345", "invoice 2026-000123", "order 123-4567890-1234567", "order 212-5550-142", "0012 3456789",
    "00123456789", "SO-415-555-0142", "415-555-0142-77", "111-222-3333", "DE89 3704 0044 0532 0130 00",
    "192.168.100.200", "ISBN 978-3-16-148410-0", "v1.20.300", "40+49 301 234 567", "tel 2026 10 11 12",
)  # fmt: skip
TEAM = "members:\n  sam: {name: Sam Roe, email: sam@example.com}\n"


def told(text: str) -> list[str]:
    problems = check(context(f"{DEAL}next_step: {{do: 'Ask: {text}'}}\n", team=TEAM))
    return [problem.message for problem in problems]


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_told(text: str) -> None:
    assert told(text) == ["an e-mail address stands in a deal"]


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_to_call_is_told(text: str) -> None:
    assert told(text) == ["a phone number stands in a deal"]


@pytest.mark.parametrize("text", NEITHER)
def test_amounts_dates_orders_links_and_offices_are_neither(text: str) -> None:
    assert told(text) == []


def test_every_text_of_a_deal_is_looked_at_and_no_id() -> None:
    deal = (
        "title: jane@acme.com\npipeline: sales\nstage: lost\nclosed_on: 2026-11-03\nsource: jane@acme.com\n"
        "outcome: {reason: jane@acme.com, competitor: jane@acme.com}\n"
        "hold: {until: 2199-01-01, reason: jane@acme.com}\n"
        "tags: [a, jane@acme.com]\nfields: {note: jane@acme.com}\nnext_step: {do: jane@acme.com}\n"
        "tasks: [{id: t1, do: jane@acme.com}]\n"
        "activities: [{at: 2026-11-03T14:05+01:00, kind: call, note: jane@acme.com, outcome: jane@acme.com}]\n"
        "provenance: {source: crm, id: jane@acme.com}\n"
    )
    pipeline = f"{PIPELINE}fields: {{note: {{type: text}}}}\n"
    settings = f"{SETTINGS}rules: {{unknown-reason: off, closed-with-hold: off}}\n"
    lines = [line for code, line, _ in found(deal, pipeline, settings) if code == "personal-data"]
    assert lines == [1, 5, 6, 6, 7, 8, 9, 10, 11, 12, 12]


def test_both_are_told_and_neither_is_repeated() -> None:
    problems = check(context(f"{DEAL}source: jane@acme.com or +49 30 123456\n"))
    assert [p.message for p in problems] == ["an e-mail address stands in a deal", "a phone number stands in a deal"]


def test_companies_have_none_and_contacts_do() -> None:
    company = "name: Acme\nnotes: Ask jane@acme.com\ntags: ['+49 30 123456']\ndomain: acme.com\n"
    contact = "name: Jane\nemail: jane@acme.com\nphone: +49 30 123456\nnotes: or jane@home.example\n"
    assert found(DEAL, companies__acme=company, contacts__jane=contact) == [
        ("personal-data", 2, 8), ("personal-data", 3, 8),
    ]  # fmt: skip
