"""The tables of how good the probabilities of past forecasts were: in all, and by decile."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.metrics.passage import Result
from pipecli.metrics.sample import floored, rate
from pipecli.metrics.score import DECILES, Said, brier, deciles, mean_said
from pipecli.reports.odds import Source
from pipecli.reports.replay import facts
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.reports.replay import Past
    from pipecli.reports.scope import Scope

_PIPELINE = Column("pipeline", "pipeline", machine=True, key=True)
_ODDS = Column("odds", "odds", key=True)
_SCORE = (
    _PIPELINE,
    _ODDS,
    Column("n", "closed", Type.INTEGER),
    Column("brier", "Brier score", Type.NUMBER),
    Column("probability", "mean probability", Type.SHARE, priority=2),
    Column("won_rate", "won", Type.SHARE),
    Column("bias", "bias", Type.SHARE),
)
_DECILE = (
    _PIPELINE,
    _ODDS,
    Column("decile", "probability", key=True),
    Column("n", "closed", Type.INTEGER),
    Column("probability", "mean", Type.SHARE),
    Column("won", "won", Type.INTEGER),
    Column("won_rate", "won ÷ closed", Type.SHARE),
)


@dataclass(frozen=True, slots=True)
class _Told:
    """What was said of the deals that were closed since, by both ways; `deals` are their ids then."""

    ways: Mapping[str, Sequence[Said]]
    notes: tuple[str, ...]


def scores_tables(pipeline: Pipeline, past: Sequence[Past], scope: Scope) -> tuple[Table, Table]:
    """Return one row for the measured and one for the configured probabilities; and one a decile of each."""
    told = _told(past)
    n = len(next(iter(told.ways.values())))
    return (
        Table(
            title=f"Past forecasts in probability: {pipeline.name}",
            columns=_SCORE,
            rows=tuple((pipeline.id, way, *_score(said)) for way, said in told.ways.items()),
            facts=facts(scope, n),
            notes=told.notes,
            name="forecast-backtest-score",
        ),
        Table(
            title=f"Past forecasts by decile: {pipeline.name}",
            columns=_DECILE,
            rows=tuple((pipeline.id, way, *row) for way, said in told.ways.items() for row in _by_decile(said)),
            facts=facts(scope, n),
            empty="no deal was closed since",
            name="forecast-backtest-calibration",
        ),
    )


def _told(past: Iterable[Past]) -> _Told:
    """Return what was said; a deal that was open at the end of several months was told of as often."""
    measured: list[Said] = []
    configured: list[Said] = []
    standing = gone = lacking = same = 0
    for odds, came in (pair for one in past for pair in one.pairs()):
        result, stake = came.result, odds.entry.stake
        if result not in (Result.WON, Result.LOST):
            standing, gone = standing + (result is None), gone + (result is Result.GONE)
        elif odds.probability is None or stake.probability is None:
            lacking += 1
        else:
            measured.append(Said(odds.probability, result is Result.WON))
            configured.append(Said(float(stake.probability), result is Result.WON))
            same += odds.source is Source.CONFIGURED
    return _Told({"measured": measured, "configured": configured}, tuple(_notes(standing, gone, lacking, same)))


def _notes(standing: int, gone: int, lacking: int, same: int) -> Iterator[str]:
    if standing:
        yield f"{counted(standing, 'forecast')} in no score: the deal is still open"
    if gone:
        yield f"{counted(gone, 'forecast')} in no score: the deal was removed, or went to another pipeline"
    if lacking:
        yield f"{counted(lacking, 'forecast')} in no score: no configured probability to compare with"
    if same:
        yield f"{counted(same, 'forecast')} with the configured probability for want of a measured one"


def _score(said: Sequence[Said]) -> tuple[Cell, ...]:
    won = rate(sum(one.won for one in said), len(said))
    mean = floored(len(said), lambda: Fraction(mean_said(said)))
    bias = won if isinstance(won, Withheld) or isinstance(mean, Withheld) else mean - won
    return (len(said), floored(len(said), lambda: Decimal(f"{brier(said):.4f}")), mean, won, bias)


def _by_decile(said: Sequence[Said]) -> Iterator[tuple[Cell, ...]]:
    """Yield one row a decile that anything was said in: its name, n, mean, how many were won, and their share."""
    for place, some in deciles(said).items():
        if some:
            won = sum(one.won for one in some)
            name = f"{place * DECILES}-{(place + 1) * DECILES}%"
            mean = Fraction(mean_said(some))
            yield (name, len(some), mean, won, rate(won, len(some)))
