"""Planning a move of one deal or several: the edits, what they mean, and every reason against them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from pipecli.core import splice
from pipecli.core.edit import Edit
from pipecli.core.pipeline import Kind
from pipecli.core.problem import ExitCode, PipeError, Problem, Severity, did_you_mean
from pipecli.core.record import OutcomeClass
from pipecli.core.workspace import read_file
from pipecli.edits.gates import Step, refusals
from pipecli.edits.message import Moved
from pipecli.facts.derived import stage_since
from pipecli.rules.registry import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipecli.core.emit import Value
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.core.yamltext import Document
    from pipecli.facts.derived import Context

CLOSED = (Kind.WON, Kind.LOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a person wants: these deals in this stage, from `on` (a day or a moment; None is now)."""

    deals: Sequence[str]
    stage: str
    pipeline: str | None = None
    on: date | None = None
    reason: str | None = None
    force: str | None = None
    now: datetime
    me: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The edits of a move, the moves in words, who is there already, and every reason against it."""

    edits: tuple[Edit, ...]
    moved: tuple[Moved, ...]
    there: tuple[str, ...]
    refusals: tuple[Problem, ...]


def plan(workspace: Workspace, context: Context, intent: Intent) -> Plan:
    """Return the plan of a move; nothing is written. Raises `PipeError` for an unknown deal, pipeline or stage."""
    context = replace(context, reason=intent.reason)
    edits: list[Edit] = []
    moved: list[Moved] = []
    there: list[str] = []
    against: list[Problem] = []
    for name in dict.fromkeys(intent.deals):
        old = readable_deal(workspace, name)
        pipeline = readable_pipeline(workspace, intent.pipeline or old.pipeline)
        stage = find_stage(pipeline, intent.stage, of=name if len(intent.deals) > 1 else "")
        if old.pipeline == pipeline.id and pipeline.stage(old.stage) is stage:
            there.append(name)
            continue
        edit, new = _edit(workspace, old, pipeline, stage, context, intent)
        step = Step(old, new, pipeline, workspace.stage_of(old), stage, intent.me)
        gates = [] if intent.force else list(refusals(step, context))
        told = {problem.code.replace("gate-retired", "retired-stage") for problem in gates}
        against += [*gates, *_too_early(old, context, intent)]
        against += [problem for problem in broken(workspace, new, edit, context) if problem.code not in told]
        edits.append(edit)
        target = f"{pipeline.id}/{stage.id}"
        moved.append(Moved(name, f"{old.pipeline}/{old.stage}", target, intent.on or intent.now))
    return Plan(tuple(edits), tuple(moved), tuple(there), tuple(against))


def readable_deal(workspace: Workspace, name: str) -> Deal:
    """Return a deal. Raises `PipeError` with its problems where its file cannot be read."""
    if name not in workspace.deals:
        wrong = [p for p in workspace.problems if p.path.endswith(f"/{name}.yaml")]
        raise PipeError(
            f"the file of {name} cannot be read", hint="mend it first", code=ExitCode.PROBLEMS, problems=wrong
        )
    twice = [p for p in workspace.problems if p.code == "duplicate-id" and p.path.endswith(f"/{name}.yaml")]
    if twice:
        raise PipeError(f"more than one file has the id {name}", code=ExitCode.PROBLEMS, problems=twice)
    return workspace.deals[name]


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


def broken(workspace: Workspace, deal: Deal, edit: Edit, context: Context) -> Iterator[Problem]:
    """Yield the errors that a deal would have after an edit; no gate, and nothing can force them."""
    after = replace(workspace, deals={deal.id: deal}, texts={**workspace.texts, edit.path: edit.after})
    for problem in evaluate(replace(context, workspace=after)):
        if problem.path == edit.path and problem.severity is Severity.ERROR:
            yield problem


def _edit(
    workspace: Workspace, old: Deal, pipeline: Pipeline, stage: Stage, context: Context, intent: Intent
) -> tuple[Edit, Deal]:
    before = workspace.texts[old.path]
    left = workspace.stage_of(old)
    after = splice.apply(before, list(_changes(old, left, pipeline, stage, context, intent)))
    new, problems = read_file(old.path, after)
    if new is None:
        raise PipeError(
            f"{old.path} cannot be edited safely",
            hint="edit it by hand",
            code=ExitCode.PROBLEMS,
            problems=problems,
        )
    return Edit(old.path, before, after, f"{old.stage} -> {stage.id}"), new


def _changes(
    old: Deal, left: Stage | None, pipeline: Pipeline, stage: Stage, context: Context, intent: Intent
) -> Iterator[Callable[[Document], str]]:
    """Yield the edits of the file, in order."""
    when: date = intent.on or context.today
    if pipeline.id != old.pipeline:
        yield _put("pipeline", pipeline.id, "title")
    yield _put("stage", stage.id, "pipeline", "title")
    yield _put("stage_since", when, "stage")
    if stage.kind in CLOSED:
        if left is None or left.kind is not stage.kind or old.closed_on is None:
            day = when.astimezone(context.zone).date() if isinstance(when, datetime) else when
            yield _put("closed_on", day, "stage_since")
    elif old.closed_on is not None:
        yield partial(splice.remove, loc=("closed_on",))
    if old.hold is not None and (stage.kind in CLOSED or (left and left.kind is Kind.ON_HOLD)):
        yield partial(splice.remove, loc=("hold",))
    if stage.kind is not Kind.LOST and old.outcome is not None:
        yield partial(splice.remove, loc=("outcome",))
    if stage.kind is Kind.LOST and (left is None or left.kind is not Kind.LOST):
        yield _put("outcome", _outcome(old, intent.reason), "closed_on")
    elif stage.kind is Kind.LOST and intent.reason:
        for key, value in _why(intent.reason).items():
            yield partial(splice.put, loc=("outcome", key), value=value, after=(("closed_on",),))


def _put(key: str, value: Value, *after: str) -> Callable[[Document], str]:
    return partial(splice.put, loc=(key,), value=value, after=tuple((word,) for word in after))


def _outcome(old: Deal, reason: str | None) -> dict[str, Value]:
    """Return what a loss says of itself, and in which stage it happened."""
    return {**_why(reason), "stage": old.stage}


def _why(reason: str | None) -> dict[str, Value]:
    """Return the reason of a loss, with its class where the reason is the name of one."""
    if not reason:
        return {}
    name = reason.casefold().replace(" ", "_").replace("-", "_")
    known = {"class": name} if name in set(OutcomeClass) else {}
    return {**known, "reason": " ".join(reason.split())}


def _too_early(old: Deal, context: Context, intent: Intent) -> Iterator[Problem]:
    """Yield why a deal cannot leave its stage at the moment that is given: it came later, or nobody knows when."""
    since, entered, on = old.stage_since, stage_since(old, context), intent.on
    if on is None or since is None or entered is None:
        return
    day = on.astimezone(context.zone).date() if isinstance(on, datetime) else on
    both = isinstance(on, datetime) and isinstance(since, datetime)
    if day < entered or (both and on < since):
        shown = (since, on) if day == entered else (entered, day)
        message = f"{old.id} entered {old.stage} on {shown[0]}, and cannot leave it on {shown[1]}"
        hint = f"choose a later {'moment' if day == entered else 'day'} for --on"
    elif day == entered and isinstance(on, datetime) and not both:
        message = f"{old.id} entered {old.stage} on {entered}, and its file does not say at what time"
        hint = f"give the day only: --on {day}"
    else:
        return
    yield Problem(code="dates-out-of-order", path=old.path, message=message, hint=hint)
