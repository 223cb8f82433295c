"""What the gates say of a change that was committed, by the rules as they stood at its commit."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipecli.edits.gates import refusals
from pipecli.edits.step import Step
from pipecli.history import trailer
from pipecli.history.chain import fitting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.core.problem import Problem
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context
    from pipecli.history.event import State
    from pipecli.verify.case import Case

_AT_THE_END = ("gate-entry", "gate-handoff", "gate-reason")
"""What can be judged of the last move of a squash alone: the deal's file is that after it."""
_OF_THE_WHOLE = "gate-policy"


def refused(case: Case) -> Iterator[Problem]:
    """Yield what the gates say of a change.

    Of a squash each move is judged that its trailers tell, by the deal as the last one leaves it.
    """
    after, before = case.revision.after, _before(case)
    if after is None or after == before:
        return
    states = _on_the_way(case, after)
    context = case.context()
    for step, then in _steps(case, before, after, states) if states else ():
        not_yet = _AT_THE_END if step.new is not after else ()
        yield from (one for one in refusals(step, then) if one.code not in (*not_yet, _OF_THE_WHOLE))
    whole = _step(case, before, after)
    if whole:
        yield from (one for one in refusals(whole, context) if not states or one.code == _OF_THE_WHOLE)


def told(case: Case, problem: Problem) -> str:
    """Return a reason against a change in words, with the stage into which it brings the deal."""
    after = case.revision.after
    return f"into {after.stage}: {problem.message}" if after and case.revision.moves else problem.message


def _before(case: Case) -> Deal | None:
    """Return the deal before a change; before a merge, it has what any of the parents has."""
    before, after = case.revision.before, case.revision.after
    if before is None or after is None or not case.revision.merge:
        return before
    parents = (before, *case.revision.others)
    same = {
        one.name: getattr(after, one.name)
        for one in fields(after)
        if any(getattr(parent, one.name) == getattr(after, one.name) for parent in parents)
    }
    place = before if case.revision.moves else after
    known = {"id": after.id, "path": after.path, "pipeline": place.pipeline, "stage": place.stage}
    return replace(before, **(same | known))


def _steps(case: Case, before: Deal | None, after: Deal, states: Sequence[State]) -> Iterator[tuple[Step, Context]]:
    """Yield the moves that a squash is made of, each with what was known before it."""
    context = case.context()
    been = [*next(iter(context.stays.values()), ()), *([(before.pipeline, before.stage)] if before else [])]
    deals = [before, *(replace(after, pipeline=pipeline, stage=stage) for pipeline, stage in states), after]
    for number, (old, new) in enumerate(pairwise(deals)):
        step = _step(case, old, new) if new else None
        if step:
            yield step, replace(context, stays=dict.fromkeys(case.names, (*been, *states[:number])))


def _on_the_way(case: Case, after: Deal) -> Sequence[State]:
    """Return the states between the one before and the one after, as a chain of trailers tells them."""
    if "Pipe-Move" not in case.commit.message or not case.revision.moves:
        return ()
    before = case.revision.before
    told_of = [move for move in trailer.read(case.commit.message).moves if move.deal in case.names]
    start = (before.pipeline, before.stage) if before else None
    chain = fitting(told_of, start, (after.pipeline, after.stage))
    return [move.target for move in chain[:-1] if move.target]


def _step(case: Case, old: Deal | None, new: Deal) -> Step | None:
    pipeline, entered = case.workspace.pipelines.get(new.pipeline), case.workspace.stage_of(new)
    if pipeline is None or entered is None:
        return None
    return Step(old, new, pipeline, case.workspace.stage_of(old) if old else None, entered, case.me, case.behind)
