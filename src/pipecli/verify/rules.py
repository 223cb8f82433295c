"""Moves against the rules of their pipeline, and policies, as they stood at the commit."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.problem import did_you_mean
from pipecli.edits.gates import refusals
from pipecli.edits.step import Step
from pipecli.history import trailer
from pipecli.history.chain import fitting
from pipecli.history.reason import given
from pipecli.verify.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.core.problem import Problem
    from pipecli.core.record import Deal
    from pipecli.history.event import State
    from pipecli.verify.case import Case

_OF_STAGES = ("gate-retired", "gate-create", "gate-back", "gate-skip", "gate-won-from")
"""What can be judged of a move of which a squash left the trailer alone: the deal's file is that after the last one."""
_ASKS = "pipe move asks before it moves; --force WHY says in the commit that it had to be"


def broken_rule(case: Case) -> Iterator[Finding]:
    """A change kept the rules of its pipeline and the policies of the workspace as they stood at its commit."""
    if not given(case.commit.message, case.names, "Pipe-Forced"):
        for problem in _refused(case):
            yield Finding(_told(case, problem), _remedy(problem), case.revision.path, case.commit)


def forced_move(case: Case) -> Iterator[Finding]:
    """No change was forced against the rules; the reason is told."""
    why = given(case.commit.message, case.names, "Pipe-Forced")
    broken = [_told(case, problem) for problem in _refused(case)] if why else []
    if broken:
        yield Finding(
            f"{'; '.join(broken)}; forced: {why}", "nothing, if the reason will do", case.revision.path, case.commit
        )


def stage_not_there(case: Case) -> Iterator[Finding]:
    """The pipeline and the stage that a deal came into were there at that commit."""
    after = case.revision.after
    if after is None or not case.revision.moves or not case.revision.is_known or case.revision.ground.cut:
        return
    pipeline = case.workspace.pipelines.get(after.pipeline)
    known = case.workspace.known[FileKind.PIPELINE]
    if pipeline is None and after.pipeline not in known:
        hint = did_you_mean(after.pipeline, known, otherwise="commit the pipeline before its deals, or with them")
        yield Finding(f"there was no pipeline {after.pipeline!r} then", hint, case.revision.path, case.commit)
    elif pipeline and pipeline.stage(after.stage) is None:
        hint = did_you_mean(after.stage, [stage.id for stage in pipeline.stages])
        message = f"the pipeline {pipeline.id} had no stage {after.stage!r} then"
        yield Finding(message, hint, case.revision.path, case.commit)


def _told(case: Case, problem: Problem) -> str:
    after = case.revision.after
    stage = f"{after.stage}: " if after and case.revision.moves else ""
    return f"{f'into {stage}' if stage else ''}{problem.message}"


def _remedy(problem: Problem) -> str:
    if problem.code in ("gate-policy", "gate-reason"):
        return "a reason stands in the commit's message as 'Pipe-Reason: …', or is given with --reason"
    return _ASKS


def _refused(case: Case) -> Iterator[Problem]:
    """Yield what the gates say of a change, at each of the moves that it is made of."""
    after = case.revision.after
    if after is None or not case.is_judged or (case.revision.merge and not case.revision.moves):
        return
    *unseen, last = _steps(case, after)
    for step in unseen:
        if step:
            yield from (one for one in refusals(step, case.context()) if one.code in _OF_STAGES)
    if last:
        yield from refusals(last, case.context())


def _steps(case: Case, after: Deal) -> list[Step | None]:
    """Return the moves that a commit is made of, by its trailers where it is a squash; None for one without a stage."""
    before = case.revision.before
    if before is None and after.provenance:
        return [None]
    states = _on_the_way(case, after)
    deals = [before, *(replace(after, pipeline=pipeline, stage=stage) for pipeline, stage in states), after]
    return [_step(case, old, new) for old, new in pairwise(deals) if new]


def _on_the_way(case: Case, after: Deal) -> Sequence[State]:
    """Return the states between the one before and the one after, as a chain of trailers tells them."""
    if "Pipe-Move" not in case.commit.message or not case.revision.moves:
        return ()
    before = case.revision.before
    told = [move for move in trailer.read(case.commit.message).moves if move.deal in case.names]
    start = (before.pipeline, before.stage) if before else None
    chain = fitting(told, start, (after.pipeline, after.stage))
    return [move.target for move in chain[:-1] if move.target]


def _step(case: Case, old: Deal | None, new: Deal) -> Step | None:
    pipeline, entered = case.workspace.pipelines.get(new.pipeline), case.workspace.stage_of(new)
    if pipeline is None or entered is None:
        return None
    return Step(old, new, pipeline, case.workspace.stage_of(old) if old else None, entered, case.me)
