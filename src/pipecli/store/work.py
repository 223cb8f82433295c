"""The work tree beside the history: what is not committed, and what is known where there is no history at all."""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.history.effective import Made, is_known
from pipecli.history.pending import Present, Worker, pending
from pipecli.store.derived import SINCE, STATE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.history.event import Event, State
    from pipecli.history.version import Version
    from pipecli.store.history import History


def work_of(past: History, workspace: Workspace, now: datetime) -> dict[str, Event]:
    """Return what the work tree changed, as one event for each deal that is not where the history left it."""
    last = {deal: packed[STATE] and tuple(packed[STATE]) for deal, packed in past.last.items()}
    since_of = _since(workspace)
    present = {deal.id: _present(deal, past, last.get(deal.id), since_of) for deal in workspace.deals.values()}
    unseen = _unseen(workspace, last) - set(present)
    return pending(last, past.timelines, present, Worker(now, workspace.zone), unreadable=unseen)


def _unseen(workspace: Workspace, last: Collection[str]) -> set[str]:
    """Return the deals of which the work tree cannot be said to have lost the file: it, or its folder, is not read."""
    blocked = [problem.path for problem in workspace.problems if problem.path.split("/")[0].casefold() == FileKind.DEAL]
    if any(not path.casefold().endswith((".yaml", ".yml")) for path in blocked):
        return set(last)
    return set(workspace.known[FileKind.DEAL]) | {PurePosixPath(path).stem.casefold() for path in blocked}


def without_history(workspace: Workspace, now: datetime) -> Mapping[str, tuple[Event, ...]]:
    """Return one event for each deal whose `stage_since` says when it entered its stage; none for others."""
    made, since_of = Made(now, now), _since(workspace)
    present = {
        deal.id: Present(deal.pipeline, deal.stage, since)
        for deal in workspace.deals.values()
        if is_known(since := since_of(deal), made, workspace.zone)
    }
    return {deal: (event,) for deal, event in pending({}, {}, present, Worker(now, workspace.zone)).items()}


def _present(deal: Deal, past: History, before: State | None, since_of: Callable[[Deal], str]) -> Present:
    if before == (deal.pipeline, deal.stage):
        return Present(deal.pipeline, deal.stage)
    since = since_of(deal)
    written = before is None or since != past.last[deal.id][SINCE]
    return Present(deal.pipeline, deal.stage, since if written else "")


def _since(workspace: Workspace) -> Callable[[Deal], str]:
    """Return what reads the `stage_since` of a deal."""

    @cache
    def read() -> Callable[[bytes], Version]:
        from pipecli.history.scan import Scanner  # noqa: PLC0415 -- few deals are not where the history left them

        return Scanner().read

    return lambda deal: read()(workspace.texts[deal.path]).since
