"""Planning a change of one deal or several: another stage, other values, or both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core import splice
from pipecli.core.edit import Edit
from pipecli.core.finding import readable_deal
from pipecli.core.pipeline import Kind
from pipecli.core.workspace import read_file
from pipecli.core.yamltext import load
from pipecli.edits.assignment import NOTHING
from pipecli.edits.message import Moved, moving, setting
from pipecli.edits.move import Target, entering, find_stage, readable_pipeline, too_early
from pipecli.edits.plan import Draft, Plan, against
from pipecli.edits.step import Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from pipecli.core.pipeline import Stage
    from pipecli.core.problem import Problem
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.core.yamltext import Document
    from pipecli.edits.assignment import Assignment
    from pipecli.facts.derived import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a person wants of deals, by id: this stage (None: the one they are in), and these values.

    `on` is the day or the moment of a move; None is now.
    """

    deals: Mapping[str, str | None]
    sets: Sequence[Assignment] = ()
    pipeline: str | None = None
    on: date | None = None
    reason: str | None = None
    force: str | None = None
    now: datetime
    me: str = ""


class _Change(NamedTuple):
    """What becomes of one deal: nothing, where neither `draft` nor problems are there."""

    draft: Draft | None = None
    moved: Moved | None = None
    topics: tuple[str, ...] = ()
    already: str = ""
    problems: tuple[Problem, ...] = ()


def plan(workspace: Workspace, context: Context, intent: Intent) -> Plan:
    """Return the plan of a change; nothing is written.

    Raises `PipeError` for an unknown deal, pipeline or stage, and for a file that cannot be read or edited.
    """
    context = replace(context, reason=intent.reason)
    changes = [_change(workspace, name, context, intent) for name in intent.deals]
    drafts = [change.draft for change in changes if change.draft]
    moved = tuple(change.moved for change in changes if change.moved)
    topics = [topic for change in changes for topic in change.topics]
    names = [name for name, change in zip(intent.deals, changes, strict=True) if change.draft]
    removing = all(wanted.value is None for wanted in intent.sets)
    problems = [problem for change in changes for problem in change.problems]
    return Plan(
        subject=moving(moved) if moved else setting(topics, names, removing=removing) if topics else "",
        edits=tuple(draft.edit for draft in drafts),
        moved=moved,
        already=tuple(change.already for change in changes if change.already),
        refusals=against(context, drafts, force=bool(intent.force), more=problems),
    )


def _change(workspace: Workspace, name: str, context: Context, intent: Intent) -> _Change:
    old, word = readable_deal(workspace, name), intent.deals[name]
    pipeline = readable_pipeline(workspace, intent.pipeline or old.pipeline)
    left = workspace.stage_of(old)
    stage = left if word is None else find_stage(pipeline, word, of=name if len(intent.deals) > 1 else "")
    before, moved = workspace.texts[old.path], None
    data = before
    if stage is not None and stage is not left:
        target = Target(pipeline, stage, intent.on, intent.reason)
        data = splice.apply(before, list(entering(old, left, target, context)))
        moved = Moved(name, f"{old.pipeline}/{old.stage}", f"{pipeline.id}/{stage.id}", intent.on or intent.now)
    sets = [wanted.of(pipeline) for wanted in intent.sets]
    data, said, topics = _given(data, sets, load(before))
    kept = _kept(old, stage if word and moved is None else None, intent.reason)
    if moved is None and not said:
        return _Change(already=_already(name, stage if word else None, sets) + kept)
    if moved is None and load(data).data == load(before).data:  # `tags= tags+=x` where the tags are [x]
        return _Change(already=f"{name} has these values already")
    new, wrong = read_file(old.path, data)
    told = [*([moved.shown] if moved else []), *_taken_over(old, new, said), *said]
    edit = Edit(old.path, before, data, ", ".join(told))
    wrong = tuple(replace(p, message=f"{p.loc[0]}: {p.message}") if p.loc else p for p in wrong)
    step = Step(old, new, pipeline, left, stage, intent.me) if new and stage else None
    early = too_early(old, intent.on, context) if moved else ()
    already = f"{_already(name, stage, sets)}{kept}" if kept else ""
    return _Change(Draft(edit, new, step), moved, topics, already, (*wrong, *early))


def _given(data: bytes, sets: Sequence[Assignment], old: Document) -> tuple[bytes, list[str], tuple[str, ...]]:
    """Return a file's bytes with the values that it lacks, what becomes of the old ones in words, and the topics."""
    said, topics = [], []
    for wanted in sets:
        doc = load(data)
        if not wanted.is_met(doc):
            said.append(wanted.shown(old))
            topics.append(wanted.topic)
            data = wanted.edit(doc).encode()
    return data, said, tuple(topics)


def _taken_over(old: Deal, new: Deal | None, said: Sequence[str]) -> list[str]:
    """Return that the move handed the deal over, unless the owner was given."""
    given = any(text.startswith("owner ") for text in said)
    return [] if given or not new or new.owner == old.owner else [f"owner {old.owner or NOTHING} -> {new.owner}"]


def _already(name: str, stage: Stage | None, sets: Sequence[Assignment]) -> str:
    if stage:
        return f"{name} is in {stage.id} already"
    return f"{name} already has {' and '.join(wanted.stated for wanted in sets)}"


def _kept(deal: Deal, stage: Stage | None, reason: str | None) -> str:
    """Return that the reason of a deal that is lost already stays, where another one was given."""
    now = deal.outcome.reason if deal.outcome else None
    if stage is None or stage.kind is not Kind.LOST or reason in (None, now):
        return ""
    return f"; its reason stays {now or 'unsaid'}, unless you pipe set {deal.id} outcome.reason=…"
