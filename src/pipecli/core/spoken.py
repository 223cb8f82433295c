"""Days as people say them: `tomorrow`, `fri`, `+3d`, `in 2 weeks`, `next week`, `2026-W48`, `eom`.

A small grammar, and not a library: what is understood fits a paragraph of the documentation, and what is not is
refused. A guess would be written into a file.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from pipecli.core.calendar import Period, Unit, label, named, period
from pipecli.core.problem import nearest
from pipecli.core.value import parse_day, parse_moment, parse_when

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

SAID = "2026-11-27, tomorrow, fri, +3d, in 2 weeks, next week, 2026-W48 or eom"
"""How a day to come may be said, by example."""
SAID_PAST = "2026-11-20, yesterday, mon, 'mon 14:05', 9:30, 3d or 2026-11-20T14:05+01:00"
"""How a day or a moment that has been may be said, by example."""

_NAMED: Mapping[str, int] = {"yesterday": -1, "today": 0, "tomorrow": 1}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENDS: Mapping[str, Unit] = {"eow": Unit.WEEK, "eom": Unit.MONTH, "eoq": Unit.QUARTER, "eoy": Unit.YEAR}
_LENGTH = r"(?P<number>\d{1,4}|an?) ?(?P<unit>d|w|mo|y|days?|weeks?|months?|years?)"
_AWAY = re.compile(rf"(?:(?P<sign>[+-])|(?P<ahead>in ))?{_LENGTH}(?P<ago> ago)?", re.ASCII)
_AROUND = re.compile(r"(?:(end|start) of )?(?:(this|next|last) )?(week|month|quarter|year)")
_PERIOD = re.compile(r"\d{4}(?:-(?:q\d|w\d\d|\d\d))?", re.ASCII)
_TIMED = re.compile(r"(?:(.+?)[t ])?(\d{1,2}):(\d\d)", re.ASCII)
_HOURS_AGO = re.compile(r"(\d{1,4}) ?(m|h|minutes?|hours?)(?: ago)?", re.ASCII)
_DAY = timedelta(days=1)
_MONTHS = 12


class Facing(Enum):
    """What a day is said for; it tells which Friday is meant, and which day of a week or a month."""

    BY = "by"
    """Something is due: the next Friday; of a period its last day, of a week its last working day."""
    FROM = "from"
    """Something is taken up again: the next Friday; of a period its first day."""
    PAST = "past"
    """Something has happened: the last Friday, today if it is one; a period is no day."""


@dataclass(frozen=True, slots=True)
class Almanac:
    """From where a day is seen: today, the month in which the fiscal year begins, the working days of a week."""

    today: date
    starts: int = 1
    week: frozenset[int] = frozenset(range(5))


def day(text: str, seen: Almanac, facing: Facing = Facing.BY) -> date:
    """Return the day that a text says. Raises `ValueError` with a message for a person where it says none."""
    found = spoken(text, seen, facing)
    if found is not None:
        return parse_day(found.isoformat())
    try:
        return parse_day(text.strip())
    except ValueError as error:
        raise ValueError(_unread(text) or str(error)) from None


def when(text: str, now: datetime, seen: Almanac) -> date | datetime:
    """Return the day or the moment in the past that a text says: `yesterday 14:05`, `9:30`, `2h`, `now`, or a day.

    A time is one of the zone of `now`, unless it has an offset. Raises `ValueError` as `day` does.
    """
    word = _plain(text)
    if word == "now":
        return now
    if away := _HOURS_AGO.fullmatch(word):
        length = timedelta(**{"hours" if away[2].startswith("h") else "minutes": int(away[1])})
        return (now.astimezone(UTC) - length).astimezone(now.tzinfo)
    if timed := _TIMED.fullmatch(word):
        that_day = day(timed[1], seen, Facing.PAST) if timed[1] else seen.today
        return _at(that_day, int(timed[2]), int(timed[3]), now.tzinfo)
    try:
        return parse_moment(text.strip())
    except ValueError:
        if ":" in text:
            return parse_when(text.strip())
    return day(text, seen, Facing.PAST)


def spoken(text: str, seen: Almanac, facing: Facing) -> date | None:
    """Return the day that words say, None for what is none of the words. Raises `ValueError` where they say two."""
    word = _plain(text)
    try:
        return (
            _named(word, seen)
            or _weekday(word, seen, facing)
            or _away(word, seen, facing)
            or _period(word, seen, facing)
        )
    except OverflowError:
        raise ValueError(f"{text!r} is too far away") from None


def shown(when: date) -> str:
    """Return a day with its weekday, which tells a person whether it is the one that was meant: `Fri 2026-11-27`."""
    return f"{_WEEKDAYS[when.weekday()][:3].capitalize()} {when.isoformat()[:10]}"


def _plain(text: str) -> str:
    """Return words with one blank between two; a hyphen will do, which a shell needs no quotes for."""
    word = " ".join(text.casefold().split())
    return re.sub(r"(?<=[a-z])-|-(?=[a-z]{2})", " ", word) if word[:1].isalpha() else word


def _named(word: str, seen: Almanac) -> date | None:
    return seen.today + _NAMED[word] * _DAY if word in _NAMED else None


def _weekday(word: str, seen: Almanac, facing: Facing) -> date | None:
    before, _, name = word.rpartition(" ")
    number = next((at for at, full in enumerate(_WEEKDAYS) if _is_weekday(name, full)), None)
    if number is None or before not in ("", "last", "next", "this"):
        return None
    ahead = seen.today + ((number - seen.today.weekday() - 1) % 7 + 1) * _DAY
    if before in ("next", "this"):
        raise ValueError(f"{word!r} is {ahead} to some and {ahead + 7 * _DAY} to others: write {name}, or the day")
    if before == "last":
        return ahead - 7 * _DAY if ahead - 7 * _DAY != seen.today else seen.today - 7 * _DAY
    return seen.today - (seen.today.weekday() - number) % 7 * _DAY if facing is Facing.PAST else ahead


def _is_weekday(name: str, full: str) -> bool:
    return name == full or (len(name) in (3, 4, 5) and full.startswith(name))


def _away(word: str, seen: Almanac, facing: Facing) -> date | None:
    found = _AWAY.fullmatch(word)
    if not found or sum(map(bool, (found["sign"], found["ahead"], found["ago"]))) > 1:
        return None
    back = found["sign"] == "-" or found["ago"] or not (found["sign"] or found["ahead"] or facing is not Facing.PAST)
    number = (1 if found["number"].startswith("a") else int(found["number"])) * (-1 if back else 1)
    unit = found["unit"]
    if unit[0] in "dw":
        return seen.today + number * (_DAY if unit[0] == "d" else 7 * _DAY)
    return _months_on(seen.today, number if unit[0] == "m" else number * _MONTHS)


def _months_on(start: date, number: int) -> date:
    """Return the same day of another month, or its last day where it is shorter."""
    year, month = divmod(start.year * _MONTHS + start.month - 1 + number, _MONTHS)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _period(word: str, seen: Almanac, facing: Facing) -> date | None:
    if word in _ENDS:
        return _last(_around(seen, _ENDS[word], ""), seen, week=_ENDS[word] is Unit.WEEK)
    if _PERIOD.fullmatch(word):
        return _one_of(word, period(word.upper(), seen.starts), seen, facing, week="w" in word)
    found = _AROUND.fullmatch(word)
    if not found or not (found[1] or found[2]):
        return None
    whole, week = _around(seen, Unit(found[3]), found[2] or ""), found[3] == Unit.WEEK
    if found[1]:
        return whole.first if found[1] == "start" else _last(whole, seen, week=week)
    return _one_of(word, whole, seen, facing, week=week)


def _around(seen: Almanac, unit: Unit, which: str) -> Period:
    whole = named(label(seen.today, unit, seen.starts), seen.starts)
    other = {"next": whole.last + _DAY, "last": whole.first - _DAY}.get(which)
    return named(label(other, unit, seen.starts), seen.starts) if other else whole


def _one_of(word: str, whole: Period, seen: Almanac, facing: Facing, *, week: bool) -> date:
    if facing is Facing.PAST:
        raise ValueError(f"{word!r} is {whole}, and no single day")
    return whole.first if facing is Facing.FROM else _last(whole, seen, week=week)


def _last(whole: Period, seen: Almanac, *, week: bool) -> date:
    """Return the last day; of a week the last working day, unless that is over."""
    days = [whole.last - back * _DAY for back in range(7)] if week else []
    return next((one for one in days if one.weekday() in seen.week and one >= seen.today), whole.last)


def _at(that_day: date, hour: int, minute: int, zone: tzinfo | None) -> datetime:
    try:
        return datetime.combine(that_day, time(hour, minute), zone)
    except ValueError:
        raise ValueError(f"there is no time {hour}:{minute:02}") from None


def _unread(text: str) -> str:
    """Return what to tell of a text that is no day; nothing where it looks like a day and is a wrong one."""
    if re.match(r"\d{4}-\d", text.strip()):
        return ""
    near = nearest(_plain(text), [*_NAMED, *_WEEKDAYS, *(name[:3] for name in _WEEKDAYS), *_ENDS, "next week"])
    return f"{text!r} is no day{f'; did you mean {near!r}?' if near else ''}"
