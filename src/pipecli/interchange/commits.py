"""An import as commits: one of all deals as they are now, or one a change as it happened. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.edit import Edit
from pipecli.edits.message import NEW, Moved, trailer, why
from pipecli.interchange.cases import day_of, start_of
from pipecli.interchange.ids import slug_of
from pipecli.interchange.sheet import count
from pipecli.interchange.stream import Commit, File, Person

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from pipecli.core.settings import Member
    from pipecli.interchange import batch
    from pipecli.interchange.cases import Step
    from pipecli.interchange.plan import Asked, Plan

NOWHERE = "import.invalid"
"""The domain of people whose address is not known; nothing can be sent there (RFC 2606)."""


class People:
    """Who is meant by a name in another system, or by a key of its people: a member of the team, else just that."""

    def __init__(self, members: Mapping[str, Member], there: Mapping[str, batch.Person], otherwise: Person) -> None:
        self._members = members
        self._there = there
        self._known = {"": otherwise}

    def named(self, text: str) -> Person:
        """Return the person whom a text names by key, id, name or e-mail address; who imports for an empty one."""
        if text not in self._known:
            self._known[text] = self._find(text)
        return self._known[text]

    def _find(self, text: str) -> Person:
        there = self._there.get(text)
        words = [word.casefold() for word in (there or (text,)) if word]
        for name, member in self._members.items():
            if any(word in (name, member.name.casefold(), (member.email or "").casefold()) for word in words):
                return Person(member.name, member.email or f"{name}@{NOWHERE}")
        if there:
            return Person(there.name, there.email or f"{slug_of(there.name) or 'somebody'}@{NOWHERE}")
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


def of_history(plan: Plan, people: People, target: Target, zone: tzinfo, *, origin: str) -> Iterator[Commit]:
    """Yield one commit a change, each at its moment; before them the files that deals refer to.

    `origin` is what stands behind `Pipe-Import:`. The committer is who imports. A day is its start in `zone`.
    """
    importer = people.named("")
    parents: Sequence[str] = (target.onto,)
    for subject, told, author, moment, files in _told(plan, people, zone):
        yield Commit(
            author=author,
            authored=moment,
            committer=importer,
            committed=moment,
            message=f"{subject}\n\n{told}Pipe-Import: {origin}\n",
            files=[File(target.prefix + path, data) for path, data in files],
            ref=target.ref,
            parents=parents,
        )
        parents = ()


def edits_of_present(plan: Plan) -> list[Edit]:
    """Return the edits of an import without its history."""
    made = (Edit(step.path, None, step.data, f"imported in {step.stage.id}") for step in plan.deals())
    return [*plan.edits, *made, *plan.renewal.edits]


def message_of_present(plan: Plan, asked: Asked, operation: str) -> str:
    """Return the message of an import without its history.

    It has no `Pipe-Import` trailer, which would say that it carries the deals' past: what was before is unknown. Why it
    was made stands apart from the moves, as it counts for all deals.
    """
    names = " and ".join(pipeline.id for pipeline in plan.pipelines)
    deals, renewed = len({step.deal for step in plan.steps}), len(plan.renewal.edits)
    parts = [f"import {count(deals, 'deal')} into {names}"] if deals else []
    parts += [f"renew {count(renewed, 'deal')} from {asked.source}"] if renewed else []
    subject = " and ".join(parts)
    mark, told = f"Pipe-Op: {operation}", why(asked.reason, asked.force)
    apart = [*told, mark] if told else []
    lines = [*apart, *map(trailer, plan.renewal.moved), f"Pipe-Source: {asked.source}", mark]
    return "\n".join([subject[:1].upper() + subject[1:], "", *lines, ""])


def _told(plan: Plan, people: People, zone: tzinfo) -> Iterator[tuple[str, str, Person, datetime, Sequence[File]]]:
    """Yield the subject of each commit and a trailer, who made it and when, and the files that it changes."""
    if plan.edits:
        began = _moment(plan.steps[0], zone)
        yield _prepared(plan), "", people.named(""), began, [File(edit.path, edit.after) for edit in plan.edits]
    before: dict[str, Step] = {}
    for step in plan.steps:
        moment, last = _moment(step, zone), before.get(step.deal)
        move = _move(last, step, moment, zone)
        yield _subject(last, step), move, people.named(step.change.person), moment, [File(step.path, step.data)]
        before[step.deal] = step


def _move(before: Step | None, step: Step, moment: datetime, zone: tzinfo) -> str:
    """Return the trailer of a move that its file dates otherwise, which goes before the file's date; else nothing."""
    since = step.since
    if not step.moved or since is None or since in (moment, day_of(moment, zone)):
        return ""
    source = f"{before.pipeline}/{before.stage.id}" if before else NEW
    return f"{trailer(Moved(step.deal, source, f'{step.pipeline}/{step.stage.id}', moment))}\n"


def _moment(step: Step, zone: tzinfo) -> datetime:
    when = step.change.moment
    if when is None:
        raise ValueError(f"{step.deal} has a change without a moment")  # the plan of a history has none
    return start_of(when, zone)


def _prepared(plan: Plan) -> str:
    if len(plan.edits) == len(plan.fresh) == 1:
        return f"Make the pipeline {plan.fresh[0]}"
    return f"Prepare the import: {count(len(plan.edits), 'file')} that its deals refer to"


def _subject(before: Step | None, step: Step) -> str:
    if before is None:
        return f"Add {step.deal} in {step.stage.id}"
    if step.moved:
        return f"Move {step.deal} to {step.stage.id}"
    changed = {key for key in (*before.values, *step.values) if before.values.get(key) != step.values.get(key)}
    return f"Change the value of {step.deal}" if "value" in changed else f"Change {step.deal}"
