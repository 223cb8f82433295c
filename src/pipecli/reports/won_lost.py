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
from pipecli.reports.closings import left_from, population
from pipecli.reports.cohorts import cohorts_table
from pipecli.reports.division import division, fact
from pipecli.reports.losses import NOT_GIVEN, losses_table
from pipecli.reports.tallies import columns, lines
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal
    from pipecli.reports.closings import Entry, Population
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
    deals: dict[str, list[Deal]] = {}
    for deal in scope.workspace.deals.values():
        deals.setdefault(deal.pipeline, []).append(deal)
    tables: list[Table] = []
    for pipeline in scope.pipelines():
        found = population(pipeline, deals.get(pipeline.id, ()), period, scope)
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
    groups = _groups(found, divided, scope)
    rows = [(name, row) for name, closed, beside in groups for row in lines(found, closed, beside, scope)]
    example = divided.example([name for name, _, _ in groups if name])
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


Group = tuple[str | None, "Sequence[Entry]", "Sequence[Entry] | None"]
"""A row's name, None where it is not given; its closed deals; all of its deals, None for a period of closing."""


def _groups(found: Population, divided: Division, scope: Scope) -> list[Group]:
    """Return the groups: periods and stages in their order; else those with the most closed deals first.

    A period in which nothing was closed, between others, is among them.
    """
    if divided.unit:
        days = [one.deal.closed_on for one in found.closed]
        closed = _grouped(found.closed, lambda one: divided.of_day(one.deal.closed_on))
        names = [*divided.in_order(day for day in days if day), *([None] if None in closed else [])]
        return [(name, closed.get(name, ()), None) for name in names]
    of = _naming(found, divided.name, scope)
    closed, beside = _grouped(found.closed, of), _grouped(found.all, of)
    stage = found.pipeline.index if divided.name == "stage" else lambda _: 0
    order = sorted(closed, key=lambda name: (name is None, stage(name or ""), -len(closed[name]), name))
    return [(name, closed[name], beside[name]) for name in order]


def _naming(found: Population, name: str, scope: Scope) -> Callable[[Entry], str | None]:
    """Return what names the row of a deal; a stage is the one from which it was closed, or where it is."""
    if name != "stage":
        context = scope.context()
        return lambda one: fact(one.deal, name, context)
    left = left_from(found.pipeline, scope.visits)
    return lambda one: _present_id(found.pipeline, one.last_stage(left))


def _present_id(pipeline: Pipeline, word: str | None) -> str | None:
    """Return the id of a stage that may be named by a former one."""
    stage = pipeline.stage(word) if word else None
    return stage.id if stage else word


def _grouped(entries: Iterable[Entry], of: Callable[[Entry], str | None]) -> Mapping[str | None, Sequence[Entry]]:
    groups: dict[str | None, list[Entry]] = {}
    for one in entries:
        groups.setdefault(of(one), []).append(one)
    return groups
