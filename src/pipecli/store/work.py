"""The work tree beside the history: what is not committed, and what is known where there is no history at all."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.history import version
from pipecli.history.effective import Made, is_known
from pipecli.history.pending import Present, Worker, with_pending

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.history.event import Event
    from pipecli.store.history import History


def with_work(past: History, workspace: Workspace, now: datetime) -> Mapping[str, tuple[Event, ...]]:
    """Return the timelines of the history, continued by what the work tree changed."""
    present = {deal.id: _present(deal, workspace, past) for deal in workspace.deals.values()}
    unseen = _unseen(workspace, past) - set(present)
    return with_pending(past.timelines, present, Worker(now, workspace.zone), unreadable=unseen)


def _unseen(workspace: Workspace, past: History) -> set[str]:
    """Return the deals of which the work tree cannot be said to have lost the file: it, or its folder, is not read."""
    blocked = [problem.path for problem in workspace.problems if problem.path.split("/")[0].casefold() == FileKind.DEAL]
    if any(not path.casefold().endswith((".yaml", ".yml")) for path in blocked):
        return set(past.timelines)
    return set(workspace.known[FileKind.DEAL]) | {PurePosixPath(path).stem.casefold() for path in blocked}


def without_history(workspace: Workspace, now: datetime) -> Mapping[str, tuple[Event, ...]]:
    """Return one event for each deal whose `stage_since` says when it entered its stage; none for others."""
    made = Made(now, now)
    present = {
        deal.id: Present(deal.pipeline, deal.stage, since)
        for deal in workspace.deals.values()
        if is_known(since := _since(deal, workspace), made, workspace.zone)
    }
    return with_pending({}, present, Worker(now, workspace.zone))


def _present(deal: Deal, workspace: Workspace, past: History) -> Present:
    events = past.timelines.get(deal.id, ())
    before = events[-1].state if events else None
    if before == (deal.pipeline, deal.stage):
        return Present(deal.pipeline, deal.stage)
    since = _since(deal, workspace)
    written = before is None or since != past.sinces.get(deal.id)
    return Present(deal.pipeline, deal.stage, since if written else "")


def _since(deal: Deal, workspace: Workspace) -> str:
    return version.read(workspace.texts[deal.path]).since
