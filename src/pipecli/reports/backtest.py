"""The tables of forecasts that are held against what came: by month, in value, in probability."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import fsum
from typing import TYPE_CHECKING

from pipecli.core.money import added, rounded
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.metrics.forecast import weighted
from pipecli.metrics.sample import floored, rate
from pipecli.metrics.score import Foretold, bias, errors
from pipecli.metrics.simulation import QUANTILES
from pipecli.reports import pricing
from pipecli.reports.replay import facts, replayed
from pipecli.reports.scores import scores_tables
from pipecli.reports.stages import counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.reports.forecast_rows import Rows
    from pipecli.reports.replay import Past
    from pipecli.reports.scope import Scope

_NOTHING_CAME = Withheld("nothing came")
_WAYS = ("measured", "configured")

_PIPELINE = Column("pipeline", "pipeline", machine=True, key=True)
_CURRENCY = Column("currency", "currency", priority=4, key=True)
_MONTHS = (
    _PIPELINE,
    Column("month", "month", key=True),
    Column("at", "made on", Type.DAY, priority=5),
    _CURRENCY,
    Column("deals", "deals", Type.INTEGER, priority=3),
    Column("weighted", "weighted", Type.MONEY, priority=2),
    Column("expected", "expected", Type.MONEY, priority=2),
    Column("p10", "P10", Type.MONEY),
    Column("p50", "P50", Type.MONEY, priority=4),
    Column("p90", "P90", Type.MONEY),
    Column("won", "won", Type.INTEGER, priority=5),
    Column("came", "came", Type.MONEY),
    Column("inside", "inside", Type.FLAG),
)
_VALUES = (
    _PIPELINE,
    Column("odds", "odds", key=True),
    _CURRENCY,
    Column("months", "months", Type.INTEGER),
    Column("foretold", "foretold", Type.MONEY),
    Column("came", "came", Type.MONEY),
    Column("bias", "bias", Type.SHARE),
    Column("mape", "MAPE", Type.SHARE),
    Column("inside", "inside P10-P90", Type.SHARE),
)


@dataclass(frozen=True, slots=True)
class _Month:
    """One past forecast in one currency, and what came: `figures` are P10, P50 and P90."""

    past: Past
    currency: str
    deals: tuple[str, ...]
    weighted: Decimal | Withheld | None
    expected: Decimal
    figures: tuple[Decimal | Withheld, ...]
    won: tuple[str, ...]
    came: Decimal

    @property
    def inside(self) -> bool | None:
        """Whether what came is from P10 to P90."""
        low, _, high = self.figures
        return None if isinstance(low, Withheld) or isinstance(high, Withheld) else low <= self.came <= high

    def foretold(self, way: str) -> Foretold:
        """Return what was foretold by one way, beside what came; what has no probability foretold nothing."""
        likely = self.weighted if isinstance(self.weighted, Decimal) else Decimal(0)
        return Foretold(float(self.expected if way == "measured" else likely), float(self.came))

    def cells(self) -> tuple[Cell, ...]:
        """Return the cells of `_MONTHS`."""
        past = self.past
        key = (past.pipeline, f"{past.month.first:%Y-%m}", past.at.date(), self.currency)
        figures = (self.weighted, self.expected, *self.figures, len(self.won), self.came)
        return (*key, len(self.deals), *figures, self.inside)


def backtest(scope: Scope, rows: Rows, number: int) -> tuple[Table, ...]:
    """Return four tables a pipeline: past forecasts by month, how good they were in value, in probability, by decile.

    Raises `PipeError` for what cannot be asked together, and where there is no history.
    """
    for option in ("period", "by"):
        if option in scope.asked.given():
            message = f"--{option} means nothing to --backtest"
            raise PipeError(message, hint="leave it out; --as-of sets the last month", code=ExitCode.USAGE)
    past = replayed(scope, rows, number)
    tables: list[Table] = []
    for pipeline in scope.pipelines():
        own = [one for one in past if one.pipeline == pipeline.id]
        found = [month for one in own for month in _months(one, pipeline, scope)]
        tables.append(_months_table(pipeline, found, len(own) < number, scope))
        tables.append(_values_table(pipeline, found, scope))
        tables += scores_tables(pipeline, own, scope)
    nothing = Table("Past forecasts", _MONTHS, (), facts(scope, 0), name="forecast-backtest")
    return with_unplaced(tables, scope, nothing)


def _months(past: Past, pipeline: Pipeline, scope: Scope) -> Iterator[_Month]:
    won = past.won()
    entries = [one.entry for one in past.odds]
    currencies = {one.worth.currency for one in entries} | {worth.currency for _, worth in won}
    places = past.drawing.slices.within(past.month)
    for currency in pricing.lines(currencies, pricing.home(pipeline, scope)):
        own = [one for one in entries if one.worth.currency == currency]
        line = (past.pipeline, currency)
        drawn = past.drawing.sums(line, places)
        came = [(deal, worth.amount or Decimal(0)) for deal, worth in won if worth.currency == currency]
        yield _Month(
            past,
            currency,
            tuple(one.deal.id for one in own),
            weighted(one.stake for one in own if one.day and one.day in past.month),
            rounded(Fraction(past.drawing.expected(line, places)), currency),
            tuple(drawn.quantile(share) for share in QUANTILES),
            tuple(deal for deal, _ in came),
            added(amount for _, amount in came),
        )


def _months_table(pipeline: Pipeline, found: Sequence[_Month], short: bool, scope: Scope) -> Table:
    foretold = ("deals", "weighted", "expected", "p10", "p50", "p90")
    behind = tuple({**dict.fromkeys(foretold, one.deals), "won": one.won, "came": one.won} for one in found)
    return Table(
        title=f"Past forecasts: {pipeline.name}",
        columns=columns(_MONTHS, found),
        rows=tuple(one.cells() for one in found),
        facts=facts(scope, sum(len(one.deals) for one in found)),
        notes=tuple(_notes(short, scope)),
        empty="the history does not reach back to the end of the month before the last",
        name="forecast-backtest",
        behind=behind if scope.asked.explain else (),
    )


def columns(every: Iterable[Column], found: Iterable[_Month]) -> tuple[Column, ...]:
    """Return the columns; where the rows are of several currencies, that column is always shown."""
    several = len({one.currency for one in found}) > 1
    return tuple(replace(one, priority=1) if several and one.name == "currency" else one for one in every)


def _notes(short: bool, scope: Scope) -> Iterator[str]:
    yield "what came is of the deals that were open when the forecast was made: deals that came up later are in neither"
    if short:
        yield "the history does not reach back further"
    if scope.where:
        yield "the deals were chosen by what is in the files now, which no forecast could know"


def _values_table(pipeline: Pipeline, found: Sequence[_Month], scope: Scope) -> Table:
    currencies = list(dict.fromkeys(one.currency for one in found))
    by_currency = {currency: [one for one in found if one.currency == currency] for currency in currencies}
    return Table(
        title=f"Past forecasts in value: {pipeline.name}",
        columns=columns(_VALUES, found),
        rows=tuple(_values(pipeline, way, own) for own in by_currency.values() for way in _WAYS),
        facts=facts(scope, sum(len(one.deals) for one in found)),
        notes=tuple(_silent(found)),
        name="forecast-backtest-value",
    )


def _values(pipeline: Pipeline, way: str, months: Sequence[_Month]) -> tuple[Cell, ...]:
    told = [one.foretold(way) for one in months]
    off = errors(told)
    insides = [one.inside for one in months if one.inside is not None]
    return (
        pipeline.id,
        way,
        currency := months[0].currency,
        len(months),
        rounded(Fraction(fsum(one.value for one in told)), currency),
        added(one.came for one in months),
        floored(len(told), lambda: _share(bias(told))),
        floored(len(off), lambda: _share(fsum(off) / len(off))),
        rate(sum(insides), len(insides)) if way == "measured" else None,
    )


def _share(figure: float | None) -> Cell:
    return _NOTHING_CAME if figure is None else Fraction(figure)


def _silent(found: Iterable[_Month]) -> Iterator[str]:
    silent = sum(not one.came for one in found)
    if silent:
        yield f"{counted(silent, 'month')} in no MAPE: nothing came"
