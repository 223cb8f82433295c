"""Into which stage a deal goes that is won, lost, put on hold or reopened.

Nothing is guessed: a stage is one that a person names, the first of its kind in the pipeline's order, or the one
that the deal's own file remembers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.finding import readable_deal
from pipecli.core.pipeline import Kind
from pipecli.core.problem import ExitCode, PipeError
from pipecli.edits.move import CLOSED, find_stage, readable_pipeline

if TYPE_CHECKING:
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace

_CALLED = {Kind.OPEN: "an open", Kind.ON_HOLD: "an on-hold", Kind.WON: "a won", Kind.LOST: "a lost"}


def closing(workspace: Workspace, name: str, kind: Kind, word: str | None) -> str:
    """Return the stage in which a deal is won or lost: the one that is named, else the first of that kind in use.

    A deal that is won or lost already stays where it is, unless another stage is named. Raises `PipeError` where
    the stage is of another kind, or there is none.
    """
    deal = readable_deal(workspace, name)
    pipeline = readable_pipeline(workspace, deal.pipeline)
    if word is not None:
        return _of_kind(pipeline, word, kind).id
    now = workspace.stage_of(deal)
    if now and now.kind is kind:
        return now.id
    stages = _in_use(pipeline, kind)
    if not stages:
        hint = f"add one to {pipeline.path}, with 'kind: {kind}'"
        raise PipeError(f"the pipeline {pipeline.id} has no {kind} stage", hint=hint, code=ExitCode.USAGE)
    return stages[0].id


def holding(workspace: Workspace, name: str, word: str | None) -> str | None:
    """Return the on-hold stage that is named, or None: a hold moves nothing by itself.

    Raises `PipeError` where the deal is won or lost, or the stage is of another kind.
    """
    deal = readable_deal(workspace, name)
    now = workspace.stage_of(deal)
    if now and now.kind in CLOSED:
        message = f"{name} is {now.kind}, and has nothing to wait for"
        raise PipeError(message, hint=f"pipe reopen {name}", code=ExitCode.PROBLEMS)
    return _of_kind(readable_pipeline(workspace, deal.pipeline), word, Kind.ON_HOLD).id if word is not None else None


def refuse_off(workspace: Workspace, name: str) -> None:
    """Raise `PipeError` where a deal is on hold by its stage: without a day it would wait for ever."""
    deal = readable_deal(workspace, name)
    now = workspace.stage_of(deal)
    if now and now.kind is Kind.ON_HOLD:
        hint = f"pipe reopen {name} --stage {_open(readable_pipeline(workspace, deal.pipeline))}"
        raise PipeError(f"{name} is in {now.id}, where deals are on hold", hint=hint, code=ExitCode.PROBLEMS)


def reopening(workspace: Workspace, name: str, word: str | None) -> str:
    """Return the stage in which a deal goes on: the one that is named, else the one in which it was lost.

    An open deal stays where it is. Raises `PipeError` where no stage is named and the file remembers none: a guess
    would put the deal at some probability into the forecast.
    """
    deal = readable_deal(workspace, name)
    pipeline = readable_pipeline(workspace, deal.pipeline)
    now = workspace.stage_of(deal)
    stage = _unclosed(pipeline, word) if word is not None else None
    if now and now.kind is Kind.OPEN:
        if stage not in (None, now):
            raise PipeError(f"{name} is open already, in {now.id}", hint=f"pipe move {name} {word}")
        return now.id
    stage = stage or _lost_from(pipeline, deal)
    if stage is None:
        message = f"{name} is in {deal.stage}, and its file does not say where it goes on"
        raise PipeError(message, hint=f"pipe reopen {name} --stage {_open(pipeline)}", code=ExitCode.USAGE)
    return stage.id


def _of_kind(pipeline: Pipeline, word: str, kind: Kind) -> Stage:
    stage = find_stage(pipeline, word)
    if stage.kind is not kind:
        others = ", ".join(one.id for one in _in_use(pipeline, kind))
        hint = f"--stage {others}" if others else f"add one to {pipeline.path}, with 'kind: {kind}'"
        raise PipeError(f"{stage.id} is not {_CALLED[kind]} stage of {pipeline.id}", hint=hint, code=ExitCode.USAGE)
    return stage


def _unclosed(pipeline: Pipeline, word: str) -> Stage:
    stage = find_stage(pipeline, word)
    if stage.kind in CLOSED:
        message = f"{stage.id} is {_CALLED[stage.kind]} stage of {pipeline.id}"
        raise PipeError(message, hint=f"--stage {_open(pipeline)}", code=ExitCode.USAGE)
    return stage


def _lost_from(pipeline: Pipeline, deal: Deal) -> Stage | None:
    """Return the stage that the outcome names, if a deal can go on there."""
    named = deal.outcome.stage if deal.outcome else None
    stage = pipeline.stage(named) if named else None
    return stage if stage and stage.kind not in CLOSED and not stage.retired else None


def _in_use(pipeline: Pipeline, kind: Kind) -> list[Stage]:
    return [stage for stage in pipeline.stages if stage.kind is kind and not stage.retired]


def _open(pipeline: Pipeline) -> str:
    return "|".join(stage.id for stage in _in_use(pipeline, Kind.OPEN))
