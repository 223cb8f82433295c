"""Hand-offs and approvals: who takes a deal over in a stage, what they need, and who may let it in.

A hand-off holds where the stage's responsible is another than that of the stage before. An approval is given by who
makes the move, or by who merges it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.edits.criteria import unmet
from pipecli.edits.ways import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.pipeline import Stage
    from pipecli.core.problem import Problem
    from pipecli.core.settings import Team
    from pipecli.edits.step import Step
    from pipecli.facts.derived import Context


def passes(left: Stage | None, entered: Stage) -> bool:
    """Return whether a deal that comes from one stage into another is handed over there."""
    if entered.handoff is None:
        return False
    before = left.roles.responsible if left and left.roles else None
    after = entered.roles.responsible if entered.roles else None
    return before is None or before != after


def next_owner(owner: str | None, left: Stage | None, entered: Stage, team: Team) -> str | None:
    """Return who owns a deal after a move: as before where it is not handed over, or nobody can tell to whom."""
    wanted = entered.handoff.owner if entered.handoff and passes(left, entered) else None
    who = team.who(wanted) if wanted else ()
    return who[0] if len(who) == 1 else owner


def handing_over(step: Step, context: Context) -> Iterator[Problem]:
    """Yield what is missing for those who take the deal over, and that it is not theirs."""
    handoff = step.entered.handoff
    if handoff is None or step.old is None or not passes(step.left, step.entered):
        return
    roles = step.entered.roles
    to = handoff.owner or (roles.responsible if roles else None) or step.entered.id
    purpose = f"to hand over to {to}"
    yield from unmet(step, "gate-handoff", purpose, handoff.require, context)
    who = context.workspace.team.who(handoff.owner) if handoff.owner else ()
    if handoff.owner and step.new.owner not in who:
        message = f"{purpose}: the owner is {step.new.owner or 'nobody'}, not {_listed(who) or 'one of them'}"
        hint = f"pipe set {step.new.id} owner={'|'.join(who)}" if who else _join(handoff.owner)
        yield refusal(step, "gate-handoff", message, hint)


def approval(step: Step, context: Context) -> Iterator[Problem]:
    """Yield that the move needs somebody else to make it or to merge it."""
    word, team = step.entered.approve, context.workspace.team
    who = team.who(word) if word else ()
    if word is None or {step.me, *step.behind} & set(who):
        return
    role = "" if word in team.members else f" ({word})"
    message = f"to enter {step.entered.id}: {_listed(who) or 'nobody'}{role} has to approve it"
    hint = f"ask {_listed(who)} to move it, or to merge the branch on which it is moved" if who else _join(word)
    yield refusal(step, "gate-approve", message, hint)


def _listed(who: tuple[str, ...]) -> str:
    *most, last = who or ("",)
    return f"{', '.join(most)} or {last}" if most else last


def _join(word: str) -> str:
    return f"give somebody in team.yaml the role {word!r}"
