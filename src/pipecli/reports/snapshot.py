"""One pipeline at one moment with the period that its figures are of, and the period before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from pipecli.core.calendar import Period, Unit, label, named
from pipecli.reports.closings import population
from pipecli.reports.paces import paces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal
    from pipecli.core.visit import Visit
    from pipecli.reports.closings import Population
    from pipecli.reports.paces import Pace
    from pipecli.reports.scope import Scope

_DAY = timedelta(days=1)
_YEAR = 12


@dataclass(frozen=True)
class Snapshot:
    """What is known of one pipeline at the moment of a scope, its deals and visits, and the period in question."""

    pipeline: Pipeline
    scope: Scope
    period: Period
    deals: Sequence[Deal]
    visits: Sequence[Visit]

    @cached_property
    def closings(self) -> Population:
        """The deals, with those that were closed in the period."""
        return population(self.pipeline, self.deals, self.period, self.scope)

    @cached_property
    def paces(self) -> Sequence[Pace]:
        """The velocity of each currency, with what it is made of."""
        return list(paces(self.closings, self.period, self.scope))

    @property
    def to_date(self) -> Period:
        """The part of the period that is over or is today."""
        return Period(self.period.first, max(self.period.first, min(self.period.last, self.scope.now.date())))

    def before(self, by: timedelta) -> Period:
        """Return the days on which one began whose age passed `by` in the period."""
        until = self.to_date
        return Period(_back(until.first, by), _back(until.last, by))


def snapshot(name: str, scope: Scope, period: Period) -> Snapshot | None:
    """Return a pipeline at the moment of a scope; None where there was none of that name."""
    pipeline = scope.workspace.pipelines.get(name)
    if pipeline is None:
        return None
    deals = [deal for deal in scope.workspace.deals.values() if deal.pipeline == name]
    return Snapshot(pipeline, scope, period, deals, [visit for visit in scope.visits if visit.pipeline == name])


def period_of(scope: Scope) -> tuple[str, Period]:
    """Return the period that was asked for, else the quarter that the moment is in, with its name."""
    asked, starts = scope.period(), scope.workspace.settings.fiscal_year_starts
    if asked is not None:
        return scope.asked.period or "", asked
    name = label(scope.now.date(), Unit.QUARTER, starts)
    return name, named(name, starts)


def preceding(period: Period) -> Period:
    """Return the period of the same length before one: as many months where it is of whole months, else days."""
    after = period.last + _DAY
    if period.first.day == 1 == after.day:
        months = (after.year - period.first.year) * _YEAR + after.month - period.first.month
        year, month = divmod(period.first.year * _YEAR + period.first.month - 1 - months, _YEAR)
        return Period(date(year, month + 1, 1), period.first - _DAY)
    return Period(period.first - (after - period.first), period.first - _DAY)


def moment_of(period: Period, scope: Scope) -> datetime | None:
    """Return the last moment of a period that is over, None of one that is not."""
    return _end(period, scope) if period.last < scope.now.date() else None


def moment_before(period: Period, scope: Scope) -> datetime:
    """Return the moment at which the period before had gone as far as this one has: its end, where this one is over."""
    earlier = preceding(period)
    end = _end(earlier, scope)
    if period.last < scope.now.date():
        return end
    gone = scope.now - datetime.combine(period.first, time(), scope.now.tzinfo)
    return min(datetime.combine(earlier.first, time(), scope.now.tzinfo) + max(gone, timedelta(0)), end)


def _end(period: Period, scope: Scope) -> datetime:
    return datetime.combine(period.last, time(23, 59, 59), scope.now.tzinfo)


def _back(day: date, by: timedelta) -> date:
    return day - min(by, day - date.min)
