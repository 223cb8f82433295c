"""What the reports by pipeline share: the deals whose pipeline is not there, which no table can hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.table import Withheld
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.table import Table
    from pipecli.core.workspace import Workspace
    from pipecli.reports.scope import Scope


SEVERAL = Withheld("several pipelines")


def alone(scope: Scope) -> bool:
    """Return whether a report is on one pipeline, so that what the whole workspace plans or spends can stand by it."""
    return len(scope.pipelines()) == 1


def with_unplaced(tables: Sequence[Table], scope: Scope, nothing: Table) -> tuple[Table, ...]:
    """Return the tables, the last with a note on the deals that are in none of them, for want of their pipeline.

    `nothing` is the table without rows that is returned where there is no pipeline. A report on one pipeline
    says nothing of others.
    """
    if scope.pipeline is not None:
        return tuple(tables)
    left_out = unplaced(scope.workspace)
    if not tables:
        note = "no pipeline" + (f"; {left_out}" if left_out else ": add one to pipelines/")
        return (replace(nothing, notes=(note,), incomplete=bool(left_out)),)
    if not left_out:
        return tuple(tables)
    return (*tables[:-1], replace(tables[-1], notes=(*tables[-1].notes, left_out), incomplete=True))


def unplaced(workspace: Workspace) -> str:
    """Return how many deals are in pipelines that are not there or cannot be read; nothing where all are in one."""
    lost = Counter(deal.pipeline for deal in workspace.deals.values() if deal.pipeline not in workspace.pipelines)
    if not lost:
        return ""
    known = workspace.known.get(FileKind.PIPELINE, {})
    unread = [repr(name) for name in sorted(lost) if name in known]
    unknown = [repr(name) for name in sorted(lost) if name not in known]
    reasons = [f"unknown pipeline {', '.join(unknown)}"] if unknown else []
    reasons += [f"unreadable pipeline {', '.join(unread)}"] if unread else []
    return f"{counted(lost.total(), 'deal')} left out: {'; '.join(reasons)}"
