"""Business time: how much of the time between two moments is in the working hours of a workspace.

It is working time where a clock on the wall shows a working hour of a working day that is no day off. So an hour that
the clocks skip in spring is none, and one that they show twice in autumn counts twice. Where no hours are told, a
working day is worked from midnight to midnight.

All of it is exact. Between two changes of the clocks the time on the wall runs as any other, and what is worked up to
a day of it is a product of whole weeks: the cost grows with the years between the moments, not with the days.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.problem import ExitCode, PipeError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, tzinfo

    from pipecli.core.settings import Calendar

_WEEK = 7
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_NOTHING = timedelta(0)


class _Change(NamedTuple):
    """A moment from which the clocks of a zone show another offset, and the offset that they showed before."""

    moment: datetime
    before: timedelta


@dataclass(frozen=True, slots=True)
class WorkTime:
    """The working hours of a zone.

    `before` are the working days of a week before each of its days, Monday first, and all of them last; `off` the
    days off that would be working days, as ordinals, ascending; `opens` and `closes` are told from midnight.
    """

    zone: tzinfo
    before: tuple[int, ...]
    off: tuple[int, ...]
    opens: timedelta
    closes: timedelta

    @property
    def day(self) -> timedelta:
        """The length of one business day: that of the working hours, else 24 hours."""
        return self.closes - self.opens

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from one aware moment to another; negative where the other is earlier."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if end < start:
            return -self.between(end, start)
        worked, at = _NOTHING, start
        for year in range(start.year, end.year + 1):
            for change in _changes(self.zone, year):
                if at < change.moment < end:
                    wall = change.moment.replace(tzinfo=None) + change.before
                    worked += self._until(wall) - self._until(self._wall(at))
                    at = change.moment
        return worked + self._until(self._wall(end)) - self._until(self._wall(at))

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def _until(self, wall: datetime) -> timedelta:
        """Return what is worked from the year 1 up to a time on the wall, had the clocks never been changed."""
        day = wall.toordinal()
        weeks, weekday = divmod(day - 1, _WEEK)  # the first day of the year 1 is a Monday
        past = bisect_left(self.off, day)
        whole = weeks * self.before[_WEEK] + self.before[weekday] - past
        worked = whole * self.day
        if self.before[weekday] == self.before[weekday + 1] or (past < len(self.off) and self.off[past] == day):
            return worked
        return worked + min(max(_since_midnight(wall.time()) - self.opens, _NOTHING), self.day)


def worktime(calendar: Calendar, zone: tzinfo, holidays: Iterable[date] = ()) -> WorkTime:
    """Return the working hours that a calendar tells, in a zone; `holidays` are days off beside its own."""
    before = tuple(sum(day < weekday for day in calendar.week) for weekday in range(_WEEK + 1))
    off = sorted({day.toordinal() for day in (*calendar.holidays, *holidays) if day.weekday() in calendar.week})
    opens, closes = map(_since_midnight, calendar.hours) if calendar.hours else (_NOTHING, _DAY)
    return WorkTime(zone, before, tuple(off), opens, closes)


def public_holidays(calendar: Calendar, years: Iterable[int]) -> frozenset[date]:
    """Return the public holidays of some years in the country and region that a calendar names, if it names one.

    Raises `PipeError` where they are not known: the extra is missing, or it knows no such country or region.
    """
    if calendar.country is None:
        return frozenset()
    try:
        from holidays import country_holidays  # noqa: PLC0415 -- an extra, and only who names a country needs it
    except ImportError:
        message = f"the holidays of {calendar.country}, which pipe.yaml names, need the package 'holidays'"
        hint = "run \"pip install '.[holidays]'\" in the folder of pipe, or list the days as holidays in pipe.yaml"
        raise PipeError(message, hint=hint, code=ExitCode.STATE) from None
    try:
        return frozenset(country_holidays(calendar.country, subdiv=calendar.region, years=years))
    except NotImplementedError:
        where = calendar.country + (f"-{calendar.region}" if calendar.region else "")
        hint = "correct the calendar in pipe.yaml, or list the days as holidays there"
        raise PipeError(f"the holidays of {where} are not known", hint=hint, code=ExitCode.STATE) from None


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


@cache
def _changes(zone: tzinfo, year: int) -> tuple[_Change, ...]:
    """Return the changes of the clocks in a year of UTC: no zone has changed them twice within a day."""
    first = datetime(year, 1, 1, tzinfo=UTC)
    days = [first + number * _DAY for number in range((first.replace(month=12, day=31) - first).days + 2)]
    return tuple(
        _Change(_change(day, following, zone), _offset(day, zone))
        for day, following in pairwise(days)
        if _offset(day, zone) != _offset(following, zone)
    )


def _change(start: datetime, end: datetime, zone: tzinfo) -> datetime:
    """Return the first second after `start` at which the offset is that of `end`."""
    before = _offset(start, zone)
    while end - start > _SECOND:
        middle = start + (end - start) // 2 // _SECOND * _SECOND
        start, end = (middle, end) if _offset(middle, zone) == before else (start, middle)
    return end


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or _NOTHING
