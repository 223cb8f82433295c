"""Owners of another system as members of the team. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core import splice
from pipecli.core.edit import Edit
from pipecli.core.layout import FileKind
from pipecli.core.problem import Problem, did_you_mean
from pipecli.edits.deal_file import entries
from pipecli.interchange.batch import Person
from pipecli.interchange.fault import Fault
from pipecli.interchange.ids import ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipecli.core.emit import Value
    from pipecli.core.settings import Member
    from pipecli.core.workspace import Workspace
    from pipecli.core.yamltext import Document
    from pipecli.interchange.batch import Batch, Change
    from pipecli.interchange.plan import Asked

TEAM = FileKind.TEAM.value


class Owners(NamedTuple):
    """The member's id for each owner of the source, the members who are new, and who is not known.

    `faults` are those of the first row of each.
    """

    ids: Mapping[str, str]
    fresh: Mapping[str, Person]
    faults: Sequence[Fault]


def owners(workspace: Workspace, batch: Batch, asked: Asked) -> Owners:
    """Return who the owners of a batch's deals are; members whom the team does not have are added if asked for."""
    first: dict[str, Change] = {}
    counts: Counter[str] = Counter()
    for change in batch.changes:
        if change.state.owner:
            first.setdefault(change.state.owner, change)
            counts[change.state.owner] += 1
    found: dict[str, str] = {}
    unknown: dict[str, list[str]] = {}
    for key in first:
        meant = list(_meant(workspace.team.members, asked.owners.get(key), key, batch.people.get(key)))
        if len(meant) == 1:
            found[key] = meant[0]
        else:
            unknown[key] = meant
    new = [key for key, meant in unknown.items() if not meant and asked.add_members and key not in asked.owners]
    people = {key: batch.people.get(key) or _person(key) for key in new}
    names = ids(dict.fromkeys(people.values()), workspace.team.members, otherwise="member", text=lambda one: one.name)
    fresh = {name: person for person, name in names.items()}
    found |= {key: names[person] for key, person in people.items()}
    faults = [_fault(workspace, batch, first[key], unknown[key], counts[key]) for key in unknown if key not in found]
    return Owners(found, fresh, faults)


def edit(workspace: Workspace, found: Owners, used: Iterable[str]) -> Iterator[Edit]:
    """Yield the edit of the team's file that adds those new members who are some of the owners, if there are any."""
    owning = {found.ids[key] for key in used if key in found.ids}
    fresh = {name: person for name, person in found.fresh.items() if name in owning}
    if not fresh:
        return
    before = workspace.texts.get(TEAM)
    members: dict[str, Value] = {name: _member(person) for name, person in fresh.items()}
    if before is None:
        after = entries({"members": members}).encode()
    else:
        after = splice.apply(before, [_adding(name, member) for name, member in members.items()])
    yield Edit(TEAM, before, after, f"{len(fresh)} added")


def _adding(name: str, member: Value) -> Callable[[Document], str]:
    return lambda document: splice.put(document, ("members", name), member)


def _member(person: Person) -> dict[str, Value]:
    email: dict[str, Value] = {"email": person.email} if person.email else {}
    return {"name": person.name, **email}


def _meant(members: Mapping[str, Member], told: str | None, key: str, person: Person | None) -> Iterator[str]:
    """Yield the members whom an owner may be: by what a map tells, else by e-mail, else by id or name."""
    if told is not None:
        yield from _like(members, told)
        return
    names = (person.email, person.name) if person else (key,)
    for word in names:
        found = list(_like(members, word)) if word else []
        if found:
            yield from found
            return


def _like(members: Mapping[str, Member], word: str) -> Iterator[str]:
    folded = " ".join(word.casefold().split())
    for name, member in members.items():
        if folded in (name, member.name.casefold(), (member.email or "").casefold()):
            yield name


def _person(key: str) -> Person:
    name = (key.partition("@")[0] if " " not in key else "") or key
    return Person(name, key if name != key else "")


def _fault(workspace: Workspace, batch: Batch, change: Change, meant: Sequence[str], count: int) -> Fault:
    key = change.state.owner
    person = batch.people.get(key)
    name = f"{person.name!r} ({key})" if person and person.name != key else repr(key)
    rows = f" ({count} rows)" if count > 1 else ""
    if meant:
        message = f"the owner {name} may be any of {', '.join(meant)}{rows}"
        return _unknown(change, message, f"say whom you mean in a map: 'owners: {{{key}: {meant[0]}}}'")
    near = did_you_mean(person.name if person else key, workspace.team.members, otherwise="")
    near = "" if near.startswith("known") else near
    hint = f"{near} --add-members adds all of them to team.yaml; a map names another: 'owners: {{{key}: …}}'".strip()
    return _unknown(change, f"the owner {name} is no member in team.yaml{rows}", hint)


def _unknown(change: Change, message: str, hint: str) -> Fault:
    problem = Problem(code="unknown-member", path=change.file, line=change.line, column=1, message=message, hint=hint)
    return Fault(change.case, problem)
