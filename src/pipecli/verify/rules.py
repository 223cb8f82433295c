"""Moves against the rules of their pipeline, and policies, as they stood at the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.problem import did_you_mean
from pipecli.history.reason import given
from pipecli.verify.finding import Finding
from pipecli.verify.judged import refused, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipecli.core.problem import Problem
    from pipecli.verify.case import Case

_ASKS = "pipe move asks before it moves; --force WHY says in the commit that it had to be"


def broken_rule(case: Case) -> Iterator[Finding]:
    """A change kept the rules of its pipeline and the policies of the workspace as they stood at its commit."""
    if not given(case.commit.message, case.names, "Pipe-Forced"):
        for problem in _refused(case):
            yield Finding(told(case, problem), remedy(problem), case.revision.path, case.commit)


def forced_move(case: Case) -> Iterator[Finding]:
    """No change was forced against the rules; the reason is told."""
    why = given(case.commit.message, case.names, "Pipe-Forced")
    broken = list(_refused(case)) if why else []
    if broken:
        yield forced(case, broken, why)


def forced(case: Case, broken: Iterable[Problem], why: str) -> Finding:
    """Return what a change was forced against, and why."""
    reasons = "; ".join(told(case, problem) for problem in broken)
    hint = "nothing, if the reason will do"
    return Finding(f"{reasons}; forced: {why}", hint, case.revision.path, case.commit)


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


def remedy(problem: Problem, otherwise: str = _ASKS) -> str:
    """Return what helps against a gate that a commit did not pass."""
    if "--reason" in problem.hint:
        return "a reason stands in the commit's message as 'Pipe-Reason: …', or is given with --reason"
    return otherwise


def _refused(case: Case) -> Iterator[Problem]:
    """Yield what the gates say of a change; of deals that come from another system they are not asked."""
    before, after = case.revision.before, case.revision.after
    if case.is_judged and not (before is None and after and after.provenance):
        yield from refused(case)
