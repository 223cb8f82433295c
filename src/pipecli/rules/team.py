"""Rules about people: the team, its roles, and how everybody is reached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.problem import Problem, did_you_mean
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.pipeline import Pipeline, Roles, Stage
    from pipecli.core.problem import Loc
    from pipecli.facts.derived import Context

_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")


def unknown_role(context: Context) -> Iterator[Problem]:
    """The roles of a stage are members of the team, or roles that a member has."""
    known = _known(context)
    for pipeline, index, stage in _stages(context) if known else ():
        named = [(("roles", *loc), word) for loc, word in _roles(stage.roles)] if stage.roles else []
        named += [(("handoff", "owner"), stage.handoff.owner)] if stage.handoff else []
        for loc, role in named:
            if role and role not in known:
                yield finding(pipeline, ("stages", index, *loc), _nobody(role), did_you_mean(role, known))


def no_accountable(context: Context) -> Iterator[Problem]:
    """Of a stage with roles one person is accountable: a member, or who alone has that role."""
    team = context.workspace.team
    for pipeline, index, stage in _stages(context):
        roles, loc = stage.roles, ("stages", index, "roles")
        if roles is None:
            continue
        if roles.accountable is None:
            message = f"nobody is accountable for {stage.id!r}"
            yield finding(pipeline, loc, message, "add 'accountable: …' with one member or role", at_key=True)
        elif len(who := team.who(roles.accountable)) > 1:
            message = f"{len(who)} members have the role {roles.accountable!r}: {', '.join(who)}"
            hint = f"name one of them, or a role that one has: accountable: {who[0]}"
            yield finding(pipeline, (*loc, "accountable"), message, hint)


def unknown_approver(context: Context) -> Iterator[Problem]:
    """Who approves moves into a stage is a member of the team, or a role that a member has."""
    known = _known(context)
    if FileKind.TEAM in context.workspace.broken:
        return
    for pipeline, index, stage in _stages(context):
        if stage.approve and stage.approve not in known:
            hint = did_you_mean(stage.approve, known, otherwise="add somebody with that role to team.yaml")
            message = f"{_nobody(stage.approve)}: no deal can enter {stage.id!r}"
            yield finding(pipeline, ("stages", index, "approve"), message, hint)


def _known(context: Context) -> set[str]:
    """Return all words that mean a member."""
    members = context.workspace.team.members
    return set(members) | {role for member in members.values() for role in member.roles}


def _stages(context: Context) -> Iterator[tuple[Pipeline, int, Stage]]:
    for pipeline in context.workspace.pipelines.values():
        for index, stage in enumerate(pipeline.stages):
            yield pipeline, index, stage


def _roles(roles: Roles) -> list[tuple[Loc, str | None]]:
    return [
        (("responsible",), roles.responsible),
        (("accountable",), roles.accountable),
        *((("consulted", at), role) for at, role in enumerate(roles.consulted)),
        *((("informed", at), role) for at, role in enumerate(roles.informed)),
    ]


def _nobody(word: str) -> str:
    return f"nobody in team.yaml is or has the role {word!r}"


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
