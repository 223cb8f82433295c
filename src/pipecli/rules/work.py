"""Rules about tasks and next steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.rules.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.problem import Problem
    from pipecli.facts.derived import Context


def duplicate_task(context: Context) -> Iterator[Problem]:
    """The ids of a deal's tasks are each there once."""
    for deal in context.workspace.deals.values():
        seen: set[str] = set()
        for index, task in enumerate(deal.tasks):
            if task.id in seen:
                yield finding(
                    deal,
                    ("tasks", index, "id"),
                    f"the task {task.id!r} is there twice",
                    "give one another id",
                )
            seen.add(task.id)


def no_next_step(context: Context) -> Iterator[Problem]:
    """An open deal has a next step or a task that is not yet past."""
    for deal in context.workspace.deals.values():
        stage = context.workspace.stage_of(deal)
        if stage is None or stage.kind is not Kind.OPEN:
            continue
        planned = [deal.next_step.due] if deal.next_step else []
        planned += [task.due for task in deal.tasks if task.done is None]
        if not any(day is None or day >= context.today for day in planned):
            hint = "add 'next_step: {do: …, due: …}'"
            yield finding(deal, ("stage",), "nothing is planned for the deal", hint)
