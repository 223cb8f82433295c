"""What open deals are expected to bring, by the month in which they are due: weighted pipeline, forecast categories.

Population: open as of the moment; deals on hold are left out. Beside them the deals that were won in the month. Deals
whose expected_close is over stand apart as `overdue`, those without one as `no date`: they are in no month. With
`--period`, those that are due or were won in it, and those without a date. `--by` a text of the deals (owner, source,
currency, fields.NAME …) makes a row for each, `--by` week, quarter or year instead of months. Clock: expected_close of
the open deals, closed_on of the won ones. Years and quarters are those of the fiscal year.

Formula: weighted = the sum of value times probability: the deal's own, else its stage's; 0 is a value, and a deal
without one is counted. Expected = weighted + won. Category = the deal's own, else its stage's; `closed` are the deals
that are won. Roll-up `single`: each category by itself. `cumulative`: commit = commit + closed, best case = best case +
commit + closed, pipeline = all of them but what is omitted. Currencies are never added: values are converted as in the
report pipeline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.table import Table
from pipecli.reports import due
from pipecli.reports.forecast_rows import AMOUNTS, CATEGORIES, Rows, amounts, categories, columns
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from pipecli.reports.due import Due
    from pipecli.reports.scope import Scope

CLOCK = "expected_close"


def forecast(scope: Scope) -> tuple[Table, ...]:
    """Return two tables a pipeline: one row a month and currency, and the forecast categories of the same.

    Raises `PipeError` for a period that cannot be read, and for what divides no rows.
    """
    period, rows = scope.period(), Rows.asked(scope)
    deals = due.by_pipeline(scope)
    tables: list[Table] = []
    for pipeline in scope.pipelines():
        found = due.due(pipeline, deals.get(pipeline.id, ()), period, scope)
        tables.append(_amounts(found, rows, scope))
        tables.append(_categories(found, rows, scope))
    nothing = Table(
        "Forecast", columns(rows, AMOUNTS, ()), (), scope.facts("open as of", 0, clock=CLOCK), name="forecast"
    )
    return with_unplaced(tables, scope, nothing)


def _amounts(found: Due, rows: Rows, scope: Scope) -> Table:
    lines = rows.lines(found, scope)
    cells = tuple(amounts(line) for line in lines)
    example = rows.example(lines)
    return Table(
        title=f"Forecast: {found.pipeline.name}",
        columns=columns(rows, AMOUNTS, lines),
        rows=tuple((*line.key, *own) for line, (own, _) in zip(lines, cells, strict=True)),
        facts=scope.facts("open as of", len(found.standing), clock=CLOCK),
        notes=(*found.notes, *((example,) if example else ())),
        empty="no deal is open",
        name="forecast",
        incomplete=found.incomplete,
        behind=tuple(behind for _, behind in cells) if scope.asked.explain else (),
    )


def _categories(found: Due, rows: Rows, scope: Scope) -> Table:
    lines = rows.lines(found, scope)
    cells = tuple((line, *one) for line in lines for one in categories(line))
    return Table(
        title=f"Forecast categories: {found.pipeline.name}",
        columns=columns(rows, CATEGORIES, lines),
        rows=tuple((*line.key, *own) for line, own, _ in cells),
        facts=scope.facts("open as of", len(found.standing), clock=CLOCK),
        empty="no deal is open",
        name="forecast-categories",
        behind=tuple(behind for _, _, behind in cells) if scope.asked.explain else (),
    )
