"""Which cases of a file the workspace has already, from the same source or from another one. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from pipecli.interchange.cases import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.interchange.batch import Batch, Change


class Known(NamedTuple):
    """The deals of known cases of the same source, how many of them have later stages, and cases of other sources."""

    here: Mapping[str, Deal]
    newer: int
    elsewhere: Mapping[str, str]


def known_cases(workspace: Workspace, batch: Batch, source: str) -> Known:
    """Return what the workspace knows of the cases in a batch."""
    changes = batch.changes
    named = {change.case for change in changes}
    if batch.ours:
        return Known({name: deal for name, deal in workspace.deals.items() if name in named}, 0, {})
    here: dict[str, Deal] = {}
    others: dict[str, str] = {}
    for deal in workspace.deals.values():
        origin = deal.provenance
        if origin and origin.source == source and origin.id in named:
            here[origin.id] = deal
        elif origin and origin.id in named:
            others[origin.id] = origin.source
    last = _last_moves(change for change in changes if change.case in here)
    newer = sum(_is_later(last.get(case), deal, workspace) for case, deal in here.items())
    return Known(here, newer, {case: name for case, name in others.items() if case not in here})


def _last_moves(changes: Iterable[Change]) -> dict[str, date | None]:
    """Return when each case came into its last stage."""
    present: dict[str, str] = {}
    found: dict[str, date | None] = {}
    for change in changes:
        if present.get(change.case) != change.state.stage:
            present[change.case] = change.state.stage
            found[change.case] = change.moment
    return found


def _is_later(moment: date | None, deal: Deal, workspace: Workspace) -> bool:
    since = deal.stage_since
    if isinstance(since, datetime) and isinstance(moment, datetime):
        return moment > since
    day, other = day_of(moment, workspace.zone), day_of(since, workspace.zone)
    return day is not None and other is not None and day > other
