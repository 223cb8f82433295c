"""What open deals are expected to bring, by the month in which they are due: weighted pipeline, forecast categories.

Population: open as of the moment; deals on hold are left out. Beside them the deals that were won in the month. Deals
whose expected_close is over stand apart as `overdue`, those without one as `no date`: they are in no month. With
`--period`, those that are due or were won in it, and those without a date. `--by` a text of the deals (owner, source,
currency, fields.NAME …) makes a row for each, `--by` week, quarter or year instead of months. Clock: expected_close
of the open deals, closed_on of the won ones. Years and quarters are those of the fiscal year.

Formula: weighted = the sum of value times probability: the deal's own, else its stage's; 0 is a value, and a deal
without one is counted. Expected = weighted + won. Category = the deal's own, else its stage's; `closed` are the deals
that are won. Roll-up `single`: each category by itself. `cumulative`: commit = commit + closed, best case = best case
+ commit + closed, pipeline = all of them but what is omitted. Currencies are never added: values are converted as in
the report pipeline.

With `--simulate RUNS` the future of the open deals is drawn so often. Each deal is won or not, and when, as those
were that the history shows in the same stage for longer than as many whole days, by the Aalen-Johansen incidence from
that age on (van Houwelingen 2007, Putter and Spitoni 2018): open deals are censored; losing, and leaving for another
pipeline, compete. A deal that is longer in its stage than five that were won or lost since is as those that stood
there the longest, and were not closed by its age. Where fewer than five of the stage were won or lost, the configured
probability stands in, on the day of expected_close; `no date` is what is so won on no known day. Deals are drawn
independently of each other, and as if times did not change: P10 to P90 span chance alone, which is too narrow where
many deals share one fate. P10: nine runs of ten bring as much or more. Expected is worked out, not drawn. Chance of
the quota = the runs that reach it with what was won already ÷ all runs. The same moment, commit and `--seed` print
the same.

With `--backtest N` the forecasts of the last N months that are over are made once more, at the end of the month
before each and by what was recorded by then alone, and held against what came of the deals that were open then. In
value: what was won of them by the end of the month, beside P10 to P90 and the expected value (measured), and beside
the weighted value of what was due in the month (configured); bias = Σ foretold ÷ Σ came − 1, MAPE = the mean of
|foretold − came| ÷ came. In probability: over the deals that are won or lost by now, counted once for each month at
whose end they were open, measured = won ÷ (won + lost) by the incidence at last, configured = the deal's own
probability, else its stage's, as they were written then; Brier score = the mean of (probability − 1 if won, else 0)²
(Brier 1950), bias = mean probability − share won, and the same by tenths of the probability. Below five no rate is
printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.table import Table
from pipecli.reports import due
from pipecli.reports.backtest import backtest
from pipecli.reports.forecast_rows import AMOUNTS, CATEGORIES, Rows, amounts, categories, columns
from pipecli.reports.simulation import simulation
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.reports.due import Due
    from pipecli.reports.forecast_rows import Line
    from pipecli.reports.scope import Scope

CLOCK = "expected_close"


def forecast(scope: Scope) -> tuple[Table, ...]:
    """Return two tables a pipeline: one row a month and currency, and the forecast categories of the same.

    Where a simulation is asked for, its tables follow. Raises `PipeError` for a period that cannot be read, for what
    divides no rows, and for too many runs.
    """
    _refuse_seed(scope)
    period, rows = scope.period(), Rows.asked(scope)
    if scope.asked.backtest:
        return backtest(scope, rows, scope.asked.backtest)
    deals = due.by_pipeline(scope)
    tables: list[Table] = []
    for pipeline in scope.pipelines():
        found = due.due(pipeline, deals.get(pipeline.id, ()), period, scope)
        lines = rows.lines(found, scope)
        tables += (_amounts(found, rows, lines, scope), _categories(found, rows, lines, scope))
    if scope.asked.simulate:
        tables += simulation(scope, rows, period)
    nothing = Table(
        "Forecast", columns(rows.columns(), AMOUNTS, ()), (), scope.facts("open as of", 0, clock=CLOCK), name="forecast"
    )
    return with_unplaced(tables, scope, nothing)


def _refuse_seed(scope: Scope) -> None:
    if scope.asked.seed is not None and not (scope.asked.simulate or scope.asked.backtest):
        message = "--seed means nothing without --simulate or --backtest"
        raise PipeError(message, hint="--simulate 1000 --seed 7", code=ExitCode.USAGE)


def _amounts(found: Due, rows: Rows, lines: Sequence[Line], scope: Scope) -> Table:
    cells = tuple(amounts(line) for line in lines)
    example = rows.example(lines)
    return Table(
        title=f"Forecast: {found.pipeline.name}",
        columns=columns(rows.columns(), AMOUNTS, (line.currency for line in lines)),
        rows=tuple((*line.key, *own) for line, (own, _) in zip(lines, cells, strict=True)),
        facts=scope.facts("open as of", len(found.standing), clock=CLOCK),
        notes=(*found.notes, *((example,) if example else ())),
        empty="no deal is open",
        name="forecast",
        incomplete=found.incomplete,
        behind=tuple(behind for _, behind in cells) if scope.asked.explain else (),
    )


def _categories(found: Due, rows: Rows, lines: Sequence[Line], scope: Scope) -> Table:
    cells = tuple((line, *one) for line in lines for one in categories(line))
    return Table(
        title=f"Forecast categories: {found.pipeline.name}",
        columns=columns(rows.columns(), CATEGORIES, (line.currency for line in lines)),
        rows=tuple((*line.key, *own) for line, own, _ in cells),
        facts=scope.facts("open as of", len(found.standing), clock=CLOCK),
        empty="no deal is open",
        name="forecast-categories",
        behind=tuple(behind for _, _, behind in cells) if scope.asked.explain else (),
    )
