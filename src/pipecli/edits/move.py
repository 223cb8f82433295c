"""A move of a deal: what is meant, what becomes of its file, and whether it fits the dates there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from pipecli.core import splice
from pipecli.core.pipeline import Kind
from pipecli.core.problem import ExitCode, PipeError, Problem, did_you_mean
from pipecli.core.record import OutcomeClass
from pipecli.edits.handoff import next_owner
from pipecli.edits.order import put
from pipecli.facts.derived import stage_since

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipecli.core.emit import Value
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.core.yamltext import Document
    from pipecli.facts.derived import Context

CLOSED = (Kind.WON, Kind.LOST)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a deal is to go: into a stage of a pipeline, on a day or at a moment (None is now), for a reason."""

    pipeline: Pipeline
    stage: Stage
    on: date | None = None
    reason: str | None = None


def readable_pipeline(workspace: Workspace, name: str) -> Pipeline:
    """Return a pipeline. Raises `PipeError` where there is none, or with its problems where it cannot be read."""
    if name in workspace.pipelines:
        return workspace.pipelines[name]
    wrong = [p for p in workspace.problems if p.path == f"pipelines/{name}.yaml"]
    if wrong:
        raise PipeError(
            f"the pipeline {name} cannot be read",
            hint="mend it first",
            code=ExitCode.PROBLEMS,
            problems=wrong,
        )
    raise PipeError(f"there is no pipeline {name!r}", hint=did_you_mean(name, workspace.pipelines), code=ExitCode.USAGE)


def find_stage(pipeline: Pipeline, word: str, *, of: str = "") -> Stage:
    """Return the stage with this id or alias, or with this name.

    Raises `PipeError` with the nearest id, and with the deal that it is `of` where that has to be said.
    """
    named = [stage for stage in pipeline.stages if stage.name.casefold() == word.casefold()]
    found = pipeline.stage(word) or (named[0] if len(named) == 1 else None)
    if found is None:
        ids = [stage.id for stage in pipeline.stages]
        known = f"stages of {pipeline.id}: {', '.join(ids)}"
        near = did_you_mean(word, ids, otherwise=known)
        hint = near if near == known else f"{near} {known}"
        message = f"there is no stage {word!r} in the pipeline {pipeline.id}{f' of {of}' if of else ''}"
        raise PipeError(message, hint=hint, code=ExitCode.USAGE)
    return found


def entering(old: Deal, left: Stage | None, target: Target, context: Context) -> Iterator[Callable[[Document], str]]:
    """Yield the edits of a deal's file that a move makes, in order."""
    stage, when = target.stage, target.on or context.today
    if target.pipeline.id != old.pipeline:
        yield put(("pipeline",), target.pipeline.id)
    yield put(("stage",), stage.id)
    yield put(("stage_since",), when)
    yield from _taken_over(old, left, stage, context)
    if stage.kind in CLOSED:
        if left is None or left.kind is not stage.kind or old.closed_on is None:
            yield put(("closed_on",), day_of(when, context))
    elif old.closed_on is not None:
        yield partial(splice.remove, loc=("closed_on",))
    if old.hold is not None and (stage.kind in CLOSED or (left and left.kind is Kind.ON_HOLD)):
        yield partial(splice.remove, loc=("hold",))
    if stage.kind is not Kind.LOST and old.outcome is not None:
        yield partial(splice.remove, loc=("outcome",))
    if stage.kind is Kind.LOST and (left is None or left.kind is not Kind.LOST):
        yield put(("outcome",), _outcome(old, target.reason))
    elif stage.kind is Kind.LOST:
        for key, value in why(target.reason).items():
            yield put(("outcome", key), value)


def _taken_over(old: Deal, left: Stage | None, stage: Stage, context: Context) -> Iterator[Callable[[Document], str]]:
    owner = next_owner(old.owner, left, stage, context.workspace.team)
    if owner is not None and owner != old.owner:
        yield put(("owner",), owner)


def day_of(when: date, context: Context) -> date:
    """Return the day of a moment in the workspace's zone, or the day itself."""
    return when.astimezone(context.zone).date() if isinstance(when, datetime) else when


def _outcome(old: Deal, reason: str | None) -> dict[str, Value]:
    """Return what a loss says of itself, and in which stage it happened."""
    return {**why(reason), "stage": old.stage}


def why(reason: str | None) -> dict[str, Value]:
    """Return the reason of a loss, with its class where the reason is the name of one."""
    if not reason:
        return {}
    name = reason.casefold().replace(" ", "_").replace("-", "_")
    known = {"class": name} if name in set(OutcomeClass) else {}
    return {**known, "reason": " ".join(reason.split())}


def too_early(old: Deal, on: date | None, context: Context, *, place: str = "--on") -> Iterator[Problem]:
    """Yield why a deal cannot leave its stage at the moment that is given: it came later, or nobody knows when.

    `place` is where the moment was given.
    """
    since, entered = old.stage_since, stage_since(old, context)
    if on is None or since is None or entered is None:
        return
    day = day_of(on, context)
    both = isinstance(on, datetime) and isinstance(since, datetime)
    if day < entered or (both and on < since):
        shown = (since, on) if day == entered else (entered, day)
        message = f"{old.id} entered {old.stage} on {shown[0]}, and cannot leave it on {shown[1]}"
        hint = f"choose a later {'moment' if day == entered else 'day'} for {place}"
    elif day == entered and isinstance(on, datetime) and not both:
        message = f"{old.id} entered {old.stage} on {entered}, and its file does not say at what time"
        hint = f"give the day only: {place} {day}"
    else:
        return
    yield Problem(code="dates-out-of-order", path=old.path, message=message, hint=hint)
