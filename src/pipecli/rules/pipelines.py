"""Rules about pipelines: that every deal can move through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.layout import RESERVED
from pipecli.core.pipeline import Forecast, Kind
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.problem import Loc, Problem
    from pipecli.facts.derived import Context


def no_stages(context: Context) -> Iterator[Problem]:
    """A pipeline has stages."""
    for pipeline in context.workspace.pipelines.values():
        if not pipeline.stages:
            yield finding(pipeline, ("stages",), "the pipeline has no stage", "add '- {id: new, name: New}'")


def duplicate_stage(context: Context) -> Iterator[Problem]:
    """The ids of a pipeline's stages, and their aliases, are each there once."""
    for pipeline in context.workspace.pipelines.values():
        seen: dict[str, str] = {}
        for index, stage in enumerate(pipeline.stages):
            words: list[tuple[str, Loc]] = [(stage.id, ("stages", index, "id"))]
            words += [(alias, ("stages", index, "aliases", at)) for at, alias in enumerate(stage.aliases)]
            for word, loc in words:
                if word in seen:
                    hint = "give one of the two another id, and keep the old one under its 'aliases'"
                    yield finding(
                        pipeline, loc, f"{word!r} is already the id or an alias of the stage {seen[word]!r}", hint
                    )
                seen[word] = stage.name


def reserved_stage(context: Context) -> Iterator[Problem]:
    """The id of a stage is no word that a command reads as something else."""
    for pipeline in context.workspace.pipelines.values():
        for index, stage in enumerate(pipeline.stages):
            if stage.id in RESERVED:
                yield finding(
                    pipeline,
                    ("stages", index, "id"),
                    f"{stage.id!r} is reserved and cannot be a stage's id",
                    "choose another id",
                )


def no_won_stage(context: Context) -> Iterator[Problem]:
    """A pipeline has one stage at least that means success; nothing is inferred from names."""
    for pipeline in context.workspace.pipelines.values():
        if pipeline.stages and not any(stage.kind is Kind.WON for stage in pipeline.stages):
            hint = "add 'kind: won' to the stage that means success"
            yield finding(pipeline, ("stages",), "no stage has 'kind: won'", hint, at_key=True)


def no_lost_stage(context: Context) -> Iterator[Problem]:
    """Most pipelines have a stage for what was lost."""
    for pipeline in context.workspace.pipelines.values():
        if pipeline.stages and not any(stage.kind is Kind.LOST for stage in pipeline.stages):
            hint = "add a stage with 'kind: lost', or leave it if nothing is ever lost here"
            yield finding(pipeline, ("stages",), "no stage has 'kind: lost'", hint, at_key=True)


def open_after_won(context: Context) -> Iterator[Problem]:
    """The stages after the first won one are won, lost or on hold."""
    for pipeline in context.workspace.pipelines.values():
        won = False
        for index, stage in enumerate(pipeline.stages):
            won = won or stage.kind is Kind.WON
            if won and stage.kind is Kind.OPEN and not stage.retired:
                hint = "move it before the won stage, or give it 'kind: won'"
                yield finding(
                    pipeline,
                    ("stages", index, "id"),
                    f"the open stage {stage.id!r} stands after a won one",
                    hint,
                )


def stage_probability(context: Context) -> Iterator[Problem]:
    """A won stage needs no probability, nor does a lost one: they are 100% and 0%."""
    for pipeline in context.workspace.pipelines.values():
        for index, stage in enumerate(pipeline.stages):
            sure = {Kind.WON: 1, Kind.LOST: 0}.get(stage.kind)
            if sure is not None and stage.probability is not None and stage.probability != sure:
                message = f"a stage of kind {stage.kind} has the probability {sure * 100}%, whatever is written"
                yield finding(pipeline, ("stages", index, "probability"), message, "remove the line")


def falling_probability(context: Context) -> Iterator[Problem]:
    """From one open stage to the next it becomes no less likely that a deal is won."""
    for pipeline in context.workspace.pipelines.values():
        before: Stage | None = None
        for index, stage in _open(pipeline):
            if stage.probability is None:
                continue
            if before and before.probability is not None and stage.probability < before.probability:
                high, low = (f"{(share * 100).normalize():f}%" for share in (before.probability, stage.probability))
                message = f"the probability falls from {high} in {before.id!r} to {low} here"
                yield finding(pipeline, ("stages", index, "probability"), message, "correct one, or reorder the stages")
            before = stage


def falling_forecast(context: Context) -> Iterator[Problem]:
    """From one open stage to the next the forecast category does not fall."""
    order = list(Forecast)
    for pipeline in context.workspace.pipelines.values():
        before: Stage | None = None
        for index, stage in _open(pipeline):
            if stage.forecast is None:
                continue
            if before and before.forecast and order.index(stage.forecast) < order.index(before.forecast):
                message = f"the forecast falls from {before.forecast} in {before.id!r} to {stage.forecast} here"
                hint = f"correct one, or reorder the stages; the categories rise: {', '.join(order)}"
                yield finding(pipeline, ("stages", index, "forecast"), message, hint)
            before = stage


def _open(pipeline: Pipeline) -> Iterator[tuple[int, Stage]]:
    for index, stage in enumerate(pipeline.stages):
        if stage.kind is Kind.OPEN and not stage.retired:
            yield index, stage
