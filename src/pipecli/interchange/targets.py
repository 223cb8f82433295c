"""Where deals go: the pipelines and stages of a source as those of the workspace. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind, name_problem
from pipecli.core.pipeline import Kind
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.edits.move import CLOSED, readable_pipeline
from pipecli.interchange import stages
from pipecli.interchange.fault import Fault, of_change
from pipecli.interchange.ids import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.workspace import Workspace
    from pipecli.interchange.batch import Batch, Change
    from pipecli.interchange.plan import Asked

Key = tuple[str, str, Kind | None]
"""Pipeline, stage and kind, as the source says them."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a deal goes: `ended_in` is the open stage in which the source says that it was won or lost."""

    pipeline: str
    stage: Stage
    ended_in: Stage | None = None


@dataclass(slots=True)
class Targets:
    """The pipeline for each one of the source; `fresh` are the ids of those that are made.

    `by_name` are the stages of those by what the source calls them, `added` the ids of stages that it does not have.
    """

    pipelines: Mapping[str, Pipeline]
    fresh: tuple[str, ...]
    asked: Asked
    by_name: Mapping[str, Mapping[str, Stage]] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    _found: dict[Key, Target | tuple[str, str]] = field(default_factory=dict, init=False)

    def all(self) -> tuple[Pipeline, ...]:
        """Return every pipeline once."""
        return tuple({pipeline.id: pipeline for pipeline in self.pipelines.values()}.values())

    def made(self) -> tuple[Pipeline, ...]:
        """Return those that are made."""
        return tuple(pipeline for pipeline in self.all() if pipeline.id in self.fresh)

    def of(self, change: Change) -> Target | Fault:
        """Return where a change leads, or what is wrong with its row."""
        state = change.state
        key = (state.pipeline, state.stage, state.kind)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._target(*key)
        return found if isinstance(found, Target) else of_change(change, *found)

    def _target(self, source: str, word: str, kind: Kind | None) -> Target | tuple[str, str]:
        """Return where a state leads, or a message and its remedy."""
        pipeline = self.pipelines[source]
        stage = self._stage(pipeline, source, word) if word else None
        if word and stage is None:
            return _unknown(pipeline, word)
        if stage is not None and stage.retired:
            hint = f"name one that is in use, or remove 'retired: true' from {pipeline.path}"
            return f"the stage {stage.id!r} of {pipeline.id} is retired", hint
        if stage is not None and kind in (None, stage.kind):
            return Target(pipeline.id, stage)
        return _by_kind(pipeline, stage, kind)

    def _stage(self, pipeline: Pipeline, source: str, word: str) -> Stage | None:
        """Return a stage by the word that was mapped, else by id or alias, by name, or by the slug of either."""
        made = self.by_name.get(source, {}).get(word)
        told = self.asked.stages.get(word)
        return made or _named(pipeline, told if told is not None else word)


def _by_kind(pipeline: Pipeline, stage: Stage | None, kind: Kind | None) -> Target | tuple[str, str]:
    """Return the first stage of a kind, for a deal of which the source says the kind beside its stage."""
    if kind is None:
        return "the stage is blank", "fill the cell, or leave the row out"
    if kind not in CLOSED:
        if stage is None:
            return "the stage is blank", "fill the cell, or leave the row out"
        if stage.kind not in CLOSED:
            return Target(pipeline.id, stage)
        message = f"it is {kind} at the source, and the stage {stage.id!r} of {pipeline.id} is {stage.kind}"
        return message, "name another stage for it under 'stages' of a map, or correct the row"
    usable = [one for one in pipeline.stages if one.kind is kind and not one.retired]
    if not usable:
        return (
            f"it is {kind}, and {pipeline.id} has no stage that is",
            f"add one with 'kind: {kind}' to {pipeline.path}",
        )
    return Target(pipeline.id, usable[0], stage if stage and stage.kind not in CLOSED else None)


def _named(pipeline: Pipeline, word: str) -> Stage | None:
    folded = word.casefold()
    return (
        pipeline.stage(word)
        or next((stage for stage in pipeline.stages if stage.name.casefold() == folded), None)
        or pipeline.stage(slug_of(word))
    )


def _unknown(pipeline: Pipeline, word: str) -> tuple[str, str]:
    names = [name for stage in pipeline.stages for name in (stage.id, stage.name)]
    few = f"stages of {pipeline.id}: {', '.join(stage.id for stage in pipeline.stages)}"
    message = f"there is no stage {word!r} in the pipeline {pipeline.id}"
    return message, did_you_mean(word, names, otherwise=few)


def targets(workspace: Workspace, batch: Batch, asked: Asked) -> Targets:
    """Return where the deals of a batch go; pipelines that are not there are made where that is asked for.

    Raises `PipeError` for one that is neither there nor to be made, or there already.
    """
    if not asked.create and (asked.won or asked.lost):
        message = "--won and --lost say what the stages of a new pipeline mean"
        raise PipeError(message, hint="add --create, or leave them out", code=ExitCode.USAGE)
    known = workspace.known[FileKind.PIPELINE]
    ids = {name: _id(workspace, name, asked) for name in dict.fromkeys(c.state.pipeline for c in batch.changes)}
    missing = {name: id_ for name, id_ in ids.items() if id_ not in known}
    if asked.create and asked.pipeline and not missing:
        hint = "leave out --create to import into it, or give the new one another name"
        raise PipeError(f"there is a pipeline {asked.pipeline} already", hint=hint, code=ExitCode.USAGE)
    found = {name: readable_pipeline(workspace, id_) for name, id_ in ids.items() if id_ in known}
    return _with_new(batch, asked, found, missing)


def _with_new(batch: Batch, asked: Asked, found: Mapping[str, Pipeline], missing: Mapping[str, str]) -> Targets:
    fresh: dict[str, Pipeline] = {}
    by_name: dict[str, Mapping[str, Stage]] = {}
    added: tuple[str, ...] = ()
    for id_ in dict.fromkeys(missing.values()):
        names = [name for name, other in missing.items() if other == id_]
        wanted = stages.wanted(batch, names)
        title = id_ if asked.pipeline else names[0] or id_
        made = stages.define(id_, wanted, title=title, won=asked.won, lost=asked.lost, currency=asked.currency)
        fresh[id_] = made.pipeline
        by_name |= dict.fromkeys(names, made.by_name)
        added += made.added
    pipelines = {**found, **{name: fresh[id_] for name, id_ in missing.items()}}
    return Targets(pipelines, tuple(fresh), asked, by_name, added)


def _id(workspace: Workspace, name: str, asked: Asked) -> str:
    """Return the id of the pipeline for one of the source, that need not be there where it may be made."""
    known = workspace.known[FileKind.PIPELINE]
    word = asked.pipeline or asked.pipelines.get(name, name)
    if not word and len(known) == 1 and not asked.create:
        return next(iter(known))
    if not word:
        raise PipeError("into which pipeline?", hint=f"--pipeline {'|'.join(known) or 'NAME'}", code=ExitCode.USAGE)
    there = next(_alike(workspace, word), None)
    if there:
        return there
    if not asked.create:
        named = f" (or 'pipelines: {{{name}: …}}' in a map)" if name and not asked.pipeline else ""
        hint = f"--create makes it{named}; pipelines: {', '.join(workspace.pipelines) or 'none'}"
        raise PipeError(f"there is no pipeline {word!r}", hint=hint, code=ExitCode.USAGE)
    made = word if asked.pipeline else slug_of(word)
    if "/" in made or not made or name_problem(f"pipelines/{made}.yaml"):
        hint = f"--pipeline {slug_of(word) or 'imported'}"
        raise PipeError(f"{word!r} cannot be a pipeline's id", hint=hint, code=ExitCode.USAGE)
    return made


def _alike(workspace: Workspace, word: str) -> Iterator[str]:
    """Yield the ids of pipelines that a word may mean: an id, a name, the slug of either."""
    known: Sequence[str] = list(workspace.known[FileKind.PIPELINE])
    folded = word.casefold()
    yield from (id_ for id_ in known if id_ == word)
    yield from (one.id for one in workspace.pipelines.values() if one.name.casefold() == folded)
    yield from (id_ for id_ in known if id_ == slug_of(word))
