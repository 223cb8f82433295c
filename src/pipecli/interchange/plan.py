"""The plan of an import: which deals it makes, in which pipeline, and every row that stands against it. Pure."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind, name_problem
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.workspace import read_file
from pipecli.edits.move import readable_pipeline
from pipecli.interchange import cases, stages
from pipecli.interchange.events import changes
from pipecli.interchange.known import known_cases
from pipecli.interchange.stream import File

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.problem import Problem
    from pipecli.core.workspace import Workspace
    from pipecli.interchange.cases import Step
    from pipecli.interchange.events import Event, Log

_SAMPLE = 100
"""How many of the deals, beside the last of every stage, are read back before anything is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asks for: into which pipeline, from which file and system, and what its stages mean.

    `sourced` says that a person named the system; else it has the file's name.
    """

    pipeline: str
    file: str
    source: str
    now: datetime
    sourced: bool = True
    create: bool = False
    won: Sequence[str] = ()
    lost: Sequence[str] = ()
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; `problems` forbid it.

    `definition` is the file of the pipeline that it makes, or None. `steps` are in the order of time. `known`
    counts the cases that the workspace has already, `newer` those of them with later stages in the file;
    `elsewhere` names cases that are known from another source, with that source. `added_won` says that a won
    stage had to be added.
    """

    pipeline: Pipeline | None
    definition: File | None
    steps: tuple[Step, ...]
    known: int
    problems: tuple[Problem, ...]
    added_won: bool = False
    newer: int = 0
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def deals(self) -> list[Step]:
        """Return the last step of every deal."""
        return cases.last_steps(self.steps)


def plan(workspace: Workspace, log: Log, asked: Asked) -> Plan:
    """Return the plan of an import; nothing is written.

    Raises `PipeError` for a pipeline that is not there, or there already, for amounts without a currency, and for
    cases that are known from another source where nobody said which this one is.
    """
    found = known_cases(workspace, log.events, asked.source)
    if found.elsewhere and not asked.sourced:
        raise _which_source(found.elsewhere)
    events = [event for event in log.events if event.case not in found.here]
    if not events:
        return Plan(None, None, (), len(found.here), log.problems, newer=found.newer)
    planned = _plan(workspace, replace(log, events=tuple(events)), asked)
    return replace(planned, known=len(found.here), newer=found.newer, elsewhere=found.elsewhere)


def _which_source(elsewhere: Mapping[str, str]) -> PipeError:
    (case, source), more = next(iter(elsewhere.items())), len(elsewhere) - 1
    message = f"{case} is also known from {source!r}" + (f", and {more} more cases are known already" if more else "")
    hint = f"--source {shlex.quote(source)}, if this is the same system; --source NAME, if it is another one"
    return PipeError(message, hint=hint, code=ExitCode.PROBLEMS)


def _plan(workspace: Workspace, log: Log, asked: Asked) -> Plan:
    """Return the plan for events of cases that are all new."""
    events = log.events
    pipeline, by_name, wrong = _pipeline(workspace, events, asked)
    currency = _currency(workspace, pipeline, events, asked)
    if log.problems or wrong:
        problems = sorted((*log.problems, *wrong), key=lambda problem: problem.line)
        return Plan(pipeline, None, (), 0, tuple(problems))
    names = cases.ids(_in_file_order(events), workspace.known[FileKind.DEAL])
    source = cases.Source(asked.source, asked.now.date(), pipeline.id, currency, asked.now.tzinfo)
    steps = tuple(cases.steps(changes(events), by_name, names, source))
    definition = File(pipeline.path, stages.text(pipeline)) if asked.create else None
    _read_back(definition, cases.last_steps(steps))
    added = asked.create and len(pipeline.stages) > len(by_name)
    return Plan(pipeline, definition, steps, 0, (), added)


def _in_file_order(events: Sequence[Event]) -> list[str]:
    return list(dict.fromkeys(event.case for event in sorted(events, key=lambda event: event.line)))


def _pipeline(
    workspace: Workspace, events: Sequence[Event], asked: Asked
) -> tuple[Pipeline, Mapping[str, Stage], list[Problem]]:
    if not asked.create:
        if asked.won or asked.lost:
            message = "--won and --lost say what the stages of a new pipeline mean"
            raise PipeError(message, hint="add --create, or leave them out", code=ExitCode.USAGE)
        if asked.pipeline not in workspace.known[FileKind.PIPELINE]:
            hint = f"--create makes it from the events; pipelines: {', '.join(workspace.pipelines) or 'none'}"
            raise PipeError(f"there is no pipeline {asked.pipeline!r}", hint=hint, code=ExitCode.USAGE)
        pipeline = readable_pipeline(workspace, asked.pipeline)
        return pipeline, *cases.by_name(pipeline, asked.file, events)
    if asked.pipeline in workspace.known[FileKind.PIPELINE]:
        hint = "leave out --create to import into it, or give the new one another name"
        raise PipeError(f"there is a pipeline {asked.pipeline} already", hint=hint, code=ExitCode.USAGE)
    wrong = name_problem(f"pipelines/{asked.pipeline}.yaml")
    if wrong or "/" in asked.pipeline:
        hint = f"--pipeline {cases.slug_of(asked.pipeline) or 'imported'}"
        raise PipeError(f"{asked.pipeline!r} cannot be a pipeline's id", hint=hint, code=ExitCode.USAGE)
    order = stages.ordered(changes(events))
    return *stages.define(asked.pipeline, order, won=asked.won, lost=asked.lost, currency=asked.currency), []


def _currency(workspace: Workspace, pipeline: Pipeline, events: Sequence[Event], asked: Asked) -> str | None:
    """Return the currency of the amounts, or None where there are neither."""
    found = asked.currency or pipeline.currency or workspace.settings.currency
    if found is None and any(event.value is not None for event in events):
        hint = "--currency EUR, or 'currency: EUR' in pipe.yaml"
        raise PipeError("in which currency are the values?", hint=hint, code=ExitCode.USAGE)
    return found


def _read_back(definition: File | None, deals: Sequence[Step]) -> None:
    """Raise `PipeError` where a file that is to be written could not be read."""
    chosen = {step.stage.id: step for step in deals} | {step.deal: step for step in deals[:_SAMPLE]}
    files = [(step.path, step.data) for step in chosen.values()]
    if definition and definition.data is not None:
        files.append((definition.path, definition.data))
    for path, data in files:
        record, problems = read_file(path, data)
        if record is None:
            message = f"{path} would not be readable, and nothing was written"
            raise PipeError(message, hint="look at the row that it comes from", problems=problems)
