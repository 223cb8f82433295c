"""Which cases of a file the workspace has already, from the same source or from another one. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from pipecli.interchange.events import changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.interchange.events import Event


class Known(NamedTuple):
    """The cases that are known from the same source, how many have later stages, and those of other sources."""

    here: frozenset[str]
    newer: int
    elsewhere: Mapping[str, str]


def known_cases(workspace: Workspace, events: Sequence[Event], source: str) -> Known:
    """Return what the workspace knows of the cases in the events."""
    named = {event.case for event in events}
    here: dict[str, Deal] = {}
    others: dict[str, str] = {}
    for deal in workspace.deals.values():
        origin = deal.provenance
        if origin and origin.source == source and origin.id in named:
            here[origin.id] = deal
        elif origin and origin.id in named:
            others[origin.id] = origin.source
    last = {c.case: c.moment for c in changes(e for e in events if e.case in here) if c.before != c.stage}
    newer = sum(_is_later(last[case], deal, workspace) for case, deal in here.items())
    return Known(frozenset(here), newer, {case: name for case, name in others.items() if case not in here})


def _is_later(moment: datetime, deal: Deal, workspace: Workspace) -> bool:
    since = deal.stage_since
    if isinstance(since, datetime):
        return moment > since
    return since is not None and moment.astimezone(workspace.zone).date() > since
