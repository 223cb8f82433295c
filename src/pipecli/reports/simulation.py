"""The tables of a simulated forecast: what is won by month, in total, and of the quotas."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.money import rounded
from pipecli.core.table import Cell, Column, Table, Type
from pipecli.metrics.forecast import weighted
from pipecli.metrics.simulation import QUANTILES, so_far
from pipecli.reports.chances import quotas_table
from pipecli.reports.drawing import draw, groups
from pipecli.reports.due import UNDATED
from pipecli.reports.forecast_rows import columns, in_order
from pipecli.reports.odds import Source
from pipecli.reports.slices import LATER

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from pipecli.core.calendar import Period
    from pipecli.metrics.forecast import Stake
    from pipecli.reports.drawing import Drawing
    from pipecli.reports.due import Due
    from pipecli.reports.forecast_rows import Rows
    from pipecli.reports.odds import AllOdds, Odds
    from pipecli.reports.scope import Scope
    from pipecli.reports.slices import Slices

POPULATION = "open as of"
_LEAST = 0.005
"""What is expected to bring less than that brings nothing."""

_FIGURES = (
    Column("expected", "expected", Type.MONEY, priority=2),
    Column("p10", "P10", Type.MONEY),
    Column("p50", "P50", Type.MONEY),
    Column("p90", "P90", Type.MONEY),
    Column("weighted", "weighted", Type.MONEY, priority=3),
)
_SO_FAR = tuple(Column(f"cumulative_p{share}", f"P{share} so far", Type.MONEY, machine=True) for share in (10, 50, 90))
_MONTHLY = (*_FIGURES, *_SO_FAR)
_TOTAL = (
    Column("deals", "deals", Type.INTEGER, priority=2),
    Column("measured", "measured", Type.INTEGER, priority=3),
    Column("configured", "configured", Type.INTEGER, priority=3),
    *_FIGURES,
)

Row = tuple[tuple["Cell", ...], "Mapping[str, Sequence[str]]"]
Group = tuple[tuple["Cell", ...], "Sequence[Odds]"]


def simulation(scope: Scope, rows: Rows, period: Period | None) -> tuple[Table, ...]:
    """Return two tables a pipeline, what is won by month and in total, and one of the quotas where there are some.

    Raises `PipeError` for too many runs.
    """
    drawn = draw(scope, rows, period)
    tables = [table for found, every in drawn.pipelines for table in _tables(found, every, drawn, rows, scope)]
    return (*tables, quotas_table(drawn.quotas, drawn, scope)) if drawn.quotas else tuple(tables)


def _tables(found: Due, every: AllOdds, drawn: Drawing, rows: Rows, scope: Scope) -> Iterator[Table]:
    by_group = groups(every, rows, scope)
    order = [(group, by_group[group]) for group in in_order({group: len(some) for group, some in by_group.items()})]
    facts = (*scope.facts(POPULATION, len(found.standing)), *drawn.facts)
    monthly = [row for one in order for row in _monthly(found, one, drawn)]
    yield Table(
        title=f"Simulated forecast: {found.pipeline.name}",
        columns=columns(rows.columns(), _MONTHLY, (str(group[-1]) for group in by_group)),
        rows=tuple(row for row, _ in monthly),
        facts=facts,
        notes=(*found.notes, *every.notes),
        empty="no time to come in the period, or nothing to be won" if order else "no deal is open",
        name="forecast-simulation",
        incomplete=found.incomplete,
        behind=tuple(behind for _, behind in monthly) if scope.asked.explain else (),
    )
    total = [_total(found, one, drawn) for one in order]
    yield Table(
        title=f"Simulated forecast in total: {found.pipeline.name}",
        columns=columns(rows.columns()[:-1], _TOTAL, (str(group[-1]) for group in by_group)),
        rows=tuple(row for row, _ in total),
        facts=facts,
        empty="no deal is open",
        name="forecast-simulation-total",
        behind=tuple(behind for _, behind in total) if scope.asked.explain else (),
    )


def _monthly(found: Due, group: Group, drawn: Drawing) -> Iterator[Row]:
    """Yield the rows of one group and currency, up to the last in which anything is due or can be won."""
    (*named, currency), every = group
    line, due_in = (found.pipeline.id, *named, currency), _due_in(every, drawn.slices)
    shown = _shown(line, due_in, drawn)
    sums = so_far([drawn.sums(line, drawn.slices.named(name)) for name in shown])
    behind = dict.fromkeys((column.name for column in _MONTHLY), tuple(one.entry.deal.id for one in every))
    for name, up_to in zip(shown, sums, strict=True):
        figures = _figures(line, drawn.slices.named(name), drawn)
        cumulated = [up_to.quantile(share) for share in QUANTILES]
        yield (found.pipeline.id, *named, name, currency, *figures, weighted(due_in.get(name, ())), *cumulated), behind


def _due_in(every: Iterable[Odds], cut: Slices) -> Mapping[str | None, Sequence[Stake]]:
    """Return what is at stake by the row in which it is due; None for what is due in no row."""
    found: dict[str | None, list[Stake]] = {}
    for one in every:
        found.setdefault(cut.row_of(one.entry.day), []).append(one.entry.stake)
    return found


def _shown(line: tuple[Cell, ...], due_in: Container[str | None], drawn: Drawing) -> Sequence[str]:
    cut, apart = drawn.slices, (LATER, UNDATED)
    used = {name for name in cut.rows() if name in due_in or drawn.expected(line, cut.named(name)) >= _LEAST}
    dated = [name for name in cut.rows() if name not in apart]
    last = max((at for at, name in enumerate(dated) if name in used), default=-1)
    return [*dated[: last + 1], *(name for name in apart if name in used)]


def _total(found: Due, group: Group, drawn: Drawing) -> Row:
    (*named, currency), every = group
    line = (found.pipeline.id, *named, currency)
    places = [at for at, name in enumerate(drawn.slices.names) if name is not None]
    ids = {source: tuple(one.entry.deal.id for one in every if one.source is source) for source in Source}
    counts = (len(every), len(ids[Source.MEASURED]), len(ids[Source.CONFIGURED]))
    weights = weighted(one for name, some in _due_in(every, drawn.slices).items() if name is not None for one in some)
    all_ids = tuple(one.entry.deal.id for one in every)
    behind = {"deals": all_ids, "measured": ids[Source.MEASURED], "configured": ids[Source.CONFIGURED]}
    cells = (found.pipeline.id, *named, currency, *counts, *_figures(line, places, drawn), weights)
    return cells, {**behind, **{column.name: all_ids for column in _FIGURES}}


def _figures(line: tuple[Cell, ...], places: Sequence[int], drawn: Drawing) -> tuple[Cell, ...]:
    """Return what is expected, P10, P50 and P90 of what is won in some slices."""
    sums = drawn.sums(line, places)
    expected = rounded(Fraction(drawn.expected(line, places)), str(line[-1]))
    return (expected, *(sums.quantile(share) for share in QUANTILES))
