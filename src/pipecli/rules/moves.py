"""Rules about the moves that a pipeline allows: that its deals can be made, and won."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.problem import Problem, did_you_mean
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.problem import Loc
    from pipecli.facts.derived import Context

_CLOSED = (Kind.WON, Kind.LOST)


def unknown_move_stage(context: Context) -> Iterator[Problem]:
    """The stages that the move rules name, and those that come next, are stages of the pipeline."""
    for pipeline in context.workspace.pipelines.values():
        ids = [stage.id for stage in pipeline.stages]
        for loc, word in _words(pipeline):
            if pipeline.stage(word) is None:
                yield finding(pipeline, loc, f"there is no stage {word!r} in {pipeline.id}", did_you_mean(word, ids))


def _words(pipeline: Pipeline) -> Iterator[tuple[Loc, str]]:
    for key, named in (("create_in", pipeline.moves.create_in), ("won_from", pipeline.moves.won_from)):
        yield from ((("moves", key, index), word) for index, word in enumerate(named))
    for place, stage in enumerate(pipeline.stages):
        yield from ((("stages", place, "next", index), word) for index, word in enumerate(stage.next))


def useless_move_stage(context: Context) -> Iterator[Problem]:
    """A deal can begin in each stage of `create_in`, be won from each of `won_from`, and go on to each of `next`."""
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
        for place, stage in enumerate(pipeline.stages):
            for index, later in _named(pipeline, stage.next):
                reason = _never_next(stage, later, pipeline)
                if reason:
                    message = f"no deal goes on from {stage.id!r} to {later.id!r}: {reason}"
                    yield finding(pipeline, ("stages", place, "next", index), message, "name another instead")


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
    if stage.next:
        later = [one for one in pipeline.named(stage.next) if one.kind is Kind.WON and not one.retired]
        return "" if later else "its 'next' names no won stage"
    if stage.kind is not Kind.OPEN or pipeline.moves.skip:
        return ""
    after = pipeline.stages[pipeline.stages.index(stage) + 1 :]
    won = next((at for at, later in enumerate(after) if later.kind is Kind.WON and not later.retired), len(after))
    between = [later.id for later in after[:won] if later.kind is Kind.OPEN and not later.retired]
    return f"with 'skip: false' it moves to {between[0]!r} first" if between else ""


def _never_next(stage: Stage, later: Stage, pipeline: Pipeline) -> str:
    """Return why no deal moves from a stage to one that its `next` names, or the empty string."""
    if later is stage:
        return "it is there"
    if later.retired:
        return "it is retired"
    listed = pipeline.moves.won_from
    wins = later.kind is Kind.WON and stage.kind is not Kind.WON
    return "'won_from' does not name it" if wins and listed and stage not in pipeline.named(listed) else ""
