"""Whether the open pipeline covers what is still to be won in a period, and what became of those of former periods.

Population: open as of the moment, in qualified stages (from the first that is marked `qualified`) and expected to close
in the period; without `--period` the current quarter. Won is of the deals closed in it. Clock: the days written in the
files; the pipeline of a period's first moment is what was recorded before it began.

Formula: coverage = open qualified value due in the period ÷ (quota - won in it). Day one = the same value at the first
moment of the period ÷ the whole quota. Opening pipeline: what was open, qualified and due then, by opening value: won,
lost, slipped (now expected to close outside the period) and still open add up to 100 %. Needed = 1 ÷ the part of it
that was won, over up to four periods before together: this is not 1 ÷ win rate, since deals also slip, and others come
up. Quotas are those of team.yaml that make up the period; they are never divided, nor are they by pipeline. Where no
stage is marked `qualified`, all open ones count for the opening pipeline, and coverage is withheld. Shares of fewer
than five deals are withheld. A value that cannot be converted is left out, and counted in a note.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.money import added
from pipecli.core.pipeline import Kind
from pipecli.core.table import Column, Table, Type, Withheld
from pipecli.metrics.coverage import Fate, together
from pipecli.metrics.coverage import coverage as covered
from pipecli.reports import pricing, quotas
from pipecli.reports.closings import populations
from pipecli.reports.explained import ids
from pipecli.reports.moments import has_begun, in_period, is_over
from pipecli.reports.openings import conversion, counting, due, openings
from pipecli.reports.qualified import NO_QUALIFIED, qualified
from pipecli.reports.shares import times
from pipecli.reports.stages import counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pipecli.core.calendar import Period
    from pipecli.core.table import Cell
    from pipecli.metrics.coverage import Conversion
    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.explained import Behind
    from pipecli.reports.openings import Opening
    from pipecli.reports.scope import Scope

BEFORE = 4
"""Over how many former periods the needed coverage is measured."""
NO_HISTORY, NO_FORMER, NOT_BEGUN = Withheld("no history"), Withheld("no former period"), Withheld("not begun")
_PIPELINE = Column("pipeline", "pipeline", machine=True, key=True)
_COLUMNS = (
    _PIPELINE,
    Column("quota", "quota", Type.MONEY),
    Column("won_value", "won", Type.MONEY, priority=2),
    Column("won", "won deals", Type.INTEGER, machine=True),
    Column("to_win", "to win", Type.MONEY, priority=3),
    Column("open", "open deals due", Type.INTEGER, machine=True),
    Column("value", "open, due", Type.MONEY, priority=2),
    Column("coverage", "coverage", Type.NUMBER),
    Column("needed", "needed", Type.NUMBER),
    Column("needed_n", "former deals", Type.INTEGER, machine=True),
    Column("opening", "deals on day one", Type.INTEGER, machine=True),
    Column("opening_value", "on day one", Type.MONEY, priority=4),
    Column("day_one", "day one", Type.NUMBER, priority=2),
    Column("currency", "currency", priority=5, key=True),
)
_SHARES = {Fate.WON: "won", Fate.LOST: "lost", Fate.SLIPPED: "slipped", Fate.STILL_OPEN: "still_open"}
_OPENING = (
    _PIPELINE,
    Column("period", "period", key=True),
    Column("deals", "deals", Type.INTEGER, priority=2),
    Column("value", "opened with", Type.MONEY, priority=2),
    Column("currency", "currency", priority=4, key=True),
    *(Column(f"{name}_deals", f"{fate} deals", Type.INTEGER, machine=True) for fate, name in _SHARES.items()),
    *(Column(f"{name}_value", f"{fate} value", Type.MONEY, machine=True) for fate, name in _SHARES.items()),
    *(Column(name, str(fate), Type.SHARE, 2 if fate is Fate.STILL_OPEN else 1) for fate, name in _SHARES.items()),
    *(Column(f"{name}_share", f"{fate}, of deals", Type.SHARE, machine=True) for fate, name in _SHARES.items()),
    Column("needed", "needed", Type.NUMBER, priority=2),
)
_CLOCK = "expected_close, closed_on"


def coverage(scope: Scope) -> tuple[Table, ...]:
    """Return two tables a pipeline: one row with the coverage; and one row a period with what became of its opening.

    Raises `PipeError` for a period that cannot be read.
    """
    scope, period = in_period(scope)
    given, known = quotas.quotas(scope, period), openings(scope, period, BEFORE)
    tables: list[Table] = []
    for found in populations(scope, period):
        left_out: Counter[str] = Counter()
        done = [(one, conversion(found.pipeline, one, left_out)) for one in known]
        tables.append(_table(found, period, given, done, scope))
        tables.append(_opening_table(found, done, left_out, scope))
    nothing = Table("Coverage", _COLUMNS, (), scope.facts("open as of", 0, clock=_CLOCK), name="coverage")
    return with_unplaced(tables, scope, nothing)


def _table(
    found: Population,
    period: Period,
    given: Mapping[str, Decimal | Withheld],
    done: Sequence[tuple[Opening, Conversion]],
    scope: Scope,
) -> Table:
    home, stages = pricing.home(found.pipeline, scope), counting(found.pipeline)
    marked = bool(qualified(found.pipeline))
    open_ones = [one for one in found.all if due(one.deal, found.pipeline.stage(one.deal.stage), stages, period)]
    here = [one for one in open_ones if one.worth.currency == home]
    won = [one for one in found.closed if one.won and one.worth.currency == home]
    quota, value, gained = quotas.whole(given), _sum(here), _sum(won)
    begun, over = ([own for one, own in done if told(one)] for told in (_is(period), _over(period, scope)))
    start, former = begun[0] if begun else None, together(over)
    unknown = NO_HISTORY if has_begun(scope, period) else NOT_BEGUN
    day_one = covered(start.value, quota, Decimal(0)) if start else unknown
    row: tuple[Cell, ...] = (
        found.pipeline.id, quota, gained, len(won),
        quota if isinstance(quota, Withheld) else max(quota - gained, Decimal(0)),
        len(here), value,
        times(covered(value, quota, gained) if marked else NO_QUALIFIED),
        times(former.needed() if over else NO_HISTORY if scope.then is None else NO_FORMER), len(former.members),
        len(start.members) if start else unknown, start.value if start else unknown,
        times(day_one if marked else NO_QUALIFIED), home,
    )  # fmt: skip
    told = {"won": ids(won), "won_value": ids(won), "open": ids(here), "value": ids(here), "coverage": ids(here)}
    told |= {"needed_n": _deals(former), "needed": _deals(former)}
    told |= dict.fromkeys(("opening", "opening_value", "day_one"), _deals(start)) if start else {}
    return Table(
        title=f"Coverage: {found.pipeline.name}",
        columns=_COLUMNS,
        rows=(row,),
        facts=scope.facts("open as of", len(here), clock=_CLOCK),
        notes=tuple(_notes(found, stages, given, open_ones, scope)),
        name="coverage",
        incomplete=found.incomplete,
        behind=(told,) if scope.asked.explain else (),
    )


def _is(period: Period) -> Callable[[Opening], bool]:
    return lambda one: one.period == period


def _over(period: Period, scope: Scope) -> Callable[[Opening], bool]:
    """Return what tells the periods before one that are over."""
    return lambda one: one.period != period and is_over(scope, one.period)


def _sum(entries: Sequence[Entry]) -> Decimal:
    return added(one.worth.amount for one in entries if one.worth.amount is not None)


def _deals(found: Conversion) -> tuple[str, ...]:
    return tuple(one.deal for one in found.members)


def _opening_table(
    found: Population, done: Sequence[tuple[Opening, Conversion]], left_out: Mapping[str, int], scope: Scope
) -> Table:
    home = pricing.home(found.pipeline, scope)
    return Table(
        title=f"What became of opening pipelines: {found.pipeline.name}",
        columns=_OPENING,
        rows=tuple(_opening_row(found, one, own, home, over=is_over(scope, one.period)) for one, own in done),
        facts=scope.facts("open on the first day", sum(len(own.members) for _, own in done), clock="recorded"),
        notes=tuple(f"{counted(number, 'deal')} left out: {why}" for why, number in sorted(left_out.items())),
        empty="nothing is known of the beginning of a period",
        name="coverage-opening",
        behind=tuple(_opening_behind(own) for _, own in done) if scope.asked.explain else (),
    )


def _opening_row(found: Population, one: Opening, own: Conversion, home: str, *, over: bool) -> tuple[Cell, ...]:
    return (
        found.pipeline.id, one.name, len(own.members), own.value, home,
        *(len(own.of(fate)) for fate in _SHARES),
        *(own.worth(fate) for fate in _SHARES),
        *(own.share(fate) for fate in _SHARES),
        *(own.share_of_deals(fate) for fate in _SHARES),
        times(own.needed()) if over else None,
    )  # fmt: skip


def _opening_behind(own: Conversion) -> Behind:
    every = _deals(own)
    told = {f"{name}_deals": tuple(one.deal for one in own.of(fate)) for fate, name in _SHARES.items()}
    return {"deals": every, "value": every, **told, **dict.fromkeys(_SHARES.values(), every)}


def _notes(
    found: Population,
    stages: set[str],
    given: Mapping[str, Decimal | Withheld],
    open_ones: Sequence[Entry],
    scope: Scope,
) -> Iterator[str]:
    if not qualified(found.pipeline):
        yield f"no stage of {found.pipeline.id} is marked qualified: every open one counts, and there is no coverage"
    elif not given:
        yield "nobody has a quota: add them to team.yaml"
    yield from quotas.notes(given)
    undated = sum(
        one.deal.expected_close is None and one.kind is Kind.OPEN and _stage_of(one, found) in stages
        for one in found.all
    )
    if undated:
        yield f"{counted(undated, 'open deal')} without an expected close: in no coverage"
    yield from pricing.notes([one.worth for one in open_ones], scope)
    yield from (note for note in found.notes if "left out" in note)


def _stage_of(entry: Entry, found: Population) -> str | None:
    stage = found.pipeline.stage(entry.deal.stage)
    return stage.id if stage else None
