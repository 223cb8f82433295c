"""What was changed of each deal since an earlier moment: its moves one by one, its other fields net."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.pipeline import Kind
from pipecli.history.effective import day_in
from pipecli.history.rename import continued
from pipecli.history.visits import transitions
from pipecli.reports.differences import Dated, Difference, differences, differs_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from pipecli.core.record import Deal
    from pipecli.core.table import Cell
    from pipecli.core.workspace import Workspace
    from pipecli.history.visits import Place, Transition
    from pipecli.reports.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one deal, in the pipeline that it concerns; `value` is the deal's, now or before it was removed.

    `on`, `by` and `commit` are known of moves; `commit` is empty for work that is not committed.
    """

    pipeline: str
    deal: str
    title: str
    kind: str
    before: Cell = None
    after: Cell = None
    value: Decimal | None = None
    currency: str = ""
    difference: Decimal | None = None
    on: date | None = None
    by: str | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """The changes, and how many deals of each pipeline were changed in other ways only, or could not be read then."""

    changes: tuple[Change, ...]
    elsewhere: Mapping[str, int]
    unread: Mapping[str, int]


def changed(scope: Scope, before: Scope) -> Changed:
    """Return what the scope knows and the one before it did not."""
    names = _former_names(scope, before)
    moves = [change for one in _transitions(scope, before) for change in _moved(one, scope, before, names)]
    came = {change.deal for change in moves if change.kind == "new"}
    elsewhere: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    edits: list[Change] = []
    touched = {change.deal for change in moves}
    for deal in scope.workspace.deals.values():
        name = names.get(deal.id)
        if name is None or deal.id in came:
            continue
        old = before.workspace.deals.get(name)
        if old is None:
            unread[deal.pipeline] += 1
            continue
        found = list(_edited(deal, old, scope, before))
        elsewhere[deal.pipeline] += not found and deal.id not in touched and differs_elsewhere(old, deal)
        edits += found
    return Changed((*moves, *edits), elsewhere, unread)


def _former_names(scope: Scope, before: Scope) -> dict[str, str]:
    """Return the id that each deal had then, for those that were there."""
    then, now = (one.workspace.known.get(FileKind.DEAL, {}) for one in (before, scope))
    found = {deal: deal for deal in (*now, *scope.timelines) if deal in then}
    gone, new = then.keys() - now.keys(), {*now, *scope.timelines} - found.keys()
    return found | continued(before.timelines, scope.timelines, gone, new)


def _transitions(scope: Scope, before: Scope) -> Iterator[Transition]:
    known = {event.key for events in before.timelines.values() for event in events}
    return transitions(scope.timelines, scope.workspace.pipelines, known=known)


def _moved(one: Transition, scope: Scope, before: Scope, names: Mapping[str, str]) -> Iterator[Change]:
    """Yield one change, or two where a deal was handed from one pipeline to another."""
    source, target = one.source, one.target
    if source is None and target and names.get(one.deal, one.deal) in _unreadable(before.workspace):
        return  # it was there, and nobody could say where
    if source and target and source.pipeline != target.pipeline:
        there, here = f"{target.pipeline}/{target.stage}", f"{source.pipeline}/{source.stage}"
        yield _move(one, "handed off", (source.pipeline, source.stage, there), scope, before)
        yield _move(one, "moved in", (target.pipeline, here, target.stage), scope, before)
    elif place := target or source:
        ends = (place.pipeline, source.stage if source else None, target.stage if target else None)
        yield _move(one, _kind(one, source, target), ends, scope, before)


def _unreadable(workspace: Workspace) -> set[str]:
    return set(workspace.known.get(FileKind.DEAL, {})) - set(workspace.deals)


def _kind(one: Transition, source: Place | None, target: Place | None) -> str:
    if source is None or target is None:
        return "removed" if source else "new"
    if target.kind is source.kind and target.kind in (Kind.LOST, Kind.ON_HOLD):
        return "moved"
    return "won" if target.kind is Kind.WON and source.kind is not Kind.WON else str(one.end)


def _move(one: Transition, kind: str, ends: tuple[str, str | None, str | None], scope: Scope, before: Scope) -> Change:
    pipeline, source, target = ends
    deal, currency = _worth(one.deal, scope, before)
    event = one.event
    moment = event.recorded if scope.clock == "recorded" else event.effective
    return Change(
        pipeline=pipeline,
        deal=one.deal,
        title=deal.title if deal else "",
        kind=kind,
        before=source,
        after=target,
        value=deal.value if deal else None,
        currency=currency,
        on=day_in(moment, scope.workspace.zone),
        by=scope.workspace.member_by_email(event.email) or event.author,
        commit=event.commit,
    )


def _worth(name: str, scope: Scope, before: Scope) -> tuple[Deal | None, str]:
    """Return the deal as it is, or as it was before it was removed, and its currency; none if it is in neither."""
    for workspace in (scope.workspace, before.workspace):
        deal = workspace.deals.get(name)
        if deal:
            return deal, workspace.currency_of(deal) or ""
    return None, ""


def _edited(deal: Deal, old: Deal, scope: Scope, before: Scope) -> Iterator[Change]:
    then, now = (
        Dated(one, workspace.stage_of(one), workspace.currency_of(one) or "")
        for one, workspace in ((old, before.workspace), (deal, scope.workspace))
    )
    renamed = [Difference("renamed", old.id, deal.id)] if old.id != deal.id else []
    for kind, was, becomes in (*renamed, *differences(then, now)):
        yield Change(
            pipeline=deal.pipeline,
            deal=deal.id,
            title=deal.title,
            kind=kind,
            before=was,
            after=becomes,
            value=deal.value,
            currency=now.currency if deal.value is not None else then.currency,
            difference=_difference(kind, old, deal),
        )


def _difference(kind: str, old: Deal, new: Deal) -> Decimal | None:
    """Return by how much the value rose, for the changes of a value in one currency."""
    if kind not in ("value up", "value down", "value set", "value removed"):
        return None
    return (new.value or Decimal(0)) - (old.value or Decimal(0))
