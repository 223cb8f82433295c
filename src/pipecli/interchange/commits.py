"""An import as commits: one of all deals as they are now, or one a change as it happened. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipecli.interchange.cases import slug_of
from pipecli.interchange.stream import Commit, File, Person

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pipecli.core.settings import Member
    from pipecli.interchange.cases import Step
    from pipecli.interchange.plan import Plan

NOWHERE = "import.invalid"
"""The domain of people whose address is not known; nothing can be sent there (RFC 2606)."""


class People:
    """Who is meant by a name in another system: a member of the team, else somebody of that name."""

    def __init__(self, members: Mapping[str, Member], otherwise: Person) -> None:
        self._members = members
        self._known = {"": otherwise}

    def named(self, text: str) -> Person:
        """Return the person whom a text names by id, name or e-mail address; who imports for an empty one."""
        if text not in self._known:
            self._known[text] = self._find(text)
        return self._known[text]

    def _find(self, text: str) -> Person:
        folded = text.casefold()
        for name, member in self._members.items():
            if folded in (name, member.name.casefold(), (member.email or "").casefold()):
                return Person(member.name, member.email or f"{name}@{NOWHERE}")
        if "@" in text and " " not in text:
            return Person(text.partition("@")[0] or text, text)
        return Person(text, f"{slug_of(text) or slug_of(text.encode('punycode').decode()) or 'somebody'}@{NOWHERE}")


class Target(NamedTuple):
    """Where commits go: which commit they continue, and to which ref (in full).

    `prefix` leads from the repository's top to the workspace.
    """

    onto: str
    ref: str
    prefix: str


def of_history(plan: Plan, people: People, target: Target, *, trailer: str) -> Iterator[Commit]:
    """Yield one commit a change, each at its moment; before them the pipeline, where it is new.

    `trailer` is what stands behind `Pipe-Import:`. The committer is who imports.
    """
    importer = people.named("")
    parents: Sequence[str] = (target.onto,)
    for subject, author, moment, file in _told(plan, people):
        yield Commit(
            author=author,
            authored=moment,
            committer=importer,
            committed=moment,
            message=f"{subject}\n\nPipe-Import: {trailer}\n",
            files=(File(target.prefix + file.path, file.data),),
            ref=target.ref,
            parents=parents,
        )
        parents = ()


def of_present(plan: Plan, person: Person, now: datetime, target: Target, *, operation: str) -> Commit:
    """Return one commit of all deals as they are now.

    It has no `Pipe-Import` trailer, which would say that it carries their past: what was before is unknown.
    """
    return Commit(
        author=person,
        authored=now,
        committer=person,
        committed=now,
        message=present_message(plan, operation),
        files=[File(target.prefix + path, data) for path, data in present_files(plan)],
        ref=target.ref,
        parents=(target.onto,),
    )


def present_files(plan: Plan) -> list[File]:
    """Return the files of an import without its history."""
    deals = [File(step.path, step.data) for step in plan.deals()]
    return [plan.definition, *deals] if plan.definition else deals


def present_message(plan: Plan, operation: str) -> str:
    """Return the message of an import without its history."""
    count = len({step.deal for step in plan.steps})
    name = plan.pipeline.id if plan.pipeline else ""
    return f"Import {count} {'deal' if count == 1 else 'deals'} into {name}\n\nPipe-Op: {operation}\n"


def _told(plan: Plan, people: People) -> Iterator[tuple[str, Person, datetime, File]]:
    """Yield what each commit says, who made it and when, and the one file that it changes."""
    if plan.definition and plan.pipeline:
        began = plan.steps[0].change.moment
        yield f"Make the pipeline {plan.pipeline.id}", people.named(""), began, plan.definition
    for step in plan.steps:
        yield _subject(step), people.named(step.change.person), step.change.moment, File(step.path, step.data)


def _subject(step: Step) -> str:
    if step.first:
        return f"Add {step.deal} in {step.stage.id}"
    return f"Move {step.deal} to {step.stage.id}" if step.moved else f"Change the value of {step.deal}"
