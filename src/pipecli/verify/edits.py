"""Edits that a reader of the numbers wants to know of: after a deal was closed, and of other people's deals."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.verify.case import imports
from pipecli.verify.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.record import Deal
    from pipecli.verify.case import Case

COUNTED = ("value", "currency", "owner", "source", "created", "stage_since", "closed_on")
"""What reports of closed deals are made of; tasks, activities and the reason of a loss may be completed any time."""
_CLOSED = (Kind.WON, Kind.LOST)
_NOT_SAID = ("id", "path")


def edited_after_close(case: Case) -> Iterator[Finding]:
    """What reports count of a won or lost deal stays as it was, unless the deal moves."""
    revision = case.revision
    before, after = revision.before, revision.after
    stage = revision.ground.before.stage_of(before) if before else None
    if before is None or stage is None or stage.kind not in _CLOSED or not _is_one_persons(case):
        return
    if after is None:
        hint = "git revert brings it back; a deal that is closed stays in its reports"
        yield Finding(f"the deal is removed, and it was {stage.kind}", hint, revision.path, case.commit)
    elif not revision.moves:
        changed = [name for name in COUNTED if getattr(before, name) != getattr(after, name)]
        told = ", ".join(f"{name} {_shown(before, name)} -> {_shown(after, name)}" for name in changed)
        if told:
            hint = f"if it was a correction, say so in the commit's message; else: pipe reopen {after.id}"
            yield Finding(f"{told}, when the deal was {stage.kind}", hint, revision.path, case.commit)


def foreign_edit(case: Case) -> Iterator[Finding]:
    """A deal is changed by its owner."""
    revision = case.revision
    before, after = revision.before, revision.after
    owner = before.owner if before else None
    if before is None or not owner or not _is_one_persons(case):
        return
    member = case.workspace.team.members.get(owner)
    email = member.email if member else None
    if case.me == owner or not (case.me or email):
        return
    changed = [one.name for one in fields(before) if after and getattr(before, one.name) != getattr(after, one.name)]
    what = ", ".join(name for name in changed if name not in _NOT_SAID)
    if what or not after:
        hint = f"nothing, if {owner} knows of it"
        yield Finding(
            f"{what or 'the file'} of a deal of {owner} {'changed' if after else 'removed'}",
            hint,
            revision.path,
            case.commit,
        )


def _is_one_persons(case: Case) -> bool:
    """Return whether a person made the change by this commit: no merge did, no import, and both sides are known."""
    return case.revision.is_known and not case.revision.merge and not imports(case.commit.message)


def _shown(deal: Deal, name: str) -> str:
    value = getattr(deal, name)
    return "none" if value is None else str(value)
