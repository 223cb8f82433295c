"""In which days a report counts durations: those of the calendar, or the business days of the workspace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Type, Withheld
from pipecli.core.worktime import public_holidays, worktime
from pipecli.metrics.stay import Between, elapsed
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pipecli.core.settings import Calendar
    from pipecli.core.table import Cell, Column
    from pipecli.core.visit import Visit
    from pipecli.core.workspace import Workspace
    from pipecli.reports.scope import Scope

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class DayCount:
    """A way to count days: how time is measured, how long one day is, and what is said of it beside a table."""

    between: Between
    day: timedelta
    says: str
    type: Type = Type.BUSINESS_DAYS

    def cell(self, length: timedelta | Withheld | None) -> Cell:
        """Return a duration as the cell of a column of this count."""
        if length is None or isinstance(length, Withheld) or self.type is Type.DAYS:
            return length
        return Fraction(length // timedelta.resolution, self.day // timedelta.resolution)

    def columns(self, columns: Iterable[Column]) -> tuple[Column, ...]:
        """Return the columns with those of days in these days."""
        return tuple(replace(one, type=self.type) if one.type is Type.DAYS else one for one in columns)

    def facts(self, others: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return the facts of a table with the one that says which days these are."""
        return (*others, ("days", self.says))


CALENDAR = DayCount(elapsed, timedelta(days=1), "calendar", Type.DAYS)
"""Days of 24 hours, all week."""


def day_count(scope: Scope) -> DayCount:
    """Return the count that was asked for.

    Raises `PipeError` where the holidays of the country that the calendar names are not known.
    """
    if not scope.asked.business_days:
        return CALENDAR
    return business(scope.workspace, scope.visits, scope.now)


def business(workspace: Workspace, visits: Iterable[Visit], now: datetime) -> DayCount:
    """Return the count of a workspace's business days; public holidays are those since the first visit or creation.

    Raises `PipeError` where the holidays of the country that the calendar names are not known.
    """
    calendar, zone = workspace.settings.calendar, workspace.zone
    days = [now, *((visit.entered for visit in visits) if calendar.country else ())]
    years = {day.astimezone(zone).year for day in days}
    years |= {deal.created.year for deal in workspace.deals.values() if deal.created and calendar.country}
    found = worktime(calendar, zone, public_holidays(calendar, range(min(years), max(years) + 1)))
    return DayCount(found.between, found.day, f"business ({_said(calendar)})")


def _said(calendar: Calendar) -> str:
    """Return a calendar in the words of pipe.yaml."""
    week = calendar.week
    first = next((day for day in range(7) if day in week and (day - 1) % 7 not in week), 0)
    last = (first + len(week) - 1) % 7
    parts = [_WEEKDAYS[first] if first == last else f"{_WEEKDAYS[first]}-{_WEEKDAYS[last]}"]
    parts += [f"{calendar.hours[0]:%H:%M}-{calendar.hours[1]:%H:%M}"] if calendar.hours else []
    parts += [f"{counted(len(calendar.holidays), 'day')} off"] if calendar.holidays else []
    parts += (
        ["-".join(["holidays of " + calendar.country, *filter(None, [calendar.region])])] if calendar.country else []
    )
    return ", ".join(parts)
