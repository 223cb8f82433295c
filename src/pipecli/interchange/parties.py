"""Companies and contacts of another system as those of the workspace: found again, or new files. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pipecli.core.edit import Edit
from pipecli.core.layout import FileKind
from pipecli.core.record import Company, Contact
from pipecli.edits.deal_file import entries
from pipecli.interchange.batch import Organisation, Somebody
from pipecli.interchange.fault import of_change
from pipecli.interchange.ids import ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pipecli.core.emit import Value
    from pipecli.core.workspace import Workspace
    from pipecli.interchange.batch import Batch, Change
    from pipecli.interchange.fault import Fault

R = TypeVar("R", Company, Contact)


@dataclass(frozen=True, slots=True)
class Parties:
    """Our ids by the source's keys, the files of those who are new, and rows that may mean several."""

    companies: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    faults: tuple[Fault, ...] = ()


def parties(workspace: Workspace, batch: Batch, changes: Sequence[Change], source: str, imported: date) -> Parties:
    """Return who the companies and contacts of some changes are.

    Each is found by its provenance, else by a company's exact name, a contact's e-mail address or exact name.
    All that the batch describes are taken, and those whom a deal only names.
    """
    named = dict.fromkeys(change.state.company for change in changes if change.state.company)
    people = {**batch.contacts, **_named(changes, batch.contacts)}
    named |= dict.fromkeys(one.company for one in people.values() if one.company)
    firms = {**batch.companies, **{key: Organisation(name=key) for key in named if key not in batch.companies}}
    known, there = workspace.known, workspace.companies.values()
    by_name = _index(there, lambda one: (one.name,))
    companies = _Matched(source, _origins(there), by_name, known[FileKind.COMPANY], batch.ours)
    firm_ids = companies.match({key: (firm.name,) for key, firm in firms.items()}, "company")
    by_mail = _index(workspace.contacts.values(), lambda one: (one.email or "", one.name))
    origins = _origins(workspace.contacts.values())
    contacts = _Matched(source, origins, by_mail, known[FileKind.CONTACT], batch.ours)
    contact_ids = contacts.match({key: (one.email, one.name) for key, one in people.items()}, "contact")
    origin: dict[str, Value] = {"source": source, "imported": imported}
    edits = [
        *(_file(f"companies/{firm_ids[key]}.yaml", _company(firms[key]), origin, key) for key in companies.fresh),
        *(
            _file(f"contacts/{contact_ids[key]}.yaml", _contact(people[key], firm_ids), origin, key)
            for key in contacts.fresh
        ),
    ]
    faults = [*companies.faults(changes, lambda change: (change.state.company,))]
    faults += contacts.faults(changes, lambda change: change.state.contacts)
    return Parties(firm_ids, contact_ids, tuple(edits), tuple(faults))


def _named(changes: Iterable[Change], known: Mapping[str, Somebody]) -> dict[str, Somebody]:
    """Return the contacts that deals only name, each with the company of the first deal that does."""
    found: dict[str, Somebody] = {}
    for change in changes:
        for key in change.state.contacts:
            if key not in known and key not in found:
                found[key] = Somebody(name=key, company=change.state.company)
    return found


@dataclass(slots=True)
class _Matched:
    """Finds records of one kind again; `fresh` are the keys of those that are new, `several` who may be meant.

    `ours`: a key may be the id of a record.
    """

    source: str
    origins: Mapping[tuple[str, str], str]
    by_text: Mapping[str, Sequence[str]]
    taken: Mapping[str, str]
    ours: bool
    fresh: list[str] = field(default_factory=list)
    several: dict[str, Sequence[str]] = field(default_factory=dict)

    def match(self, texts: Mapping[str, tuple[str, ...]], kind: str) -> dict[str, str]:
        """Return the id of each key, whose record is known by these texts, the surest first."""
        found: dict[str, str] = {}
        for key, words in texts.items():
            there = key if self.ours and key in self.taken else self.origins.get((self.source, key))
            alike = next((self.by_text[word.casefold()] for word in words if word.casefold() in self.by_text), ())
            if there or len(alike) == 1:
                found[key] = there or alike[0]
            elif alike:
                self.several[key] = alike
            else:
                self.fresh.append(key)
        names = ids(self.fresh, self.taken, otherwise=kind, text=lambda key: texts[key][-1])
        return found | names

    def faults(self, changes: Iterable[Change], keys: Callable[[Change], Iterable[str]]) -> Iterator[Fault]:
        """Yield the rows that name one who may be several of ours."""
        for change in changes:
            for key in keys(change):
                if key in self.several:
                    may = ", ".join(self.several[key])
                    hint = "give all but one of them another name, or import without this row"
                    yield of_change(change, f"{key!r} may be any of {may}", hint)


def _index(records: Iterable[R], texts: Callable[[R], Iterable[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record in records:
        for text in filter(None, texts(record)):
            found.setdefault(text.casefold(), []).append(record.id)
    return found


def _origins(records: Iterable[R]) -> dict[tuple[str, str], str]:
    return {(one.provenance.source, one.provenance.id): one.id for one in records if one.provenance}


def _company(firm: Organisation) -> dict[str, Value]:
    return {"name": firm.name, "domain": firm.domain, "country": firm.country, "industry": firm.industry}


def _contact(one: Somebody, firms: Mapping[str, str]) -> dict[str, Value]:
    company = firms.get(one.company, "")
    return {"name": one.name, "email": one.email, "phone": one.phone, "role": one.role, "company": company}


def _file(path: str, values: Mapping[str, Value], origin: Mapping[str, Value], key: str) -> Edit:
    """Return the file of a company or contact, without what is blank."""
    provenance = {"source": origin["source"], "id": key, "imported": origin["imported"]}
    filled = {name: value for name, value in values.items() if value}
    return Edit(path, None, entries({**filled, "provenance": provenance}).encode(), "imported")
