"""Past forecasts: what would have been said at the end of a month, by what was recorded then, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from pipecli.core.calendar import Period
from pipecli.core.pipeline import Kind
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.visit import End
from pipecli.metrics.passage import Result
from pipecli.reports import pricing
from pipecli.reports.drawing import SEED, draw, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from pipecli.core.visit import Visit
    from pipecli.reports.drawing import Drawing
    from pipecli.reports.forecast_rows import Rows
    from pipecli.reports.odds import Odds
    from pipecli.reports.pricing import Priced
    from pipecli.reports.scope import Scope

POPULATION = "open as of the end of each month before"
_DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a deal after a moment: how it was closed first, on which day, what it is worth now."""

    result: Result | None
    day: date | None
    worth: Priced | None


@dataclass(frozen=True, slots=True)
class Past:
    """One pipeline at a past moment: the forecast of the month after it, and what came of each deal by its id then."""

    pipeline: str
    at: datetime
    month: Period
    drawing: Drawing
    odds: tuple[Odds, ...]
    came: Mapping[str, Came]

    def pairs(self) -> Iterator[tuple[Odds, Came]]:
        """Yield the odds of each deal then, with what came of it."""
        return ((one, self.came[one.entry.deal.id]) for one in self.odds)

    def won(self) -> Sequence[tuple[str, Priced]]:
        """Return what was won by the end of the month: the deals by their ids then, with their worth."""
        return [
            (deal, one.worth)
            for deal, one in self.came.items()
            if one.result is Result.WON and one.day and one.day <= self.month.last and one.worth
        ]


def facts(scope: Scope, n: int) -> tuple[tuple[str, str], ...]:
    """Return the facts of a table, with how often each forecast was drawn, and from which seed."""
    seed = SEED if scope.asked.seed is None else scope.asked.seed
    return (*scope.facts(POPULATION, n), ("runs", str(runs_of(scope))), ("seed", str(seed)))


def months(now: datetime, number: int) -> Iterator[Period]:
    """Yield so many months that are over, the last first."""
    following = (now + timedelta(seconds=1)).date().replace(day=1)
    for _ in range(number):
        last = following - _DAY
        following = last.replace(day=1)
        yield Period(following, last)


def replayed(scope: Scope, rows: Rows, number: int) -> Sequence[Past]:
    """Return the forecasts of the last months that are over, made at the end of the month before each, first to last.

    Fewer where the history does not go back so far. Raises `PipeError` where there is none.
    """
    if scope.then is None:
        message = "--backtest needs the history, and there is no git repository here"
        raise PipeError(message, hint="git init && git add . && git commit", code=ExitCode.STATE)
    after = _After(scope)
    found: list[Past] = []
    for month in months(scope.now, number):
        at = datetime.combine(month.first - _DAY, _LAST_SECOND, scope.now.tzinfo)
        then = scope.then(at)
        if not then.visits:
            break
        found += _pasts(then, at, month, rows, after)
    return found[::-1]


def _pasts(then: Scope, at: datetime, month: Period, rows: Rows, after: _After) -> Iterator[Past]:
    if then.pipeline is not None and then.pipeline not in then.workspace.pipelines:
        return
    drawing = draw(then, rows, month)
    for found, every in drawing.pipelines:
        name = found.pipeline.id
        came = {one.deal.id: after.of(one.deal.id, name, at) for one in found.standing}
        yield Past(name, at, month, drawing, every.found, came)


class _After:
    """What the present knows of what came of deals."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._visits: dict[str, list[Visit]] = {}
        for visit in scope.visits:
            self._visits.setdefault(visit.deal, []).append(visit)
        deals = scope.workspace.deals.values()
        self._now = {old: deal.id for deal in deals for old in deal.formerly if old not in scope.workspace.deals}
        self._kinds = {
            (pipeline.id, stage.id): stage.kind
            for pipeline in scope.workspace.pipelines.values()
            for stage in pipeline.stages
        }

    def of(self, deal: str, pipeline: str, at: datetime) -> Came:
        """Return the first closing that was recorded after a moment; a deal that is gone before is none."""
        name = self._now.get(deal, deal)
        for visit in self._visits.get(name, ()):
            kind = self._kinds.get((visit.pipeline, visit.stage))
            if visit.recorded > at and visit.pipeline == pipeline and kind in (Kind.WON, Kind.LOST):
                return Came(Result(kind), visit.entered.astimezone(at.tzinfo).date(), self._worth(name))
            if (
                visit.left
                and visit.left > at
                and visit.pipeline == pipeline
                and visit.end in (End.HANDED_OFF, End.REMOVED)
            ):
                return Came(Result.GONE, None, None)
        return Came(None, None, None)

    def _worth(self, deal: str) -> Priced | None:
        found = self._scope.workspace.deals.get(deal)
        return pricing.priced(found, self._scope.workspace.stage_of(found), self._scope) if found else None
