"""Won and lost deals: win rate by count and by value, sizes and cycles, by period or fact; why deals were lost.

Population: closed in period, by the present state of the files: a deal that was reopened counts as what it is now.
Without `--period` all closed deals. `--by` a text of the deals (owner, source, fields.NAME …), or month, quarter,
year or week of closing; `stage` is the one from which a deal was closed. Open deals stand beside, and the cohort
close rate: won within so many days of creation ÷ created at least so long ago, of the `created` cohort (with a
period, of those created in it). Clock: the days written in the files. Years and quarters are those of the fiscal
year, which is named by the calendar year in which it begins.

Formula: win rate = won ÷ (won + lost), whatever the class of a loss; of decided = won ÷ (won + lost), without the
classes no_decision, unreachable, bad_fit and duplicate; by value = won value ÷ (won + lost value). Average and
median are of the won deals that have a value, be it 0. Cycle = median of closed - created, of the won deals. Time to
won = the time within which half of all deals are won, from creation on, by Kaplan-Meier (1958) with open and lost
ones censored; it and the open deals are of all time. Currencies are never added: values are converted as in the
report pipeline, with the last rate on or before the day of closing. Rates, means and medians of fewer than five
deals are withheld.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.table import Column, Table
from pipecli.reports.closings import populations
from pipecli.reports.cohorts import cohorts_table
from pipecli.reports.division import division
from pipecli.reports.groups import groups
from pipecli.reports.losses import NOT_GIVEN, losses_table
from pipecli.reports.tallies import columns, lines
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from pipecli.reports.closings import Population
    from pipecli.reports.division import Division
    from pipecli.reports.scope import Scope

CLOCK = "closed_on"

_PIPELINE = Column("pipeline", "pipeline", machine=True, key=True)


def won_lost(scope: Scope) -> tuple[Table, ...]:
    """Return four tables a pipeline: all together, by period or fact, why deals were lost, cohort close rates.

    Raises `PipeError` for a period that cannot be read, and for what divides no rows.
    """
    period = scope.period()
    divided = division(scope, period)
    tables: list[Table] = []
    for found in populations(scope, period):
        tables.append(_totals(found, scope))
        tables.append(_divided(found, divided, scope))
        tables.append(losses_table(found, scope))
        tables.append(cohorts_table(found, period, scope))
    nothing = Table(
        "Won and lost", (_PIPELINE, *columns(())), (), scope.facts("closed in period", 0, clock=CLOCK), name="won-lost"
    )
    return with_unplaced(tables, scope, nothing)


def _totals(found: Population, scope: Scope) -> Table:
    rows = list(lines(found, found.closed, found.all, scope))
    return Table(
        title=f"Won and lost: {found.pipeline.name}",
        columns=(_PIPELINE, *columns(row.cells for row in rows)),
        rows=tuple((found.pipeline.id, *row.cells) for row in rows),
        facts=scope.facts("closed in period", len(found.closed), clock=CLOCK),
        notes=found.notes,
        name="won-lost",
        incomplete=found.incomplete,
        behind=tuple(row.behind for row in rows) if scope.asked.explain else (),
    )


def _divided(found: Population, divided: Division, scope: Scope) -> Table:
    members = groups(found, divided, scope)
    rows = [(name, row) for name, closed, beside in members for row in lines(found, closed, beside, scope)]
    example = divided.example([name for name, _, _ in members if name])
    named = (Column("by", "by", machine=True, key=True), Column("group", divided.name, key=True))
    return Table(
        title=f"Won and lost by {divided.name}: {found.pipeline.name}",
        columns=(_PIPELINE, *named, *columns(row.cells for _, row in rows)),
        rows=tuple((found.pipeline.id, divided.name, name or NOT_GIVEN, *row.cells) for name, row in rows),
        facts=scope.facts("closed in period", len(found.closed), clock=CLOCK),
        notes=(example,) if example else (),
        empty="no deal was closed",
        name="won-lost-by",
        behind=tuple(row.behind for _, row in rows) if scope.asked.explain else (),
    )
