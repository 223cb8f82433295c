"""Who and what the example is about: companies, the people in them, what is sold, why it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipecli.core import emit
from pipecli.edits.new import slug

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from pipecli.core.emit import Value

SELLERS = ("alex", "noor")
SOURCES = ("referral", "web form", "trade fair", "existing customer", "outbound", "partner")
OFFERS = (
    "Pilot for one team",
    "Rollout to all sites",
    "Annual renewal",
    "More seats",
    "Starter package",
    "Archive and search",
    "Migration from spreadsheets",
    "Training days",
    "Second location",
    "Reporting add-on",
)
LOSSES = ("price", "competitor", "no decision", "timing", "bad fit")
NOTES: Mapping[str, tuple[str, ...]] = {
    "new-lead": ("Need is real; timing is open", "Asked for a short demo", "Knows us from a colleague"),
    "qualified": ("Walked through their process", "Finance joins the next call", "Two teams want to start"),
    "proposal-sent": ("Walked through the pricing", "Questions about the contract", "Compares two vendors"),
    "negotiation": ("Legal has two questions", "Wants to start next quarter", "Asked for longer payment terms"),
}
STEPS: Mapping[str, str] = {
    "new-lead": "Call and find out who decides",
    "qualified": "Agree on what the proposal answers",
    "proposal-sent": "Ask what finance said",
    "negotiation": "Send the final terms",
}

_FIRST = ("Ana", "Ben", "Carla", "Dimitri", "Eva", "Finn", "Greta", "Hana", "Ivo", "Julia", "Karim", "Lotte")
_LAST = ("Ruiz", "Maas", "Novak", "Olsen", "Petit", "Quist", "Rossi", "Silva", "Tanner", "Ueda", "Vidal", "Weiss")
_NAMES = (
    "Alder",
    "Beacon",
    "Cedar",
    "Delta",
    "Elm",
    "Falcon",
    "Garnet",
    "Harbor",
    "Indigo",
    "Juniper",
    "Kestrel",
    "Lark",
)
_TRADES = (
    ("Foods", "food", "DE"),
    ("Freight", "logistics", "NL"),
    ("Clinics", "health care", "AT"),
    ("Textiles", "manufacturing", "IT"),
)


class Company(NamedTuple):
    """A company and the person who is met there: ids, and the files that say who they are."""

    id: str
    name: str
    contact: str
    files: tuple[tuple[str, bytes], ...]


def companies(rng: Random) -> list[Company]:
    """Return the companies that the team finds in the course of the year, in a random order."""
    found = [_company(rng, name, *trade) for name in _NAMES for trade in _TRADES]
    rng.shuffle(found)
    return found


def _company(rng: Random, name: str, trade: str, industry: str, country: str) -> Company:
    full = f"{name} {trade}"
    number = slug(full)
    person = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
    contact = f"{slug(person)}-{number}"
    domain = f"{number}.example"
    own: dict[str, Value] = {"name": full, "domain": domain, "country": country, "industry": industry}
    theirs: dict[str, Value] = {"name": person, "email": f"{slug(person)}@{domain}", "company": number}
    files = ((f"companies/{number}.yaml", lines(own)), (f"contacts/{contact}.yaml", lines(theirs)))
    return Company(number, full, contact, files)


def lines(group: Mapping[str, Value]) -> bytes:
    """Return a file of a few keys."""
    return "".join(f"{line}\n" for key, value in group.items() for line in emit.block_entry(key, value, 0)).encode()
