"""Planning what is done to deals inside their stage: an activity, a task, the next step, a tick."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core import splice
from pipecli.core.edit import Edit
from pipecli.core.finding import readable_deal
from pipecli.core.workspace import read_file
from pipecli.edits.message import doing
from pipecli.edits.plan import Draft, Plan, against
from pipecli.edits.step import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipecli.core.problem import Problem
    from pipecli.core.record import Deal
    from pipecli.core.yamltext import Document
    from pipecli.facts.derived import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What becomes of one deal: the edits of its file, what they do in words, and what a commit is called for it.

    Without edits `said` tells that it is so already.
    """

    said: str
    subject: str = ""
    edits: tuple[Callable[[Document], str], ...] = ()


def plan(
    context: Context,
    wanted: Mapping[str, Amendment],
    *,
    reason: str | None = None,
    force: str | None = None,
    me: str = "",
) -> Plan:
    """Return the plan of amendments of deals by id; nothing is written.

    Policies are asked as of every other change. Raises `PipeError` for a deal that cannot be read or edited.
    """
    context = replace(context, reason=reason)
    pairs = [(readable_deal(context.workspace, name), one) for name, one in wanted.items()]
    drafts = [_draft(deal, one, context, me) for deal, one in pairs if one.edits]
    names = [deal.id for deal, one in pairs if one.edits]
    problems = [replace(problem, message=_placed(problem)) for draft, found in drafts for problem in found]
    return Plan(
        subject=doing(next(one.subject for one in wanted.values() if one.edits), names) if names else "",
        edits=tuple(draft.edit for draft, _ in drafts),
        already=tuple(f"{deal.id}: {one.said}" for deal, one in pairs if not one.edits),
        refusals=against(context, [draft for draft, _ in drafts], force=bool(force), more=problems),
    )


def _draft(deal: Deal, wanted: Amendment, context: Context, me: str) -> tuple[Draft, tuple[Problem, ...]]:
    before = context.workspace.texts[deal.path]
    after = splice.apply(before, wanted.edits)
    new, wrong = read_file(deal.path, after)
    stage, pipeline = context.workspace.stage_of(deal), context.workspace.pipelines.get(deal.pipeline)
    step = Step(deal, new, pipeline, stage, stage, me) if new and stage and pipeline else None
    return Draft(Edit(deal.path, before, after, wanted.said), new, step), wrong


def _placed(problem: Problem) -> str:
    return f"{problem.loc[0]}: {problem.message}" if problem.loc else problem.message
