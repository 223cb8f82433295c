"""Sales velocity: how much is won a day, with the four figures that it is made of; a line for each currency.

Population: closed in period, by the present state of the files; without `--period` all closed deals. The open deals
are those in qualified stages now, or at the end of a period that is over, as the visits tell: open stages from the
first one on that is marked `qualified: true`. Clock: the days written in the files; for the end of a period, that of
the visits.

Formula: velocity = open qualified deals x win rate x average won value ÷ cycle in days = money a day. Win rate = won ÷
(won + lost); average = mean of the won deals that have a value, be it 0; cycle = median of closed - created, of the won
deals. All four share period, pipeline, filter and currency. Where one of them rests on fewer than five deals it is
withheld, and so is the velocity; also where no stage is marked, and where the cycle is 0 days. Currencies are never
added: values are converted as in the report pipeline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.reports.closings import population
from pipecli.reports.paces import paces
from pipecli.reports.qualified import open_qualified
from pipecli.reports.stages import counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal
    from pipecli.reports.closings import Population
    from pipecli.reports.paces import Pace
    from pipecli.reports.scope import Scope

CLOCK = "closed_on"
_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("currency", "currency", key=True),
    Column("open", "qualified", Type.INTEGER, priority=3),
    Column("won", "won", Type.INTEGER, priority=4),
    Column("lost", "lost", Type.INTEGER, priority=4),
    Column("win_rate", "win rate", Type.SHARE, priority=2),
    Column("average", "average won", Type.MONEY, priority=2),
    Column("average_n", "won deals with a value", Type.INTEGER, machine=True),
    Column("cycle", "cycle", Type.DAYS, priority=3),
    Column("cycle_n", "won deals with a cycle", Type.INTEGER, machine=True),
    Column("velocity", "velocity a day", Type.MONEY),
)


def velocity(scope: Scope) -> tuple[Table, ...]:
    """Return one table a pipeline, one row a currency. Raises `PipeError` for a period that cannot be read."""
    deals: dict[str, list[Deal]] = {}
    for deal in scope.workspace.deals.values():
        deals.setdefault(deal.pipeline, []).append(deal)
    period = scope.period()
    tables = [_table(population(one, deals.get(one.id, ()), period, scope), scope) for one in scope.pipelines()]
    facts = scope.facts("closed in period", 0, clock=CLOCK)
    return with_unplaced(tables, scope, Table("Sales velocity", _COLUMNS, (), facts, name="velocity"))


def _table(found: Population, scope: Scope) -> Table:
    lines = list(paces(found, scope.period(), scope))
    return Table(
        title=f"Sales velocity: {found.pipeline.name}",
        columns=_COLUMNS,
        rows=tuple(_row(found.pipeline, line) for line in lines),
        facts=scope.facts("closed in period", len(found.closed), clock=CLOCK),
        notes=(*found.notes, *_gone(found, scope)),
        name="velocity",
        incomplete=found.incomplete,
        behind=tuple(line.behind() for line in lines) if scope.asked.explain else (),
    )


def _row(pipeline: Pipeline, line: Pace) -> tuple[Cell, ...]:
    inputs, tally = line.velocity, line.tally
    return (
        pipeline.id,
        line.currency,
        inputs.open_deals,
        tally.count(won=True),
        tally.count(won=False),
        inputs.win_rate,
        inputs.average,
        len(tally.amounts(won=True)),
        inputs.cycle,
        len(tally.cycles(won=True)),
        inputs.a_day(),
    )


def _gone(found: Population, scope: Scope) -> Iterator[str]:
    standing = open_qualified(found.pipeline, scope.period(), scope)
    if not isinstance(standing, Withheld):
        gone = len(set(standing).difference(one.deal.id for one in found.all))
        if gone:
            yield f"{counted(gone, 'deal')} open then left out: removed since, in another pipeline now, or not readable"
