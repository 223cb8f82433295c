"""Planning the text of a deal that a person wrote in an editor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.edit import Edit
from pipecli.core.layout import FileKind
from pipecli.core.workspace import read_file
from pipecli.core.yamltext import load
from pipecli.edits.assignment import NOTHING
from pipecli.edits.handoff import next_owner
from pipecli.edits.message import Moved
from pipecli.edits.move import too_early
from pipecli.edits.order import put
from pipecli.edits.plan import Draft, Plan, against
from pipecli.edits.step import Step

if TYPE_CHECKING:
    from datetime import datetime

    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.facts.derived import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What a person wants a deal's file to say."""

    deal: str
    text: bytes
    reason: str | None = None
    force: str | None = None
    now: datetime
    me: str = ""


def plan(workspace: Workspace, context: Context, wanted: Edited) -> Plan:
    """Return the plan of a deal's file with another text; nothing is written.

    Where the text has another stage, that is a move: it passes the gates of one, and the file says since when the
    deal is there, unless the person did. A file that could not be read before has no state to judge it by.
    """
    context = replace(context, reason=wanted.reason)
    path, text = workspace.known[FileKind.DEAL][wanted.deal], wanted.text
    new, wrong = read_file(path, text)
    step = _step(workspace, new, wanted) if new else None
    moved: tuple[Moved, ...] = ()
    if step and step.is_move and (old := step.old):
        on = step.new.stage_since
        if on == old.stage_since:
            on, text = None, put(("stage_since",), context.today)(load(text)).encode()
        text = _handed_over(step, text, context)
        new = read_file(path, text)[0] or step.new
        step = replace(step, new=new)
        wrong = tuple(too_early(old, on, context, place="stage_since"))
        at = wanted.now if on in (None, context.today) else on
        source, target = f"{old.pipeline}/{old.stage}", f"{step.pipeline.id}/{step.entered.id}"
        moved = (Moved(wanted.deal, source, target, at),)
    summary = f"{moved[0].shown}{_told(step)}" if step and moved else "edited"
    edit = Edit(path, workspace.texts[path], text, summary)
    return Plan(
        subject=f"Edit {wanted.deal}{f' and move it to {step.entered.id}' if step and moved else ''}",
        edits=(edit,),
        moved=moved,
        refusals=against(context, [Draft(edit, new, step)], force=bool(wanted.force), more=wrong),
    )


def _handed_over(step: Step, text: bytes, context: Context) -> bytes:
    """Return the text with the owner whom a hand-off gives the deal, unless the person wrote one."""
    owner = next_owner(step.new.owner, step.left, step.entered, context.workspace.team)
    kept = step.old is not None and step.new.owner == step.old.owner
    return put(("owner",), owner)(load(text)).encode() if kept and owner not in (None, step.new.owner) else text


def _told(step: Step) -> str:
    """Return in words that the deal has another owner now."""
    before, now = step.old.owner if step.old else None, step.new.owner
    return "" if before == now else f", owner {before or NOTHING} -> {now or NOTHING}"


def _step(workspace: Workspace, new: Deal, wanted: Edited) -> Step | None:
    """Return what the gates judge, or None where they cannot: a state before or after is not known."""
    old = workspace.deals.get(wanted.deal)
    pipeline, entered = workspace.pipelines.get(new.pipeline), workspace.stage_of(new)
    if old is None or pipeline is None or entered is None:
        return None
    return Step(old, new, pipeline, workspace.stage_of(old), entered, wanted.me)
