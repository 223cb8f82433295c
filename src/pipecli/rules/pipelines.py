"""Rules about pipelines: that every deal can move through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.layout import RESERVED
from pipecli.core.pipeline import Kind
from pipecli.core.problem import Problem, did_you_mean
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.problem import Loc
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


def unknown_role(context: Context) -> Iterator[Problem]:
    """The roles of a stage are members of the team, or roles that a member has."""
    team = context.workspace.team
    known = set(team.members) | {role for member in team.members.values() for role in member.roles}
    if not known:
        return
    for pipeline in context.workspace.pipelines.values():
        for index, stage in enumerate(pipeline.stages):
            roles = stage.roles
            if roles is None:
                continue
            named: list[tuple[Loc, str | None]] = [
                (("responsible",), roles.responsible),
                (("accountable",), roles.accountable),
                *((("consulted", at), role) for at, role in enumerate(roles.consulted)),
                *((("informed", at), role) for at, role in enumerate(roles.informed)),
            ]
            for loc, role in named:
                if role and role not in known:
                    message = f"nobody in team.yaml is or has the role {role!r}"
                    yield finding(pipeline, ("stages", index, "roles", *loc), message, did_you_mean(role, known))
