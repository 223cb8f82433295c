"""Rules about people: the team, its roles, and how everybody is reached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.problem import Problem, did_you_mean
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.problem import Loc
    from pipecli.facts.derived import Context

_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")


def unknown_role(context: Context) -> Iterator[Problem]:
    """The roles of a stage are members of the team, or roles that a member has."""
    team = context.workspace.team
    known = set(team.members) | {role for member in team.members.values() for role in member.roles}
    if not known:
        return
    for pipeline in context.workspace.pipelines.values():
        for index, stage in enumerate(pipeline.stages):
            roles = stage.roles
            if roles is None:
                continue
            named: list[tuple[Loc, str | None]] = [
                (("responsible",), roles.responsible),
                (("accountable",), roles.accountable),
                *((("consulted", at), role) for at, role in enumerate(roles.consulted)),
                *((("informed", at), role) for at, role in enumerate(roles.informed)),
            ]
            for loc, role in named:
                if role and role not in known:
                    message = f"nobody in team.yaml is or has the role {role!r}"
                    yield finding(pipeline, ("stages", index, "roles", *loc), message, did_you_mean(role, known))


def duplicate_email(context: Context) -> Iterator[Problem]:
    """An address is that of one member, so that it is clear who `me` is."""
    seen: dict[str, str] = {}
    for name, member in context.workspace.team.members.items():
        email = (member.email or "").casefold()
        if email and email in seen:
            message = f"{seen[email]!r} has this address, too: what {name!r} commits counts as done by {seen[email]!r}"
            yield finding(FileKind.TEAM, ("members", name, "email"), message, "give one of the two another, or none")
        seen.setdefault(email, name)


def invalid_email(context: Context) -> Iterator[Problem]:
    """An e-mail address is one: a name, an @ and a host."""
    for name, member in context.workspace.team.members.items():
        if member.email and not _ADDRESS.fullmatch(member.email):
            yield finding(FileKind.TEAM, ("members", name, "email"), *_no_address(member.email))
    for contact in context.workspace.contacts.values():
        if contact.email and not _ADDRESS.fullmatch(contact.email):
            yield finding(contact, ("email",), *_no_address(contact.email))


def _no_address(text: str) -> tuple[str, str]:
    return (
        f"{text!r} is no e-mail address",
        "write one like jane@example.com; other ways to reach somebody go to 'notes'",
    )
