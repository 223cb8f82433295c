"""The tasks of deals, and the checklist of one, as tables. Population: the deals that are given. No clock but today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.table import Column, Table, Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal, Task
    from pipecli.facts.derived import Context

_TASKS = (
    Column("deal", "Deal", whole=True, key=True),
    Column("task", "Task", whole=True, key=True),
    Column("do", "What", wraps=True),
    Column("due", "Due", Type.DAY),
    Column("for", "For", priority=2),
    Column("done", "Done", Type.DAY, priority=2),
)
_ACTIVITIES = (
    Column("at", "When", Type.MOMENT),
    Column("kind", "What", whole=True),
    Column("direction", "Way", whole=True),
    Column("by", "By", priority=3),
    Column("outcome", "Outcome", priority=2),
    Column("note", "Note", wraps=True),
)
_CHECKLIST = (
    Column("stage", "Stage", priority=2),
    Column("item", "Item", whole=True, key=True),
    Column("text", "What", wraps=True),
    Column("required", "Required", Type.FLAG),
    Column("ticked", "Ticked", Type.DAY),
)


def tasks(deals: Iterable[Deal], context: Context, *, person: str | None = None, everything: bool = False) -> Table:
    """Return one row a task, those due first; done ones, and those of lost deals, where `everything` is asked for.

    `person` asks for those of a member: whom a task is for, else who owns the deal.
    """
    found = sorted(_tasks(deals, context, everything=everything), key=lambda one: (one[1].due or date.max, one[0].id))
    chosen = [(deal, task) for deal, task in found if person is None or (task.owner or deal.owner) == person]
    rows = tuple((deal.id, task.id, task.do, task.due, task.owner or deal.owner, task.done) for deal, task in chosen)
    columns = tuple(replace(one, machine=one.name == "done" and not everything) for one in _TASKS)
    late = sum(task.done is None and task.due is not None and task.due < context.today for _, task in chosen)
    facts = (("n", str(len(rows))), *((("overdue", str(late)),) if late else ()))
    return Table("Tasks", columns, rows, facts, empty='no task: pipe task add DEAL "…" --due fri', name="tasks")


def _tasks(deals: Iterable[Deal], context: Context, *, everything: bool) -> Iterator[tuple[Deal, Task]]:
    for deal in deals:
        stage = context.workspace.stage_of(deal) if deal.tasks else None
        if everything or stage is None or stage.kind is not Kind.LOST:
            yield from ((deal, task) for task in deal.tasks if everything or task.done is None)


def activities(deal: Deal, zone: tzinfo) -> Table:
    """Return one row an activity of a deal, the latest first, in the zone of the workspace."""
    found = sorted(deal.activities, key=lambda one: one.at, reverse=True)
    rows = tuple(
        (one.at.astimezone(zone), str(one.kind), str(one.direction or ""), one.by, one.outcome, one.note)
        for one in found
    )
    empty = f"nothing is logged: pipe log {deal.id} call"
    return Table(
        f"Activities of {deal.id}", _ACTIVITIES, rows, (("n", str(len(rows))),), empty=empty, name="activities"
    )


def checklist(deal: Deal, pipeline: Pipeline) -> Table:
    """Return one row an item of the stages of a deal's pipeline, and the day on which it was ticked."""
    stages = [stage for stage in pipeline.stages if stage.checklist]
    rows = tuple(
        (stage.id, name, item.text, item.required, deal.checklist.get(name))
        for stage in stages
        for name, item in stage.checklist.items()
    )
    now = pipeline.stage(deal.stage)
    facts = (
        ("stage", now.id if now else deal.stage),
        ("ticked", f"{sum(row[-1] is not None for row in rows)} of {len(rows)}"),
    )
    empty = f"no stage of {pipeline.id} has a checklist"
    return Table(f"Checklist of {deal.id}", _CHECKLIST, rows, facts, empty=empty, name="checklist")
