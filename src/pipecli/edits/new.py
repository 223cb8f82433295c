"""Planning a new deal: its id, its file, and every reason against it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipecli.core.edit import Edit
from pipecli.core.layout import SCHEMAS, FileKind, name_problem
from pipecli.core.pipeline import Kind
from pipecli.core.problem import ExitCode, PipeError, Problem
from pipecli.core.value import ID
from pipecli.core.workspace import read_file
from pipecli.edits.assignment import own_value
from pipecli.edits.deal_file import deal_file
from pipecli.edits.message import NEW, Moved, moving
from pipecli.edits.move import find_stage, readable_pipeline
from pipecli.edits.plan import Draft, Plan, against
from pipecli.edits.step import Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.workspace import Workspace
    from pipecli.facts.derived import Context

ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
"""For the end of an id: no vowels, no look-alikes."""

_LONGEST_SLUG = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeal:
    """What a person wants to add. `ending` are the characters that make the id unique; `name` is an id of choice.

    `schema`: the workspace has one for deals, which the file is to name for editors. `me` is the member who adds it.
    """

    title: str
    ending: str
    now: datetime
    name: str | None = None
    pipeline: str | None = None
    stage: str | None = None
    value: Decimal | None = None
    currency: str | None = None
    owner: str | None = None
    company: str | None = None
    contacts: Sequence[str] = ()
    source: str | None = None
    expected_close: date | None = None
    tags: Sequence[str] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    force: str | None = None
    schema: bool = False
    me: str = ""


def plan(workspace: Workspace, context: Context, wanted: NewDeal) -> Plan:
    """Return the plan of a new deal; nothing is written. Raises `PipeError` for an unknown pipeline or stage."""
    if not wanted.title:
        raise PipeError("the title is blank", hint='pipe new "What the deal is called"', code=ExitCode.USAGE)
    pipeline = pipeline_of(workspace, wanted.pipeline)
    stage = _stage(pipeline, wanted.stage)
    name = wanted.name or f"{slug(wanted.title)}-{wanted.ending}"
    if not ID.fullmatch(name):
        hint = "an id is made of a-z, 0-9 and '-', begins with a letter or digit, and has at most 63"
        raise PipeError(f"--id: {name!r} cannot be an id", hint=hint, code=ExitCode.USAGE)
    path = f"deals/{context.today:%Y-%m}/{name}.yaml"
    data = _text(wanted, pipeline, stage, context)
    deal, problems = read_file(path, data)
    clash = [wrong for wrong in (_reserved(path), _taken(workspace, name)) if wrong]
    if deal is None or clash:
        wrong = (*clash, *(_of_option(problem) for problem in problems))
        raise PipeError("the deal cannot be added", code=ExitCode.PROBLEMS, problems=wrong)
    edit = Edit(path, None, data, f"new in {stage.id}")
    draft = Draft(edit, deal, Step(None, deal, pipeline, None, stage, wanted.me))
    known = {**workspace.known, FileKind.DEAL: {**workspace.known[FileKind.DEAL], name: path}}
    context = replace(context, workspace=replace(workspace, known=known))
    moved = (Moved(name, NEW, f"{pipeline.id}/{stage.id}", wanted.now),)
    refusals = against(context, [draft], force=bool(wanted.force))
    return Plan(subject=moving(moved), edits=(edit,), moved=moved, refusals=refusals)


def slug(title: str) -> str:
    """Return a title as the beginning of an id: `Größe & Co` becomes `grosse-co`."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_SLUG].strip("-") or "deal"


def pipeline_of(workspace: Workspace, name: str | None, *, option: bool = True) -> Pipeline:
    """Return the pipeline of that name, or the only one. Raises `PipeError` where there are others, or none.

    `option`: the name is given with --pipeline.
    """
    if name is not None:
        return readable_pipeline(workspace, name)
    ids = sorted(workspace.known[FileKind.PIPELINE])
    if len(ids) == 1:
        return readable_pipeline(workspace, ids[0])
    if not ids:
        hint = "make one under pipelines/, or start from a template: pipe init --list"
        raise PipeError("the workspace has no pipeline yet", hint=hint, code=ExitCode.USAGE)
    raise PipeError("which pipeline?", hint=f"{'--pipeline ' * option}{'|'.join(ids)}", code=ExitCode.USAGE)


def _stage(pipeline: Pipeline, word: str | None) -> Stage:
    if word is not None:
        return find_stage(pipeline, word)
    first = next(iter(pipeline.moves.create_in), None)
    usable = [stage for stage in pipeline.stages if stage.kind is Kind.OPEN and not stage.retired]
    if first is None and not usable:
        raise PipeError(f"{pipeline.id} has no open stage", hint="name one with --stage", code=ExitCode.USAGE)
    return find_stage(pipeline, first) if first else usable[0]


def _of_option(problem: Problem) -> Problem:
    """Return a problem as one of the option that the value came from: the file is not there, and has no places."""
    if not problem.loc:
        return replace(problem, path="", line=0, column=0, excerpt="")
    key, *inner = (str(step) for step in problem.loc)
    option = {"contacts": "contact", "tags": "tag", "fields": "field"}.get(key, key.replace("_", "-"))
    name = key if key == "title" else f"--{option}{''.join(f' {step}' for step in inner if not step.isdigit())}"
    return replace(
        problem, path="", line=0, column=0, excerpt="", message=f"{name}: {problem.message.removeprefix(f'{key}: ')}"
    )


def _reserved(path: str) -> Problem | None:
    wrong = name_problem(path)
    return replace(wrong, path="", hint="choose another id with --id") if wrong else None


def _taken(workspace: Workspace, name: str) -> Problem | None:
    path = workspace.known[FileKind.DEAL].get(name)
    if path is None:
        return None
    return Problem(code="duplicate-id", path=path, message=f"the id {name!r} is taken", hint="choose another with --id")


def _text(wanted: NewDeal, pipeline: Pipeline, stage: Stage, context: Context) -> bytes:
    """Return the file; its first line tells editors the schema, where there is one."""
    currency = pipeline.currency or context.workspace.settings.currency if wanted.value is not None else None
    head = f"# yaml-language-server: $schema=../../{SCHEMAS}/deal.json\n" if wanted.schema else ""
    return head.encode() + deal_file(
        {
            "title": wanted.title,
            "pipeline": pipeline.id,
            "stage": stage.id,
            "stage_since": context.today,
            "closed_on": context.today if stage.kind in (Kind.WON, Kind.LOST) else None,
            "value": wanted.value,
            "currency": wanted.currency or currency,
            "owner": wanted.owner,
            "company": wanted.company,
            "contacts": list(wanted.contacts),
            "source": wanted.source,
            "created": context.today,
            "expected_close": wanted.expected_close,
            "tags": list(wanted.tags),
            "fields": {name: own_value(text, pipeline.fields.get(name)) for name, text in wanted.fields.items()},
        }
    )
