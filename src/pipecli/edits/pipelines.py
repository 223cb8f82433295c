"""Planning a new pipeline: from the names of its stages, or like another one of the workspace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from pipecli.core import splice
from pipecli.core.edit import Edit
from pipecli.core.layout import FileKind, name_problem
from pipecli.core.pipeline import Kind
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.value import ID
from pipecli.edits.deal_file import entries
from pipecli.edits.judged import new_problems
from pipecli.edits.move import readable_pipeline
from pipecli.edits.new import slug
from pipecli.edits.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.emit import Value
    from pipecli.core.workspace import Workspace
    from pipecli.facts.derived import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPipeline:
    """What a person wants: its id and name, and its stages by name and kind, or those of another pipeline."""

    id: str
    name: str | None = None
    stages: Sequence[tuple[str, Kind]] = ()
    currency: str | None = None
    like: str | None = None


def plan(context: Context, wanted: NewPipeline) -> Plan:
    """Return the plan of a new pipeline. Raises `PipeError` for an id that cannot be one or is taken."""
    path = f"pipelines/{wanted.id}.yaml"
    _refuse_id(context.workspace, wanted.id, path)
    title = wanted.name or wanted.id.replace("-", " ").capitalize()
    data = _like(context.workspace, wanted, title) if wanted.like else _text(wanted, title)
    edit = Edit(path, None, data, "new")
    errors, warnings = new_problems(context, [edit])
    return Plan(
        subject=f"Add the pipeline {wanted.id}",
        edits=(edit,),
        notes=tuple(f"  then: {one.code}: {one.message}" for one in warnings),
        refusals=tuple(replace(one, path=path) for one in errors),
        remedy="other stages (pipe pipeline new --help)",
    )


def _text(wanted: NewPipeline, title: str) -> bytes:
    """Return the file; probabilities are left to people, since nobody else knows them."""
    names = [name for name, _ in wanted.stages]
    ids = [slug(name) for name in names]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise PipeError(f"two of the stages would have the id {twice}", hint="call them differently")
    stages: list[Value] = [
        {"id": name, "name": title, **({} if kind is Kind.OPEN else {"kind": str(kind)})}
        for name, (title, kind) in zip(ids, wanted.stages, strict=True)
    ]
    head = {"name": title, **({"currency": wanted.currency} if wanted.currency else {})}
    return entries({**head, "stages": stages}).encode()


def _like(workspace: Workspace, wanted: NewPipeline, title: str) -> bytes:
    """Return the file of another pipeline with another name; everything else in it stays as it is."""
    other = readable_pipeline(workspace, wanted.like or "")
    edits = [partial(splice.put, loc=("name",), value=title)]
    if wanted.currency:
        edits.append(partial(splice.put, loc=("currency",), value=wanted.currency, after=[("name",)]))
    return splice.apply(workspace.texts[other.path], edits)


def _refuse_id(workspace: Workspace, name: str, path: str) -> None:
    if not ID.fullmatch(name):
        hint = "an id is made of a-z, 0-9 and '-', begins with a letter or digit, and has at most 63"
        raise PipeError(f"{name!r} cannot be an id", hint=hint, code=ExitCode.USAGE)
    if name_problem(path):
        hint = "words of a command and names of devices are reserved"
        raise PipeError(f"{name!r} is reserved and cannot be an id", hint=hint, code=ExitCode.USAGE)
    taken = workspace.known[FileKind.PIPELINE].get(name)
    if taken is not None:
        hint = f"choose another; that is {taken}"
        raise PipeError(f"the pipeline {name!r} is there already", hint=hint, code=ExitCode.PROBLEMS)
