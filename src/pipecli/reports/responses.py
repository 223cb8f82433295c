"""How long each deal of a pipeline waited for our first outbound touch, so far as that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.visit import Truncated
from pipecli.facts.touch import outbound
from pipecli.metrics.response import Response
from pipecli.metrics.stay import elapsed
from pipecli.metrics.survival import START
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal
    from pipecli.core.visit import Visit
    from pipecli.reports.daycount import DayCount
    from pipecli.reports.scope import Scope

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Responses:
    """The deals whose response is known, their days of creation, and how many are not or are known by the day alone."""

    known: Sequence[Response]
    days: Mapping[str, date]
    by_day: int
    undated: int
    negative: int

    def notes(self) -> Iterator[str]:
        """Yield what a reader has to know of the deals that are left out, or not known to the hour."""
        if self.by_day:
            yield f"{counted(self.by_day, 'deal')} counted from the begin of the day of creation: its hour is not known"
        if self.undated:
            yield f"{counted(self.undated, 'deal')} left out: without a day of creation"
        if self.negative:
            yield f"{counted(self.negative, 'deal')} left out: answered, or closed, before the creation"


def responses(pipeline: Pipeline, deals: Iterable[Deal], scope: Scope, count: DayCount) -> Responses:
    """Return the responses of the deals of one pipeline that were created in the period."""
    period, seen = scope.period(), _first_seen(scope.visits)
    known: list[Response] = []
    days: dict[str, date] = {}
    by_day = undated = negative = 0
    for deal in deals:
        stage, began = pipeline.stage(deal.stage), seen.get(deal.id)
        seen_on = began.astimezone(scope.now.tzinfo).date() if began else None
        day = deal.created or seen_on
        if stage is None or (day is not None and period is not None and day not in period):
            continue
        if day is None:
            undated += 1
            continue
        exact = began if seen_on == day else None
        found = _response(deal, day, exact, stage.kind in (Kind.WON, Kind.LOST), scope, count)
        if found is None:
            negative += 1
            continue
        days[deal.id] = day
        by_day += exact is None
        known.append(found)
    return Responses(known, days, by_day, undated, negative)


def _response(
    deal: Deal, day: date, began: datetime | None, closed: bool, scope: Scope, count: DayCount
) -> Response | None:
    """Return how long a deal waited that was created on a day, and at a moment of it if that is known."""
    start = began or datetime.combine(day, time(), scope.now.tzinfo)
    first = min((one.at for one in deal.activities if outbound(one)), default=None)
    end = first or _end(deal, closed, scope)
    if elapsed(start, end) < START:
        return None
    latest = began or min(datetime.combine(day + _DAY, time(), scope.now.tzinfo), end)
    return Response(deal.id, count.between(start, end), first is not None, least=count.between(latest, end))


def _first_seen(visits: Iterable[Visit]) -> Mapping[str, datetime]:
    """Return when each deal was made: the begin of its last life, where that was observed."""
    lives: dict[str, Visit] = {}
    for visit in visits:
        known = lives.get(visit.deal)
        if known is None or visit.life > known.life:
            lives[visit.deal] = visit
    return {name: visit.entered for name, visit in lives.items() if visit.truncated is not Truncated.START_UNKNOWN}


def _end(deal: Deal, closed: bool, scope: Scope) -> datetime:
    """Return until when a deal waited that was never answered: the end of the day of its closing, or now."""
    day = (deal.closed_on or scope.entered.get(deal.id)) if closed else None
    return min(datetime.combine(day + _DAY, time(), scope.now.tzinfo), scope.now) if day else scope.now
