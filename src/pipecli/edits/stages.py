"""Planning a change of a pipeline's stages: one more, another id, another order, one that is used no more.

The order of the stages decides what reports call an advance; ids are what deals and their history refer to. So an id
is never lost: the stage keeps it as an alias, and one that is not used any more is retired and stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core import splice
from pipecli.core.edit import Edit
from pipecli.core.pipeline import Kind
from pipecli.core.problem import ExitCode, PipeError, Problem
from pipecli.core.value import ID
from pipecli.edits import change
from pipecli.edits.judged import new_problems, refuse_unreadable
from pipecli.edits.move import find_stage
from pipecli.edits.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pipecli.core.emit import Value
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.core.yamltext import Document
    from pipecli.facts.derived import Context

_REMEDY = "another choice, or edit the file and let 'pipe validate' judge it"
_KEYS = ("id", "name", "kind", "probability", "forecast", "qualified", "target")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where among the stages: behind one, or before one; nowhere where neither is named."""

    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What becomes of the deals of a stage that is retired: they move `to` another one, as `pipe move` would do it."""

    to: str | None = None
    reason: str | None = None
    force: str | None = None
    now: datetime
    me: str = ""


class _Told(NamedTuple):
    """What a change is called in its commit, what it does in words, and what else it means."""

    subject: str
    said: str
    notes: Sequence[str] = ()


def deals_in(workspace: Workspace, pipeline: Pipeline, stage: Stage) -> list[Deal]:
    """Return the deals that are in a stage now, by whatever id their files name it."""
    of_it = (deal for deal in workspace.deals.values() if deal.pipeline == pipeline.id)
    return [deal for deal in of_it if pipeline.stage(deal.stage) is stage]


def add(context: Context, pipeline: Pipeline, given: dict[str, Value], spot: Spot) -> Plan:
    """Return the plan of one more stage; without a spot it goes behind the last one of its kind, or before a later one.

    Raises `PipeError` for an id that cannot be one or is taken.
    """
    refuse_unreadable(context.workspace)
    name = str(given["id"])
    _refuse_id(pipeline, name)
    at = _index(pipeline, spot) if spot != Spot() else _usual(pipeline, Kind(str(given.get("kind", Kind.OPEN))))
    item = {key: given[key] for key in _KEYS if given.get(key) is not None}
    before = pipeline.stages[at - 1].id if at else ""
    place = f"behind {before}" if before else "as the first"
    edits = [partial(splice.insert_item, loc=("stages",), index=at, item=item)]
    return _planned(context, pipeline, edits, _Told(f"Add the stage {name} to {pipeline.id}", f"{name} added {place}"))


def rename(context: Context, pipeline: Pipeline, word: str, new: str | None, title: str | None) -> Plan:
    """Return the plan of another id or name of a stage; its old id stays an alias. Raises `PipeError` as `add` does."""
    refuse_unreadable(context.workspace)
    stage = find_stage(pipeline, word)
    at = pipeline.index(stage.id)
    edits: list[Callable[[Document], str]] = []
    said, notes = [], list[str]()
    if title is not None and title != stage.name:
        edits.append(partial(splice.put, loc=("stages", at, "name"), value=title))
        said.append(f"name {stage.name} -> {title}")
    if new is not None and new != stage.id:
        if new not in stage.aliases:
            _refuse_id(pipeline, new)
        edits += _another_id(at, stage, new)
        said.append(f"{stage.id} -> {new}, which {stage.id} means, too")
        notes = [_by_alias(deals_in(context.workspace, pipeline, stage), stage, new)]
    if not said:
        return Plan(already=(f"{stage.id} of {pipeline.id} is called so already",))
    subject = f"Rename the stage {stage.id} of {pipeline.id}{f' to {new}' if new and new != stage.id else ''}"
    return _planned(context, pipeline, edits, _Told(subject, "; ".join(said), notes))


def reorder(context: Context, pipeline: Pipeline, word: str, spot: Spot) -> Plan:
    """Return the plan of another place of a stage, with what it changes in reports."""
    refuse_unreadable(context.workspace)
    stage = find_stage(pipeline, word)
    at, to = pipeline.index(stage.id), _index(pipeline, spot)
    rest = [place for place in range(len(pipeline.stages)) if place != at]
    order = [*(place for place in rest if place < to), at, *(place for place in rest if place >= to)]
    if order == sorted(order):
        return Plan(already=(f"{stage.id} stands there already",))
    passed = [pipeline.stages[place].id for place in range(min(at, to), max(at, to)) if place != at]
    shown = " -> ".join(pipeline.stages[place].id for place in order)
    edits = [partial(splice.reorder, loc=("stages",), order=order)]
    notes = _consequences(stage, passed, deals_in(context.workspace, pipeline, stage), later=to > at)
    subject = f"Reorder the stages of {pipeline.id}: {stage.id}"
    return _planned(context, pipeline, edits, _Told(subject, shown, notes))


def retire(context: Context, pipeline: Pipeline, word: str, leaving: Leaving) -> Plan:
    """Return the plan of a stage that is used no more; its deals move to another one in the same commit.

    Raises `PipeError` where deals are in it and no other stage is named.
    """
    refuse_unreadable(context.workspace)
    stage = find_stage(pipeline, word)
    if stage.retired:
        return Plan(already=(f"{stage.id} of {pipeline.id} is retired already",))
    inside = deals_in(context.workspace, pipeline, stage)
    if inside and leaving.to is None:
        others = "|".join(one.id for one in pipeline.stages if one is not stage and not one.retired)
        message = f"{_count(inside)} in {stage.id}: {_listed(inside)}"
        raise PipeError(message, hint=f"--to {others}, to move them there", code=ExitCode.PROBLEMS)
    moves = _moved_away(context, pipeline, stage, inside, leaving) if leaving.to is not None else Plan()
    edits = [partial(splice.put, loc=("stages", pipeline.index(stage.id), "retired"), value=True)]
    subject = f"Retire the stage {stage.id} of {pipeline.id}"
    own = _planned(context, pipeline, edits, _Told(subject, f"{stage.id} is retired"), more=moves.edits)
    refusals = (*moves.refusals, *own.refusals)
    return replace(own, edits=(*own.edits, *moves.edits), moved=moves.moved, refusals=refusals)


def _moved_away(context: Context, pipeline: Pipeline, stage: Stage, inside: Sequence[Deal], leaving: Leaving) -> Plan:
    """Return the plan of the moves of a retired stage's deals. Raises `PipeError` for the stage itself."""
    target = find_stage(pipeline, leaving.to or "")
    if target is stage:
        raise PipeError(f"{stage.id} cannot be where its own deals go", hint="name another stage with --to")
    wanted = change.Intent(
        deals={deal.id: target.id for deal in inside},
        reason=leaving.reason,
        force=leaving.force,
        now=leaving.now,
        me=leaving.me,
    )
    return change.plan(context.workspace, context, wanted)


def revive(context: Context, pipeline: Pipeline, word: str) -> Plan:
    """Return the plan of a retired stage that is used again."""
    refuse_unreadable(context.workspace)
    stage = find_stage(pipeline, word)
    if not stage.retired:
        return Plan(already=(f"{stage.id} of {pipeline.id} is in use",))
    edits = [partial(splice.remove, loc=("stages", pipeline.index(stage.id), "retired"))]
    subject = f"Use the stage {stage.id} of {pipeline.id} again"
    return _planned(context, pipeline, edits, _Told(subject, f"{stage.id} is in use again"))


def _planned(
    context: Context, pipeline: Pipeline, edits: Sequence[Callable[[Document], str]], told: _Told,
    more: Sequence[Edit] = (),
) -> Plan:  # fmt: skip
    """Return the plan of a change of a pipeline's file, refused with every error that it would bring."""
    before = context.workspace.texts[pipeline.path]
    edit = Edit(pipeline.path, before, splice.apply(before, edits), told.said)
    errors, warnings = new_problems(context, (edit, *more))
    found = tuple(f"  then: {one.code} in {one.path}: {one.message}" for one in warnings)
    refusals = tuple(_of_pipeline(one, pipeline) for one in errors)
    return Plan(subject=told.subject, edits=(edit,), notes=(*told.notes, *found), refusals=refusals, remedy=_REMEDY)


def _of_pipeline(problem: Problem, pipeline: Pipeline) -> Problem:
    """Return a problem of another file as one of the pipeline's, which says where it would be."""
    if problem.path == pipeline.path:
        return problem
    return replace(problem, path=pipeline.path, message=f"{problem.path}: {problem.message}")


def _another_id(at: int, stage: Stage, new: str) -> list[Callable[[Document], str]]:
    """Return the edits that give a stage an id, and keep the one that it had."""
    aliases = [*(alias for alias in stage.aliases if alias != new), stage.id]
    grown = bool(stage.aliases) and aliases[:-1] == stage.aliases
    loc = ("stages", at, "aliases")
    kept = partial(splice.append, loc=loc, item=stage.id) if grown else partial(splice.put, loc=loc, value=aliases)
    return [partial(splice.put, loc=("stages", at, "id"), value=new), kept]


def _refuse_id(pipeline: Pipeline, name: str) -> None:
    if not ID.fullmatch(name):
        hint = "an id is made of a-z, 0-9 and '-', begins with a letter or digit, and has at most 63"
        raise PipeError(f"{name!r} cannot be an id", hint=hint, code=ExitCode.USAGE)
    taken = pipeline.stage(name)
    if taken is not None:
        how = "is a stage" if taken.id == name else f"is a former id of {taken.id}"
        raise PipeError(f"{name!r} {how} of {pipeline.id}", hint="choose another id", code=ExitCode.PROBLEMS)


def _index(pipeline: Pipeline, spot: Spot) -> int:
    """Return before which of the stages the spot is. Raises `PipeError` unless it names one of the two."""
    if (spot.after is None) == (spot.before is None):
        raise PipeError("where to?", hint="--after STAGE, or --before STAGE", code=ExitCode.USAGE)
    if spot.after is not None:
        return pipeline.index(find_stage(pipeline, spot.after).id) + 1
    return pipeline.index(find_stage(pipeline, spot.before or "").id)


def _usual(pipeline: Pipeline, kind: Kind) -> int:
    """Return where a stage of a kind goes unless told: behind the last one of that kind, open ones before any other."""
    last = max((at for at, stage in enumerate(pipeline.stages) if stage.kind is kind), default=None)
    if last is not None:
        return last + 1
    return 0 if kind is Kind.OPEN else len(pipeline.stages)


def _by_alias(inside: Sequence[Deal], stage: Stage, new: str) -> str:
    if not inside:
        return f"  no deal is in it; the history reads {stage.id} as {new}"
    return f"  {_count(inside)} in it, from now on by its alias {stage.id}: {_listed(inside)}"


def _consequences(stage: Stage, passed: Sequence[str], inside: Sequence[Deal], *, later: bool) -> list[str]:
    others, side = ", ".join(passed), "behind" if later else "before"
    return [
        f"  {stage.id} comes {side} {others} in every list, funnel and diagram",
        f"  moves between {stage.id} and {others} change sides in reports, past ones too: advances are told as back",
        f"  {_count(inside)} in {stage.id} now{f': {_listed(inside)}' if inside else ''}",
    ]


def _count(deals: Sequence[Deal]) -> str:
    return "1 deal is" if len(deals) == 1 else f"{len(deals):,} deals are" if deals else "no deal is"


def _listed(deals: Sequence[Deal]) -> str:
    shown = ", ".join(deal.id for deal in deals[:10])
    return f"{shown} and {len(deals) - 10:,} more" if len(deals) > 10 else shown  # noqa: PLR2004 -- what one looks through
