"""Moments of the past as people say them, for reports and what they compare with."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from pipecli.core.calendar import Period, period
from pipecli.core.value import parse_duration, parse_when

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RECENT = {"today": 0, "yesterday": 1}
_AGO = re.compile(r"\d+[mhdw]", re.ASCII)
_DATED = re.compile(r"\d{4}-\d", re.ASCII)
_PERIOD = re.compile(r"\d{4}(?:-(?:Q\d|W\d\d|\d\d))?", re.ASCII)
_LAST_SECOND = time(23, 59, 59)
FORMS = "2026-11-03, 2026-11-03T14:05+01:00, 7d, monday, yesterday or today"
"""How a past moment may be written."""
ENDS = "2026-11-03, 2026-11-03T14:05+01:00, 7d, monday, or the end of 2026-Q3, 2026-09, 2026-W40 or 2026"
"""How the moment by which something is known may be written."""


class FutureError(ValueError):
    """A day, a period or a moment that is still to come."""


def past(text: str, now: datetime) -> date | datetime:
    """Return the day or the moment that is meant, counted from `now`, whose zone is the workspace's.

    `7d`, `2w`, `4h` and `90m` are so long ago, to the second. A weekday is the last one: today, if it is one. Raises
    `ValueError` for anything else that is no day and no moment; whether it has come yet is not asked.
    """
    word = text.strip().casefold()
    if _AGO.fullmatch(word):
        return _ago(parse_duration(word), now)
    if word in _RECENT:
        return now.date() - timedelta(days=_RECENT[word])
    for number, day in enumerate(_WEEK):
        if word in (day, day[:3]):
            return now.date() - timedelta(days=(now.weekday() - number) % 7)
    if _DATED.match(word):
        return parse_when(text.strip())
    raise ValueError(f"a past moment is written like {FORMS}")


def by(text: str, now: datetime, starts: int = 1) -> datetime:
    """Return the moment by which something is known, where a day, a period or a moment is said.

    That is the last second of a day or a period, a moment itself; of a day or a period that has begun and is not over,
    now. Days are counted in the zone of `now`; `starts` is the month in which the fiscal year begins. Raises
    `FutureError` for what is still to come, and `ValueError` for what cannot be read.
    """
    word = text.strip()
    when = period(word, starts) if _PERIOD.fullmatch(word) else past(word, now)
    if isinstance(when, date) and not isinstance(when, datetime):
        when = Period(when, when)
    first, last = (
        (datetime.combine(when.first, time(), now.tzinfo), datetime.combine(when.last, _LAST_SECOND, now.tzinfo))
        if isinstance(when, Period)
        else (when, when)
    )
    if first > now:
        raise FutureError("is in the future: nothing is recorded of it")
    return min(last, now)


def _ago(length: timedelta, now: datetime) -> datetime:
    moment = (now.astimezone(UTC) - length).astimezone(now.tzinfo)
    parse_when(moment.date().isoformat())  # of the same years as every other day
    return moment
