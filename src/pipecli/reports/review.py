"""The agenda of a review: what was changed, what is stuck, slipped or clogged, which targets failed, what to decide.

Population: open as of the moment; what was changed is recorded since `--since` (7 days before, unless it says
otherwise), as in the report changes. Clock: that of the visits (effective unless `--clock recorded`); for what was
changed the commits. Each line of the agenda names the command that tells more; below it stand the deals with the most
reasons to be talked about, fifteen of them at most.

Formula: dead and rotting as in the report stale; slow = the present visit is past the p90 of its stage (Kaplan-Meier,
as in stage-time); pushed = the expected close is later than it was then; clogged = open visits of a stage that are
past its target ÷ its open visits, withheld below five. Targets = the key figures of the present quarter that miss
their bands, as in the report kpis. To be decided is what a condition of `pipe list` finds. A line that no deal is in is
left out.
"""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.pipeline import Kind
from pipecli.core.table import Column, Table, Type
from pipecli.facts.where import conditions, meeting
from pipecli.metrics.sample import rate
from pipecli.reports import pricing
from pipecli.reports.attention import OPEN, Attention, pushed, pushes
from pipecli.reports.changed import changed
from pipecli.reports.daycount import CALENDAR
from pipecli.reports.kpis import misses
from pipecli.reports.slowest import aged
from pipecli.reports.stage_time import measured
from pipecli.reports.stages import counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal
    from pipecli.core.table import Cell
    from pipecli.reports.changed import Change
    from pipecli.reports.scope import Scope
    from pipecli.reports.slowest import Slow
    from pipecli.reports.stage_time import Measured

MOST = 15
"""So many deals are named."""

_TOLD = (
    "new", "moved in", "advanced", "back", "won", "lost", "held", "resumed", "reopened", "handed off", "removed",
    "value up", "value down",
)  # fmt: skip
_STUCK = (("dead", "rot = dead"), ("rotting", "rot = rotting"))
_SLIPPED = (("close is past", "expected_close < today"),)
_DECIDE = (
    ("no next step", "next_step is empty"),
    ("step overdue", "next_due < today"),
    ("hold is over", "hold < today"),
    ("no close day", "expected_close is empty"),
    ("no owner", "owner is empty"),
    ("no value", "value is empty"),
)
"""What there is to be decided, and the condition by which `pipe list` finds it."""

_AGENDA = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("topic", "topic", key=True),
    Column("item", "item", key=True),
    Column("deals", "deals", Type.INTEGER),
    Column("of", "of", Type.INTEGER, priority=3),
    Column("share", "share", Type.SHARE, priority=4),
    Column("more", "tells more", whole=True),
)
_LONG = Column("more", "tells more", wraps=True)
"""Commands that name the pipeline are too long for a line."""
_DEALS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("deal", "deal", whole=True, key=True),
    Column("title", "title", machine=True),
    Column("stage", "stage", priority=5),
    Column("owner", "owner", priority=3),
    Column("value", "value", Type.MONEY, priority=4),
    Column("currency", "", priority=4),
    Column("reasons", "reasons", Type.INTEGER, machine=True),
    Column("pushes", "pushes", Type.INTEGER, machine=True),
    Column("why", "why", wraps=True),
)


class Line(NamedTuple):
    """One line of the agenda: the deals that it is about, among which (None where that says nothing), and a command."""

    topic: str
    item: str
    deals: Sequence[str]
    among: Sequence[str] | None
    more: str


class _At(NamedTuple):
    """What the lines of one pipeline are told from."""

    pipeline: Pipeline
    scope: Scope
    standing: Sequence[Deal]
    changes: Sequence[Change]
    slow: Sequence[Slow]
    measured: Measured

    def names(self) -> Sequence[str]:
        """Return the ids of the open deals."""
        return [deal.id for deal in self.standing]


def review(scope: Scope) -> tuple[Table, ...]:
    """Return two tables a pipeline: the agenda, and the deals to talk about."""
    if scope.before is None:
        raise AssertionError("the registry gives it a moment before")
    changes = changed(scope, scope.before).changes
    tables: list[Table] = []
    for found in measured(scope, CALENDAR):
        at = _at(found, scope, changes)
        tables += (_agenda(at), _talk(at))
    nothing = Table("Review", _AGENDA, (), scope.facts("open as of", 0), name="review")
    return with_unplaced(tables, scope, nothing)


def _at(found: Measured, scope: Scope, changes: Iterable[Change]) -> _At:
    pipeline = found.pipeline
    deals = [
        deal
        for deal in scope.workspace.deals.values()
        if deal.pipeline == pipeline.id and (stage := pipeline.stage(deal.stage)) and stage.kind in OPEN
    ]
    slow = [
        one
        for stage, own in found.timed
        if stage.kind is Kind.OPEN
        for one in aged(stage, own, (visit for visit in own.visits if visit.left is None), scope, CALENDAR)
    ]
    return _At(pipeline, scope, deals, [one for one in changes if one.pipeline == pipeline.id], slow, found)


def _agenda(at: _At) -> Table:
    lines = [line for line in _lines(at) if line.deals]
    return Table(
        title=f"Review: {at.pipeline.name}",
        columns=_AGENDA if len(at.scope.workspace.pipelines) == 1 else (*_AGENDA[:-1], _LONG),
        rows=tuple(_row(at.pipeline, line) for line in lines),
        facts=_facts(at),
        notes=tuple(at.measured.notes),
        empty="nothing to review",
        name="review",
        behind=tuple(map(_behind, lines)) if at.scope.asked.explain else (),
    )


def _row(pipeline: Pipeline, line: Line) -> tuple[Cell, ...]:
    number, of = len(line.deals), None if line.among is None else len(line.among)
    return (pipeline.id, line.topic, line.item, number, of, None if of is None else rate(number, of), line.more)


def _behind(line: Line) -> Mapping[str, Sequence[str]]:
    return {"deals": line.deals} | ({} if line.among is None else {"of": line.among, "share": line.among})


def _facts(at: _At) -> tuple[tuple[str, str], ...]:
    assert at.scope.before is not None  # noqa: S101 -- see review
    since = at.scope.before.now.isoformat(timespec="seconds")
    return (*at.scope.facts("open as of", len(at.standing)), ("changes since", since))


def _lines(at: _At) -> Iterator[Line]:
    since = f"pipe report changes --since {at.scope.asked.since or '7d'}{_only(at)}"
    for kind in _TOLD:
        yield Line("changed", kind, _deals(at, kind), None, since)
    for item, where in _STUCK:
        yield _listed(at, "stuck", item, where)
    past = [one.visit.deal for one in at.slow if "p90" in one.past]
    yield Line("stuck", "past the p90", past, at.names(), f"pipe report stage-time{_only(at)}")
    yield Line("slipped", "pushed", _deals(at, "pushed"), at.names(), since)
    for item, where in _SLIPPED:
        yield _listed(at, "slipped", item, where)
    yield from sorted(_clogged(at), key=lambda line: -len(line.deals) / max(len(line.among or ()), 1))
    for item, deals in misses(at.scope, at.pipeline):
        yield Line("targets", item, deals, None, "pipe report kpis")
    for item, where in _DECIDE:
        yield _listed(at, "decide", item, where)


def _deals(at: _At, kind: str) -> Sequence[str]:
    return list(dict.fromkeys(one.deal for one in at.changes if one.kind == kind))


def _listed(at: _At, topic: str, item: str, where: str) -> Line:
    """Return the line of the deals that a condition finds, and the command that lists the same ones."""
    context = at.scope.context()
    wanted = conditions([where], context)
    found = [deal.id for deal in meeting(at.standing, wanted, context, "")]
    several = f" --where 'pipeline = {at.pipeline.id}'" if len(at.scope.workspace.pipelines) > 1 else ""
    return Line(topic, item, found, at.names(), f"pipe list --where '{where}'{several}")


def _clogged(at: _At) -> Iterator[Line]:
    """Yield the stages in which open visits are past the target."""
    for stage, _ in at.measured.timed:
        standing = [one for one in at.slow if one.stage.id == stage.id]
        late = [one.visit.deal for one in standing if "target" in one.past]
        yield Line(
            "clogged", f"{stage.id}", late, [one.visit.deal for one in standing], f"pipe report stage-time{_only(at)}"
        )


def _only(at: _At) -> str:
    return f" --pipeline {at.pipeline.id}" if len(at.scope.workspace.pipelines) > 1 else ""


def _talk(at: _At) -> Table:
    slow = {one.visit.deal for one in at.slow if "p90" in one.past}
    attention = Attention(at.scope.context(), slow, pushed(at.changes))
    found = [(deal, why) for deal in at.standing if (why := attention.reasons(deal))]
    home = pricing.home(at.pipeline, at.scope)
    told = nsmallest(MOST, found, key=lambda one: (-len(one[1]), -_worth(one[0], home, at.scope), one[0].id))
    more = f"{MOST} of {counted(len(found), 'deal')}" if len(found) > MOST else "all of them"
    return Table(
        title=f"Deals to talk about: {at.pipeline.name}",
        columns=_DEALS,
        rows=tuple(_deal(deal, why, at.scope) for deal, why in told),
        facts=_facts(at),
        notes=(f"{more}, those with the most reasons first; pipe show DEAL tells more",) if told else (),
        empty="no deal has to be talked about",
        name="review-deals",
    )


def _worth(deal: Deal, home: str, scope: Scope) -> float:
    found = pricing.priced(deal, None, scope)
    return float(found.amount) if found.amount is not None and found.currency == home else 0.0


def _deal(deal: Deal, why: Sequence[str], scope: Scope) -> tuple[Cell, ...]:
    promises = scope.promises.get(deal.id)
    return (
        deal.pipeline,
        deal.id,
        deal.title,
        deal.stage,
        deal.owner,
        deal.value,
        scope.workspace.currency_of(deal) if deal.value is not None else None,
        len(why),
        None if promises is None else pushes(promises),
        "; ".join(why),
    )
