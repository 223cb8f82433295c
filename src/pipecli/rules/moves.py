"""Rules about the moves that a pipeline allows: that its deals can be made, and won."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.problem import Problem, did_you_mean
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.facts.derived import Context

_CLOSED = (Kind.WON, Kind.LOST)


def unknown_move_stage(context: Context) -> Iterator[Problem]:
    """The stages that the move rules name are stages of the pipeline."""
    for pipeline in context.workspace.pipelines.values():
        ids = [stage.id for stage in pipeline.stages]
        for key, named in (("create_in", pipeline.moves.create_in), ("won_from", pipeline.moves.won_from)):
            for index, word in enumerate(named):
                if pipeline.stage(word) is None:
                    loc = ("moves", key, index)
                    yield finding(
                        pipeline, loc, f"there is no stage {word!r} in {pipeline.id}", did_you_mean(word, ids)
                    )


def useless_move_stage(context: Context) -> Iterator[Problem]:
    """A deal can begin in each stage of `create_in`, and be won from each stage of `won_from`."""
    for pipeline in context.workspace.pipelines.values():
        for index, stage in _named(pipeline, pipeline.moves.create_in):
            if stage.retired:
                message = f"no deal can begin in {stage.id!r}: it is retired"
                yield finding(pipeline, ("moves", "create_in", index), message, "name one in use instead")
        for index, stage in _named(pipeline, pipeline.moves.won_from):
            reason = _never_won_from(stage, pipeline)
            if reason:
                message = f"no deal is won from {stage.id!r}: {reason}"
                yield finding(pipeline, ("moves", "won_from", index), message, "name another instead")


def no_way_in(context: Context) -> Iterator[Problem]:
    """An open deal can begin in some stage of `create_in`, where an open stage is in use."""
    for pipeline in context.workspace.pipelines.values():
        begin = [stage for _, stage in _named(pipeline, pipeline.moves.create_in)]
        if begin and all(stage.retired or stage.kind in _CLOSED for stage in begin) and _in_use(pipeline):
            hint = f"add {_in_use(pipeline)[0].id!r} to 'create_in'"
            yield finding(
                pipeline,
                ("moves", "create_in"),
                "no open deal can begin in the stages that 'create_in' names",
                hint,
                at_key=True,
            )


def no_way_to_win(context: Context) -> Iterator[Problem]:
    """An open deal can be won from some stage in use."""
    for pipeline in context.workspace.pipelines.values():
        won = [stage for stage in pipeline.stages if stage.kind is Kind.WON]
        listed = pipeline.moves.won_from
        sources = [stage for _, stage in _named(pipeline, listed)] if listed else _in_use(pipeline)
        if not won or not sources or not _in_use(pipeline):
            continue
        if all(stage.retired for stage in won):
            hint = "add a stage with 'kind: won' that is in use"
            yield finding(pipeline, ("stages",), "no deal can be won: every won stage is retired", hint, at_key=True)
        elif all(_never_won_from(stage, pipeline) for stage in sources):
            hint = f"add {_in_use(pipeline)[-1].id!r} to 'won_from'"
            message = "no deal can be won from the stages that 'won_from' names"
            yield finding(pipeline, ("moves", "won_from"), message, hint, at_key=True)


def _named(pipeline: Pipeline, words: list[str]) -> list[tuple[int, Stage]]:
    """Return the stages that a move rule names, each with its place in the rule; unknown ones are another problem."""
    return [(at, stage) for at, word in enumerate(words) if (stage := pipeline.stage(word))]


def _in_use(pipeline: Pipeline) -> list[Stage]:
    return [stage for stage in pipeline.stages if stage.kind is Kind.OPEN and not stage.retired]


def _never_won_from(stage: Stage, pipeline: Pipeline) -> str:
    """Return why no deal moves from a stage to a won one, or the empty string."""
    if stage.retired:
        return "it is retired"
    if stage.kind is Kind.WON:
        return "who is there has won already"
    if stage.kind is not Kind.OPEN or pipeline.moves.skip:
        return ""
    after = pipeline.stages[pipeline.stages.index(stage) + 1 :]
    won = next((at for at, later in enumerate(after) if later.kind is Kind.WON and not later.retired), len(after))
    between = [later.id for later in after[:won] if later.kind is Kind.OPEN and not later.retired]
    return f"with 'skip: false' it moves to {between[0]!r} first" if between else ""
