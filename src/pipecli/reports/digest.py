"""What one person of the team has to know today: what is due, which deals need them, what was changed since.

Population: the open deals that the person of `--for` owns, with the tasks that are theirs in any deal. What was changed
is recorded since `--since` (7 days before, unless it says otherwise): their deals, and those that were given to them or
taken from them. Clock: today in the workspace's zone; what was changed by the commits.

Formula: due = the next steps and open tasks of today, before, and of the next seven days; overdue = today - due. A
deal is among those to look after if it is dead or rotting (as in the report stale), was pushed, was to close before
today or is to within 14 days, has no next step or an overdue one, or its hold is over. Assigned = the owner is the
person now, and was another; a new deal counts among the new ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.core.table import Column, Table, Type
from pipecli.reports.attention import OPEN, Attention, pushed
from pipecli.reports.changed import changed
from pipecli.reports.stages import counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from pipecli.core.record import Deal
    from pipecli.core.table import Cell
    from pipecli.reports.changed import Change
    from pipecli.reports.scope import Scope

AHEAD = timedelta(days=7)
"""So far ahead what is due is told."""
CLOSING = timedelta(days=14)
"""So far ahead a deal is about to close."""

_DUE = (
    Column("deal", "deal", whole=True, key=True),
    Column("what", "what", key=True, wraps=True),
    Column("kind", "kind", machine=True, key=True),
    Column("due", "due", Type.DAY),
    Column("overdue", "overdue", Type.DAYS),
)
_DEALS = (
    Column("deal", "deal", whole=True, key=True),
    Column("title", "title", machine=True),
    Column("pipeline", "pipeline", machine=True),
    Column("stage", "stage", priority=5),
    Column("value", "value", Type.MONEY, priority=4),
    Column("currency", "", priority=4),
    Column("expected_close", "close", Type.DAY, priority=5),
    Column("why", "why", wraps=True),
)
_CHANGES = (
    Column("deal", "deal", whole=True),
    Column("change", "change"),
    Column("before", "from"),
    Column("after", "to"),
    Column("value", "value", Type.MONEY, priority=4),
    Column("currency", "", priority=4),
    Column("on", "on", Type.DAY, priority=2),
    Column("by", "by", priority=3),
)


@dataclass(frozen=True, slots=True)
class _Of:
    """The person, the deals of the report, and those of them that are open and the person's own."""

    person: str
    scope: Scope
    deals: Sequence[Deal]
    own: Sequence[Deal]


def digest(scope: Scope) -> tuple[Table, ...]:
    """Return three tables: what is due, the deals to look after, and what was changed.

    Raises `PipeError` for somebody whom the workspace does not know.
    """
    if scope.before is None:
        raise AssertionError("the registry gives it a moment before")
    person = known(scope.asked.person or "", scope)
    pipelines = {one.id for one in scope.pipelines()}
    deals = [deal for deal in scope.workspace.deals.values() if deal.pipeline in pipelines]
    of = _Of(person, scope, deals, [deal for deal in deals if deal.owner == person and _is_open(deal, scope)])
    changes = [one for one in changed(scope, scope.before).changes if one.pipeline in pipelines]
    tables = (_due(of), _deals(of, changes), _changes(of, changes, scope.before))
    return with_unplaced(tables if pipelines else (), scope, tables[0])


def known(word: str, scope: Scope) -> str:
    """Return the id of the member, or of the owner, who is meant by an id, an e-mail address or a name."""
    members = scope.workspace.team.members
    owners = {deal.owner for deal in scope.workspace.deals.values() if deal.owner}
    if word in members or word in owners or not (members or owners):
        return word
    said = word.casefold()
    found = [name for name, one in members.items() if said in (one.name.casefold(), (one.email or "").casefold())]
    if len(found) != 1:
        hint = did_you_mean(word, {*members, *owners})
        raise PipeError(f"nobody here is called {word!r}", hint=hint, code=ExitCode.USAGE)
    return found[0]


def _is_open(deal: Deal, scope: Scope) -> bool:
    stage = scope.workspace.stage_of(deal)
    return stage is not None and stage.kind in OPEN


def _facts(of: _Of, population: str, n: int) -> tuple[tuple[str, str], ...]:
    assert of.scope.before is not None  # noqa: S101 -- see digest
    since = of.scope.before.now.isoformat(timespec="seconds")
    return (*of.scope.facts(population, n), ("for", of.person), ("changes since", since))


def _due(of: _Of) -> Table:
    today = of.scope.now.date()
    found = sorted(_planned(of), key=lambda one: one[:2])
    told = [one for one in found if one[0] <= today + AHEAD]
    return Table(
        title=f"Due, for {of.person}",
        columns=_DUE,
        rows=tuple((deal, what, kind, day, today - day if day < today else None) for day, deal, kind, what in told),
        facts=_facts(of, "due as of", len(told)),
        notes=(f"{len(found) - len(told)} due later",) if len(found) > len(told) else (),
        empty="nothing is due",
        name="digest",
    )


def _planned(of: _Of) -> Iterator[tuple[date, str, str, str]]:
    """Yield what is due on which day, of which deal: a next step or a task; nothing of a deal on hold for longer."""
    today = of.scope.now.date()
    for deal in of.deals:
        if not _is_open(deal, of.scope) or (deal.hold and deal.hold.until > today):
            continue
        mine = deal.owner == of.person
        if mine and deal.next_step and deal.next_step.due:
            yield deal.next_step.due, deal.id, "next step", deal.next_step.do
        for task in deal.tasks:
            if task.due and task.done is None and (task.owner == of.person or (mine and task.owner is None)):
                yield task.due, deal.id, "task", task.do


def _deals(of: _Of, changes: Sequence[Change]) -> Table:
    attention = Attention(of.scope.context(), (), pushed(changes))
    today = of.scope.now.date()
    found = [(deal, why) for deal in of.own if (why := [*attention.reasons(deal), *_closing(deal, today)])]
    rest = len(of.own) - len(found)
    told = sorted(found, key=lambda one: (-len(one[1]), one[0].expected_close or today + 4 * CLOSING, one[0].id))
    return Table(
        title=f"Deals to look after, for {of.person}",
        columns=_DEALS,
        rows=tuple(_deal(deal, why, of.scope) for deal, why in told),
        facts=_facts(of, "owned, open as of", len(of.own)),
        notes=(f"{rest} of {counted(len(of.own), 'open deal')} need{'s' * (rest == 1)} nothing",) if rest else (),
        empty="no open deal needs anything",
        name="digest-deals",
    )


def _closing(deal: Deal, today: date) -> Iterator[str]:
    if deal.expected_close and today <= deal.expected_close <= today + CLOSING:
        days = (deal.expected_close - today).days
        yield f"to close in {days} days" if days > 1 else "to close tomorrow" if days else "to close today"


def _deal(deal: Deal, why: Sequence[str], scope: Scope) -> tuple[Cell, ...]:
    return (
        deal.id,
        deal.title,
        deal.pipeline,
        deal.stage,
        deal.value,
        scope.workspace.currency_of(deal) if deal.value is not None else None,
        deal.expected_close,
        "; ".join(why),
    )


def _changes(of: _Of, changes: Sequence[Change], before: Scope) -> Table:
    told = list(_theirs(of, changes, before))
    return Table(
        title=f"Changed since {before.now.date()}, for {of.person}",
        columns=_CHANGES,
        rows=tuple(
            (one.deal, one.kind, one.before, one.after, one.value, one.currency, one.on, one.by) for one in told
        ),
        facts=_facts(of, f"recorded since {before.now.isoformat(timespec='seconds')}", len(told)),
        empty="nothing was changed",
        name="digest-changes",
    )


def _theirs(of: _Of, changes: Sequence[Change], before: Scope) -> Iterator[Change]:
    """Yield what was changed of their deals, those given to them first."""
    mine = {deal.id for deal in of.deals if deal.owner == of.person}
    had = {name for name, deal in before.workspace.deals.items() if deal.owner == of.person}
    given = [one for one in changes if one.kind == "owner" and of.person in (one.before, one.after)]
    yield from (replace(one, kind="assigned" if one.after == of.person else "given away") for one in given)
    yield from (one for one in changes if one.kind != "owner" and (one.deal in mine or one.deal in had))
