"""Where deals come from: how many of each source were qualified and won, what they brought, and what they cost.

Population: created, qualified and conversion are of the `created` cohort, with `--period` those created in it; won, win
rate, cycle and won value are of the deals closed in it, whenever they were created. Clock: the days written in the
files; qualified, by the history, too. Spend is that of the months (or whatever spend.yaml names) wholly in the period.

Formula: qualified = reached the first stage marked `qualified`, or one after it. Conversion = won ÷ created; deals
that are still open are in it, so that it is low while a cohort is young. Win rate, cycle: as in won-lost. CAC = spend
of the channel ÷ deals won from the source of the same name; a customer is a won deal. LTV : CAC, with LTV = revenue of
an account a year × gross margin ÷ yearly churn, by `unit_economics` in pipe.yaml. Spend on what is the source of no
deal is attributed to none; all spend ÷ all customers is the CAC of all. Where there are several pipelines, spend is
held against one only when `--pipeline` names it. Rates and means of fewer than five deals are withheld.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.table import Column, Table, Type
from pipecli.metrics.planned import spent
from pipecli.metrics.sample import rate
from pipecli.metrics.win import Tally
from pipecli.reports.channels import Source, cost_tables
from pipecli.reports.closings import populations
from pipecli.reports.explained import behind, cells, ids
from pipecli.reports.losses import NOT_GIVEN
from pipecli.reports.qualified import NO_QUALIFIED, qualified, reached
from pipecli.reports.stages import counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipecli.core.calendar import Period
    from pipecli.core.table import Cell
    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.explained import Row
    from pipecli.reports.scope import Scope

_PIPELINE = Column("pipeline", "pipeline", machine=True, key=True)
_SOURCE = Column("source", "source", key=True)
_COLUMNS = (
    _PIPELINE,
    _SOURCE,
    Column("created", "created", Type.INTEGER, priority=2),
    Column("qualified", "qualified", Type.INTEGER, priority=3),
    Column("qualified_rate", "of created", Type.SHARE, priority=2),
    Column("cohort_open", "still open", Type.INTEGER, priority=4),
    Column("cohort_won", "won of them", Type.INTEGER, machine=True),
    Column("conversion", "conversion", Type.SHARE),
    Column("won", "won", Type.INTEGER),
    Column("lost", "lost", Type.INTEGER, priority=3),
    Column("win_rate", "win rate", Type.SHARE),
    Column("cycle", "cycle", Type.DAYS, priority=2),
    Column("cycle_n", "won deals with a cycle", Type.INTEGER, machine=True),
)
_CLOCK = "created, closed_on"


def sources(scope: Scope) -> tuple[Table, ...]:
    """Return for each pipeline a table of what became of the deals, one of what they brought and cost, one of spend.

    Raises `PipeError` for a period that cannot be read.
    """
    period = scope.period()
    found = spent(scope.workspace.spend, period, scope.workspace.settings.fiscal_year_starts)
    tables: list[Table] = []
    for one in populations(scope, period):
        rows = _sources(one, period)
        tables.append(_deals(one, rows, period, scope))
        tables += cost_tables(one, rows, found, scope)
    nothing = Table("Sources", _COLUMNS, (), scope.facts("created", 0, clock=_CLOCK), name="sources")
    return with_unplaced(tables, scope, nothing)


def _sources(found: Population, period: Period | None) -> Sequence[Source]:
    """Return the sources, the one with the most deals first, those without a source last."""
    created, closed = (
        _by_source(one for one in found.all if period is None or _within(one, period)),
        _by_source(found.closed),
    )
    sizes = {name: len(some) for name, some in _by_source(found.all).items()}
    names = sorted(sizes, key=lambda name: (name is None, -sizes[name], name or ""))
    return [Source(name, created.get(name, ()), closed.get(name, ())) for name in names]


def _within(entry: Entry, period: Period) -> bool:
    return entry.deal.created is not None and entry.deal.created in period


def _by_source(entries: Iterable[Entry]) -> Mapping[str | None, Sequence[Entry]]:
    groups: dict[str | None, list[Entry]] = {}
    for one in entries:
        groups.setdefault(one.deal.source, []).append(one)
    return groups


def _deals(found: Population, rows: Sequence[Source], period: Period | None, scope: Scope) -> Table:
    marked = bool(qualified(found.pipeline))
    those = reached(found.pipeline, (one.deal for one in found.all), scope.visits) if marked else None
    told = [_deal_row(found, one, those) for one in rows if one.created or one.closed]
    unborn = sum(one.deal.created is None for one in found.all) if period else 0
    note = f"{counted(unborn, 'deal')} in no cohort: without a day of creation"
    return Table(
        title=f"Sources: {found.pipeline.name}",
        columns=_COLUMNS,
        rows=cells(told),
        facts=scope.facts("created, and closed in period", sum(len(one.created) for one in rows), clock=_CLOCK),
        notes=(*found.notes, note) if unborn else found.notes,
        empty="no deal",
        name="sources",
        incomplete=found.incomplete,
        behind=behind(told, scope),
    )


def _deal_row(found: Population, one: Source, those: set[str] | None) -> Row:
    created, won = len(one.created), [entry for entry in one.created if entry.won]
    tally = Tally(tuple(entry.closing() for entry in one.closed))
    good = [] if those is None else [entry for entry in one.created if entry.deal.id in those]
    row: tuple[Cell, ...] = (
        found.pipeline.id, one.name or NOT_GIVEN, created,
        NO_QUALIFIED if those is None else len(good), NO_QUALIFIED if those is None else rate(len(good), created),
        sum(not entry.closed for entry in one.created), len(won), rate(len(won), created),
        tally.count(won=True), tally.count(won=False), tally.rate(), tally.cycle(won=True), len(tally.cycles(won=True)),
    )  # fmt: skip
    return row, {
        "created": ids(one.created), "qualified": ids(good), "qualified_rate": ids(one.created),
        "cohort_open": ids(entry for entry in one.created if not entry.closed), "cohort_won": ids(won),
        "conversion": ids(one.created), "won": ids(one.won), "win_rate": ids(one.closed),
        "lost": ids(entry for entry in one.closed if not entry.won),
        **dict.fromkeys(("cycle", "cycle_n"), ids(entry for entry in one.won if entry.closing().cycle is not None)),
    }  # fmt: skip
