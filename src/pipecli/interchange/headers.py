"""The headers that other systems' tables of deals carry, and which system a table is from. Pure.

Sources: the systems' own exports as of 2026. A header is compared without case, blanks around it, a final `*` and
a leading `Deal - `.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pipecli.interchange.columns import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PASSED_OVER = ""
"""The field of a column that says nothing that another does not say better."""

_PREFIX = re.compile(r"deal - ")
_ENTERED = re.compile(r'date entered "(.+?)(?: \(([^()]*)\))?"|hs_(?:v2_)?date_entered_(\w+)')
_DERIVED = re.compile(
    r'(?:date exited|cumulative time in|latest time in) ".*"|hs_(?:v2_)?(?:date_exited|time_in|.*_time_in)_\w+'
)


@dataclass(frozen=True, slots=True)
class System:
    """One system's headers, folded, with our fields; `signs` are those that no other table has.

    `kinds_of_stages`: whether a deal is won or lost is said by its stage, so that a stage has one kind.
    """

    headers: Mapping[str, str]
    signs: frozenset[str]
    kinds_of_stages: bool = True
    prefixes: tuple[str, ...] = field(default=())


class Entered(NamedTuple):
    """A column that says when a deal came into a stage (of a pipeline)."""

    stage: str
    pipeline: str = ""


PIPEDRIVE = System(
    {
        "id": "id",
        "title": "title",
        "owner": "owner",
        "value": "value",
        "currency of value": "currency",
        "currency": "currency",
        "probability": "percent",
        "organization": "company",
        "organization - name": "company",
        "contact person": "contacts",
        "person - name": "contacts",
        "person - email": "contact_email",
        "person - phone": "contact_phone",
        "pipeline": "pipeline",
        "stage": "stage",
        "stage (pipeline)": "stage",
        "label": "tags",
        "status": "kind",
        "deal created": "created",
        "creation date": "created",
        "last stage change": "stage_since",
        "won time": "closed_on",
        "lost time": "closed_on",
        "deal closed on": "closed_on",
        "closed on": "closed_on",
        "lost reason": "reason",
        "expected close date": "expected_close",
        "source channel": "source",
    },
    frozenset({"contact person", "currency of value", "last stage change", "deal created", "won time", "lost time"}),
    kinds_of_stages=False,
    prefixes=("deal - ",),
)
HUBSPOT = System(
    {
        "record id": "id",
        "hs_object_id": "id",
        "deal name": "title",
        "dealname": "title",
        "pipeline": "pipeline",
        "deal stage": "stage",
        "dealstage": "stage",
        "amount": "value",
        "currency": "currency",
        "deal_currency_code": "currency",
        "close date": "close_date",
        "closedate": "close_date",
        "create date": "created",
        "createdate": "created",
        "deal owner": "owner",
        "hubspot_owner_id": "owner",
        "associated company (primary)": "company",
        "associated company": "company",
        "associated company ids (primary)": "company_id",
        "associated company ids": "company_id",
        "associated contact": "contacts",
        "closed lost reason": "reason",
        "closed_lost_reason": "reason",
        "deal probability": "probability",
        "hs_deal_stage_probability": "probability",
        "forecast category": "forecast",
        "hs_manual_forecast_category": "forecast",
        "is closed won": "is_won",
        "hs_is_closed_won": "is_won",
        "is deal closed?": "is_closed",
        "hs_is_closed": "is_closed",
        "next step": "next_step",
        "hs_next_step": "next_step",
        "original traffic source": "source",
        "hs_analytics_source": "source",
    },
    frozenset({"record id", "hs_object_id", "deal name", "dealname", "deal stage", "dealstage"}),
)
SALESFORCE = System(
    {
        "id": "id",
        "opportunity id": "id",
        "name": "title",
        "opportunity name": "title",
        "accountid": "company_id",
        "account id": "company_id",
        "account.name": "company",
        "account name": "company",
        "ownerid": "owner_id",
        "owner.name": "owner",
        "opportunity owner": "owner",
        "stagename": "stage",
        "stage": "stage",
        "amount": "value",
        "currencyisocode": "currency",
        "amount currency": "currency",
        "opportunity currency": "currency",
        "probability": "percent",
        "probability (%)": "percent",
        "closedate": "close_date",
        "close date": "close_date",
        "isclosed": "is_closed",
        "closed": "is_closed",
        "iswon": "is_won",
        "won": "is_won",
        "forecastcategoryname": "forecast",
        "forecastcategory": "forecast",
        "forecast category": "forecast",
        "leadsource": "source",
        "lead source": "source",
        "nextstep": "next_step",
        "next step": "next_step",
        "createddate": "created",
        "created date": "created",
        "laststagechangedate": "stage_since",
        "last stage change date": "stage_since",
    },
    frozenset({"stagename", "opportunity name", "opportunity owner", "accountid", "account name", "forecastcategory"}),
)
PLAIN = System({name.replace("_", " "): name for name in FIELDS}, frozenset())
"""Our own names of the fields."""

SYSTEMS: Mapping[str, System] = {"pipedrive": PIPEDRIVE, "hubspot": HUBSPOT, "salesforce": SALESFORCE}


def folded(title: str) -> str:
    """Return a header as it is compared: composed, without case, blanks around it and a final `*`."""
    plain = " ".join(unicodedata.normalize("NFC", title.strip("\ufeff")).casefold().split())
    return plain.removesuffix("*").rstrip()


def known_field(system: System, title: str) -> str | Entered | None:
    """Return what a column says in a system's tables; None for one that is not known there."""
    word = folded(title)
    found = system.headers.get(word) or system.headers.get(
        _PREFIX.sub("", word, count=1) if word.startswith("deal - ") else word
    )
    if found is None and system is PLAIN:
        found = system.headers.get(word.replace("_", " "))
    if found is None and system is HUBSPOT:
        return _of_hubspot(" ".join(title.split()))
    return found


def system_of(titles: Iterable[str]) -> str:
    """Return the name of the system that a table is from, or the empty string: most of its headers are known there."""
    words = [folded(title) for title in titles]
    scores = {
        name: sum(known_field(system, word) is not None for word in words)
        for name, system in SYSTEMS.items()
        if system.signs.intersection(words)
        or any(word.startswith(system.prefixes) for word in words if system.prefixes)
    }
    return max(scores, key=lambda name: scores[name], default="")


def _of_hubspot(title: str) -> Entered | str | None:
    entered = _ENTERED.fullmatch(title) or _ENTERED.fullmatch(title[:1].lower() + title[1:])
    if entered:
        return Entered(entered[1] or entered[3], entered[2] or "")
    return PASSED_OVER if _DERIVED.fullmatch(title[:1].lower() + title[1:]) else None
