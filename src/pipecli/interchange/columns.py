"""What a column of a table may say of a deal: the names under which maps and header tables speak of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.value import ID

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN = "fields."
"""What stands before the name of a field of one's own."""

FIELDS: Mapping[str, str] = {
    "id": "the deal's id there; where there is none, its title serves",
    "title": "the title",
    "pipeline": "the pipeline's name",
    "stage": "the stage's name; of a closed deal it may be the stage in which it ended",
    "kind": "open, won, lost or on_hold; it goes before the stage",
    "is_won": "a flag: it is won",
    "is_closed": "a flag: it is won or lost",
    "stage_since": "when it came into its stage",
    "value": "the amount",
    "currency": "of the amount",
    "owner": "who owns it: a name or an e-mail address",
    "owner_id": "the owner's id there",
    "owner_email": "the owner's e-mail address",
    "company": "the company's name",
    "company_id": "the company's id there",
    "company_domain": "of its web site",
    "company_country": "where it is",
    "company_industry": "its industry",
    "contacts": "the names of contacts; several are divided by ';'",
    "contact_id": "the contact's id there",
    "contact_email": "the contact's e-mail address",
    "contact_phone": "the contact's telephone number",
    "contact_role": "what the contact does there",
    "source": "where the deal came from",
    "created": "the day on which it came up",
    "expected_close": "the day on which it is expected to close",
    "closed_on": "the day on which it closed",
    "close_date": "one day for both: of an open deal it is expected_close, of a closed one closed_on",
    "probability": "written as 20 %, or all of a column as 20, or all as 0.2",
    "percent": "a probability from 0 to 100",
    "forecast": "the forecast category",
    "reason": "why it was lost",
    "next_step": "what happens next",
    "next_due": "when the next step is due",
    "tags": "words; several are divided by ',' or ';'",
    "note": "a text, which may be HTML; it becomes a note among the activities",
}
"""Every field, and what its cells say. Several columns may give one: the first that is filled counts."""

DAYS = ("stage_since", "created", "expected_close", "closed_on", "close_date", "next_due")
"""The fields of days and moments."""


def is_field(word: str) -> bool:
    """Return whether a word names a field, or one of one's own (`fields.seats`)."""
    return word in FIELDS or (word.startswith(OWN) and ID.fullmatch(word.removeprefix(OWN)) is not None)
