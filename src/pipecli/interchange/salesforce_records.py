"""Salesforce's records that opportunities refer to, and its ids. Pure."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.pipeline import Kind
from pipecli.interchange.batch import Organisation, Person, Somebody
from pipecli.interchange.fault import CellError
from pipecli.interchange.salesforce_tables import ACCOUNTS, CONTACTS, LEADS, ROLES, STAGES, USERS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from pipecli.interchange.folder import Folder
    from pipecli.interchange.rows import Row

_ID = re.compile(r"[A-Za-z0-9]{15}([A-Z0-5]{3})?", re.ASCII)
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_FORECASTS: Mapping[str, str] = {
    "omitted": "omitted",
    "pipeline": "pipeline",
    "bestcase": "best_case",
    "forecast": "commit",
    "commit": "commit",
    "closed": "closed",
}
"""Names and codes of the forecast categories, and ours; there is none between best case and commit."""


class Records(NamedTuple):
    """What deals refer to: accounts, contacts and users by id, the contacts of opportunities, the kinds of stages."""

    accounts: Mapping[str, Organisation]
    contacts: Mapping[str, Somebody]
    users: Mapping[str, Person]
    roles: Mapping[str, tuple[str, ...]]
    stages: Mapping[str, Kind]


def read(folder: Folder) -> Records:
    """Return what the files beside those of the opportunities say; records that were deleted are left out."""
    accounts = dict(folder.rows(ACCOUNTS, _account))
    return Records(
        accounts,
        dict(folder.rows(CONTACTS, lambda row: _contact(row, accounts))),
        dict(folder.rows(USERS, lambda row: (key(row, "id"), Person(row.named("name"), row.text("email"))))),
        _roles([*sorted(folder.rows(ROLES, _role), key=itemgetter(0)), *folder.rows(LEADS, _role)]),
        {name: kind for _, name, kind in sorted(folder.rows(STAGES, _stage))},
    )


def key(row: Row, what: str) -> str:
    """Return the id in a cell; an empty one may be blank."""
    return full_id(row.text(what))


def is_id(text: str) -> bool:
    """Return whether a text is an id."""
    return bool(_ID.fullmatch(text))


def full_id(text: str) -> str:
    """Return an id of 15 or 18 characters in its form of 18; any other text as it stands.

    The last three tell which of the others are capitals, so that ids differ also where case does not count.
    """
    if not _ID.fullmatch(text):
        return text
    full = text[:15] + "".join(_CHECK[_capitals(text[start : start + 5])] for start in (0, 5, 10))
    return full if full.startswith(text) else text


def needed_key(row: Row, what: str) -> str:
    """Return the id in a cell that every row needs."""
    return full_id(row.named(what))


def kind(row: Row) -> Kind:
    """Return what a stage means, of which a row says whether it is closed and won."""
    if not row.flag("closed"):
        return Kind.OPEN
    return Kind.WON if row.flag("won") else Kind.LOST


def forecast(text: str) -> str:
    """Return our name of a forecast category; of one that we do not have, nothing."""
    return _FORECASTS.get("".join(filter(str.isalpha, text.casefold())), "")


def _capitals(five: str) -> int:
    return sum(1 << place for place, letter in enumerate(five) if letter.isupper())


def _account(row: Row) -> tuple[str, Organisation] | None:
    if row.flag("deleted"):
        return None
    return needed_key(row, "id"), Organisation(
        name=row.named("name"),
        domain=_domain(row.text("website")),
        country=row.text("country"),
        industry=row.text("industry"),
    )


def _domain(website: str) -> str:
    host = re.sub(r"^\w+://", "", website.casefold()).partition("/")[0]
    return host.removeprefix("www.")


def _contact(row: Row, accounts: Container[str]) -> tuple[str, Somebody] | None:
    if row.flag("deleted"):
        return None
    account = key(row, "account")
    name = row.text("name") or f"{row.text('first')} {row.text('last')}".strip()
    if not name:
        raise CellError("last", "the contact has no name", "fill the cell, or leave the row out")
    return needed_key(row, "id"), Somebody(
        name=name,
        email=row.text("email"),
        phone=row.text("phone") or row.text("mobile"),
        role=row.text("role"),
        company=account if account in accounts else "",
    )


def _role(row: Row) -> tuple[bool, str, str] | None:
    """Return whose contact somebody is; those who come first sort first."""
    opportunity, contact = key(row, "opportunity"), key(row, "contact")
    if row.flag("deleted") or not opportunity or not contact:
        return None
    return not row.flag("primary"), opportunity, contact


def _roles(roles: Iterable[tuple[bool, str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for _, opportunity, contact in roles:
        found[opportunity] = tuple(dict.fromkeys((*found.get(opportunity, ()), contact)))
    return found


def _stage(row: Row) -> tuple[int, str, Kind]:
    order = row.named("order")
    if not order.isdigit():
        raise CellError("order", f"{order!r} is no number", "write the stage's place in the order")
    return int(order), row.named("name"), kind(row)
