"""When a transition took effect: the rules of the effective clock (docs/history.md, the two clocks)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.value import parse_when
from pipecli.core.visit import Clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

GRACE = timedelta(days=1)
"""How far `stage_since` may lie after the recorded moment: the day's names differ around the world."""


class Made(NamedTuple):
    """When a change was made, by the author's clock, and when it was recorded, by the committer's."""

    authored: datetime
    recorded: datetime


def latest(times: Iterable[Made | None]) -> Made | None:
    """Return the latest of the author's dates and the latest of the committer's; None where there are none."""
    known = [made for made in times if made]
    return Made(max(made.authored for made in known), max(made.recorded for made in known)) if known else None


def effective(since: str, made: Made, entry: datetime | None, zone: tzinfo) -> tuple[datetime, Clock]:
    """Return the effective moment of a change without a trailer, and the clock it was taken from.

    `since` is `stage_since` where this change wrote it, else empty; `entry` is when the visit before began,
    or None where there is none. What `since` says counts if it lies between the entry and the recorded moment
    plus a day; a bare day stands for the whole day.
    """
    when = _when(since)
    if when is None or (type(when) is date and when == day_in(made.authored, zone)):
        return made.authored, Clock.AUTHOR_DATE
    moment = _start(when, zone)
    if moment - made.recorded > GRACE:
        return made.authored, Clock.AUTHOR_DATE
    if entry is None or moment >= entry:
        return moment, Clock.STAGE_SINCE
    if type(when) is date and when == day_in(entry, zone):
        return entry, Clock.STAGE_SINCE
    return made.authored, Clock.AUTHOR_DATE


def on_day(day: date, entry: datetime | None, zone: tzinfo) -> datetime:
    """Return when a change happened of which only the day is known: at its start, or when the visit before began."""
    start = _start(day, zone)
    return entry if entry and entry > start and day_in(entry, zone) == day else start


def is_known(since: str, made: Made, zone: tzinfo) -> bool:
    """Return whether `since` says when a stay began that was found under way."""
    when = _when(since)
    return when is not None and _start(when, zone) - made.recorded <= GRACE


def _start(when: date | datetime, zone: tzinfo) -> datetime:
    """Return a moment as it is, a day as its first moment, with a fixed offset.

    Two moments of one zone would be subtracted by the clock on the wall, and miss the hour that a night of
    daylight saving adds or takes.
    """
    if isinstance(when, datetime):
        return when
    start = datetime.combine(when, time(), zone)
    return start.replace(tzinfo=timezone(start.utcoffset() or timedelta()))


def day_in(moment: datetime, zone: tzinfo) -> date:
    """Return the day of a moment in a time zone."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()


def _when(since: str) -> date | datetime | None:
    try:
        return parse_when(since) if since else None
    except ValueError:
        return None
