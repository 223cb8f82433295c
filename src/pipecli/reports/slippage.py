"""Deals that were put off: how often the expected close was moved later, how far, and out of the period.

Population: the deals that were expected to close at some day in the period: a day was written by its end, and they were
not closed before it began; without `--period` all deals that ever had one. `--by` a text of the deals (source, company,
fields.NAME …), stage (from which a deal was closed, or where it is) or value (its band); without it by owner and by
stage. Clock: recorded, that is when a day was committed; the pushes that count were written in the period.

Formula: push = `expected_close` moved later; several edits on one day by one person are one, an earlier day is no push,
and a day that was removed and written again is held against the one before. Slip = a push from a day inside the period
to one after it; without `--period`, out of the fiscal quarter of the day. Pushed, slipped = deals; their shares are of
the deals of the row. Days = how far the pushes moved a deal, all together; the median is over the deals that were
pushed. Shares and medians of fewer than five deals are withheld. Currencies are never added.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.money import added
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.table import Column, Table, Type
from pipecli.metrics.average import median
from pipecli.metrics.sample import floored, rate
from pipecli.reports import pricing
from pipecli.reports.closings import populations
from pipecli.reports.division import division
from pipecli.reports.explained import behind, cells, ids
from pipecli.reports.groups import grouped, naming, rank
from pipecli.reports.groups import label as named
from pipecli.reports.losses import NOT_GIVEN
from pipecli.reports.put_off import CLOCK, POPULATION, Promised, promised, put_off
from pipecli.reports.stages import counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.reports.closings import Population
    from pipecli.reports.explained import Row
    from pipecli.reports.scope import Scope

_EXAMPLES = "owner, source, stage, value, company, fields.NAME"
_PIPELINE = Column("pipeline", "pipeline", machine=True, key=True)
_CURRENCY = Column("currency", "currency", priority=4, key=True)
_FIGURES = (
    Column("deals", "deals", Type.INTEGER),
    Column("pushes", "pushes", Type.INTEGER),
    Column("pushed", "pushed", Type.INTEGER),
    Column("pushed_rate", "pushed share", Type.SHARE, priority=2),
    Column("median", "median", Type.DAYS, priority=3),
    Column("days", "days", Type.DAYS, machine=True),
    Column("slips", "slips", Type.INTEGER, machine=True),
    Column("slipped", "slipped", Type.INTEGER),
    Column("slipped_rate", "slipped share", Type.SHARE, priority=2),
    Column("slipped_value", "slipped value", Type.MONEY, priority=2),
    _CURRENCY,
)


def slippage(scope: Scope) -> tuple[Table, ...]:
    """Return for each pipeline a table by what divides the deals, or two, and one of the deals that were put off most.

    Raises `PipeError` for a period that cannot be read, and for what divides no deals.
    """
    period, by = scope.period(), _divisions(scope)
    tables: list[Table] = []
    for found in populations(scope, None):
        known = list(promised(found, period, scope))
        tables += [_table(found, known, name, scope) for name in by]
        tables.append(put_off(found.pipeline, known, scope))
    nothing = Table("Slippage", (_PIPELINE, *_FIGURES), (), scope.facts(POPULATION, 0, clock=CLOCK), name="slippage")
    return with_unplaced(tables, scope, nothing)


def _divisions(scope: Scope) -> Sequence[str]:
    if scope.asked.by is None:
        return ("owner", "stage")
    by = division(scope, None, _EXAMPLES, bands=True)
    if by.unit:
        message = f"--by {by.name} divides no promises"
        raise PipeError(message, hint=f"--by {_EXAMPLES}; a period: --period 2026-Q4", code=ExitCode.USAGE)
    return (by.name,)


def _table(found: Population, known: Sequence[Promised], by: str, scope: Scope) -> Table:
    of, home = naming(found.pipeline, by, scope), pricing.home(found.pipeline, scope)
    those = {one.deal.id: one for one in known}
    groups = grouped([one.entry for one in known], of)
    order = sorted(groups, key=lambda key: rank(key, len(groups[key]), by, found.pipeline, home))
    rows = [
        ((found.pipeline.id, by, named(key) or NOT_GIVEN, *row), told)
        for key in order
        for row, told in _lines([those[entry.deal.id] for entry in groups[key]], home)
    ]
    several = len({row[-1] for row in cells(rows)}) > 1
    figures = (*_FIGURES[:-1], replace(_CURRENCY, priority=1)) if several else _FIGURES
    return Table(
        title=f"Slippage by {by}: {found.pipeline.name}",
        columns=(_PIPELINE, Column("group_by", "by", machine=True, key=True), Column("group", by, key=True), *figures),
        rows=cells(rows),
        facts=scope.facts(POPULATION, len(known), clock=CLOCK),
        notes=tuple(_notes(found, known, scope)),
        empty="no deal was expected to close",
        name="slippage",
        incomplete=found.incomplete,
        behind=behind(rows, scope),
    )


def _lines(group: Sequence[Promised], home: str) -> Iterator[Row]:
    """Yield the rows of a group, one a currency."""
    for currency in pricing.lines((one.entry.worth.currency for one in group), home):
        line = [one for one in group if one.entry.worth.currency == currency]
        yield _figures(line, currency)


def _figures(line: Sequence[Promised], currency: str) -> Row:
    pushed, slipped = [one for one in line if one.moved.pushes], [one for one in line if one.moved.slips]
    lengths = [one.moved.length for one in pushed]
    row = (
        len(line), sum(len(one.moved.pushes) for one in line), len(pushed), rate(len(pushed), len(line)),
        floored(len(pushed), lambda: median(lengths)), sum(lengths[1:], lengths[0]) if lengths else None,
        sum(len(one.moved.slips) for one in line), len(slipped), rate(len(slipped), len(line)),
        added(one.entry.worth.amount for one in slipped if one.entry.worth.amount is not None), currency,
    )  # fmt: skip
    return row, {
        "deals": ids(line), "pushed_rate": ids(line), "slipped_rate": ids(line), "slipped": ids(slipped),
        "slipped_value": ids(slipped), **dict.fromkeys(("pushed", "median", "days"), ids(pushed)),
        "pushes": tuple(one.deal.id for one in line for _ in one.moved.pushes),
        "slips": tuple(one.deal.id for one in line for _ in one.moved.slips),
    }  # fmt: skip


def _notes(found: Population, known: Sequence[Promised], scope: Scope) -> Iterator[str]:
    never = sum(not one.closed and one.deal.id not in scope.promises for one in found.all)
    if never:
        yield f"{counted(never, 'open deal')} never had an expected close"
    yield from pricing.notes([one.entry.worth for one in known if one.moved.slips], scope)
    yield from (note for note in found.notes if "that the pipeline lacks" in note)
