"""Rules about personal data: that what identifies a person stands in the files of contacts alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.problem import Loc, Problem
    from pipecli.core.record import Company, Deal
    from pipecli.facts.derived import Context

_WORTH_A_LOOK = re.compile(r"[@+0-9](?:(?<=@)|(?<=\+)[1-9(]|[0-9 ().\-/]{5,}[0-9])")
"""What every address and every number has; most texts have none, and are done with."""
_URL = r"\b[a-z][a-z0-9+.-]*://\S+"
_ADDRESS = re.compile(
    rf"{_URL}|(?P<found>(?P<mailbox>[^\s@<>()\[\],;:\"'/|=]+)@(?!\d+x\.)(?:[\w-]+\.)+[^\W\d_]{{2,}})", re.IGNORECASE
)
_CALLING_CODE = (
    r"(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]"
    r"|2[1-69]\d|3[578]\d|42[0-39]|5[09]\d|6[7-9]\d|8[058]\d|9[679]\d)"
)
"""The country codes of ITU-T E.164."""
_REST = r"(?:[ ().\-/]{0,3}\d){6,13}"
_CALLED = r"\b(?:tel|telephone|telefon|phone|mobile|mobil|handy|cell|fax|whatsapp)\b[.:]? {0,2}"
_NUMBER = re.compile(
    rf"{_URL}|(?<![\w.,+/-])(?P<found>"
    rf"\+\(?{_CALLING_CODE}\)?{_REST}"  # +49 30 123456
    rf"|(?<!\d )00{_CALLING_CODE}[ /]{_REST}"  # 0049 30 123456, but not within an IBAN
    r"|\(\d{3}\) ?\d{3}[-. ]\d{4}|[2-9]\d{2}[-.][2-9]\d{2}[-.]\d{4}"  # (415) 555-0142, 415-555-0142
    rf"|{_CALLED}\(?0{_REST}"  # Tel. 030 123456
    r")(?![\w%]|[.,-]\d)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\+\d{1,3}(?:[ .-]\d{3}){1,2}|\+\d+\.\d+")
"""+1 500 000 and +1.25000000, which no telephone is called by."""
_SHORTEST = 9
"""Digits of a number with its country code; ten where nothing separates them."""

_SHARED = frozenset(
    {
        *("info", "office", "contact", "kontakt", "hello", "mail", "post", "team", "admin", "reception", "enquiries"),
        *("sales", "vertrieb", "marketing", "press", "media", "support", "help", "helpdesk", "service", "services"),
        *("billing", "invoice", "invoices", "rechnung", "rechnungen", "accounts", "accounting", "finance", "payments"),
        *("orders", "purchasing", "procurement", "einkauf", "legal", "privacy", "security", "hr", "jobs", "careers"),
        *("noreply", "no-reply", "donotreply", "notifications", "webmaster", "postmaster", "abuse", "git"),
    }
)
"""Mailboxes of an office, not of a person."""


def personal_data(context: Context) -> Iterator[Problem]:
    """E-mail addresses and phone numbers of people stand in contacts alone, which can live in a repository apart."""
    ours = {(member.email or "").casefold() for member in context.workspace.team.members.values()}
    for deal in context.workspace.deals.values():
        for loc, text in _of_deal(deal):
            if _WORTH_A_LOOK.search(text):
                hint = "keep it in contacts/ID.yaml, and name that id under 'contacts'"
                yield from (finding(deal, loc, f"{what} stands in a deal", hint) for what in _personal(text, ours))
    for company in context.workspace.companies.values():
        hint = f"keep it in contacts/ID.yaml, with 'company: {company.id}'"
        for loc, text in _of_company(company):
            yield from (finding(company, loc, f"{what} stands with a company", hint) for what in _personal(text, ours))


def _personal(text: str, ours: set[str]) -> Iterator[str]:
    """Yield what a text has of a person: an address that is neither ours nor an office's, a number to call."""
    addresses = (found for found in _ADDRESS.finditer(text) if found["found"])
    if any(one["mailbox"].casefold() not in _SHARED and one["found"].casefold() not in ours for one in addresses):
        yield "an e-mail address"
    if any(found["found"] and _is_number(found["found"]) for found in _NUMBER.finditer(text)):
        yield "a phone number"


def _is_number(text: str) -> bool:
    if not text.startswith("+"):
        return True
    digits = sum(char.isdigit() for char in text)
    least = _SHORTEST + text[1:].isdigit()
    return digits >= least and not _AMOUNT.fullmatch(text)


def _of_deal(deal: Deal) -> Iterator[tuple[Loc, str]]:
    """Yield every text of a deal that people write, with its place; ids, here and elsewhere, are none."""
    yield ("title",), deal.title
    if deal.source:
        yield ("source",), deal.source
    if deal.hold:
        yield ("hold", "reason"), deal.hold.reason
    if deal.outcome:
        yield ("outcome", "reason"), deal.outcome.reason or ""
        yield ("outcome", "competitor"), deal.outcome.competitor or ""
    for at, tag in enumerate(deal.tags):
        yield ("tags", at), tag
    for name, value in deal.fields.items():
        yield ("fields", name), value
    yield from _of_work(deal)


def _of_work(deal: Deal) -> Iterator[tuple[Loc, str]]:
    if deal.next_step:
        yield ("next_step", "do"), deal.next_step.do
    for at, task in enumerate(deal.tasks):
        yield ("tasks", at, "do"), task.do
    for at, activity in enumerate(deal.activities):
        if activity.note:
            yield ("activities", at, "note"), activity.note
        if activity.outcome:
            yield ("activities", at, "outcome"), activity.outcome


def _of_company(company: Company) -> Iterator[tuple[Loc, str]]:
    yield ("name",), company.name
    yield ("notes",), company.notes or ""
    for at, tag in enumerate(company.tags):
        yield ("tags", at), tag
