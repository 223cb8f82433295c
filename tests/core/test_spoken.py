"""Days as people say them: a Friday to come, the last Monday, the end of a week."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.spoken import Almanac, Facing, day, shown, spoken, when

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Monday."""
SEEN = Almanac(NOW.date())


@pytest.mark.parametrize(
    ("text", "by", "since"),
    [
        ("2026-11-27", "2026-11-27", "2026-11-27"),
        ("today", "2026-11-23", "2026-11-23"),
        ("Tomorrow", "2026-11-24", "2026-11-24"),
        ("fri", "2026-11-27", "2026-11-27"),
        ("friday", "2026-11-27", "2026-11-27"),
        ("thurs", "2026-11-26", "2026-11-26"),
        ("mon", "2026-11-30", "2026-11-30"),
        ("+3d", "2026-11-26", "2026-11-26"),
        ("+2w", "2026-12-07", "2026-12-07"),
        ("+3mo", "2027-02-23", "2027-02-23"),
        ("3d", "2026-11-26", "2026-11-26"),
        ("-3d", "2026-11-20", "2026-11-20"),
        ("in 2 weeks", "2026-12-07", "2026-12-07"),
        ("in-2-weeks", "2026-12-07", "2026-12-07"),
        ("in a month", "2026-12-23", "2026-12-23"),
        ("in 1 year", "2027-11-23", "2027-11-23"),
        ("this week", "2026-11-27", "2026-11-23"),
        ("next week", "2026-12-04", "2026-11-30"),
        ("next-week", "2026-12-04", "2026-11-30"),
        ("next month", "2026-12-31", "2026-12-01"),
        ("next quarter", "2027-03-31", "2027-01-01"),
        ("2026-W49", "2026-12-04", "2026-11-30"),
        ("2026-w49", "2026-12-04", "2026-11-30"),
        ("2026-12", "2026-12-31", "2026-12-01"),
        ("2027-Q1", "2027-03-31", "2027-01-01"),
        ("2027", "2027-12-31", "2027-01-01"),
        ("eow", "2026-11-27", "2026-11-27"),
        ("eom", "2026-11-30", "2026-11-30"),
        ("end of next month", "2026-12-31", "2026-12-31"),
        ("start of next month", "2026-12-01", "2026-12-01"),
        ("eoq", "2026-12-31", "2026-12-31"),
        ("eoy", "2026-12-31", "2026-12-31"),
    ],
)
def test_a_day_to_come(text: str, by: str, since: str) -> None:
    assert [str(day(text, SEEN, facing)) for facing in (Facing.BY, Facing.FROM)] == [by, since]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20", "2026-11-20"),
        ("yesterday", "2026-11-22"),
        ("mon", "2026-11-23"),
        ("last mon", "2026-11-16"),
        ("fri", "2026-11-20"),
        ("last friday", "2026-11-20"),
        ("3d", "2026-11-20"),
        ("-3d", "2026-11-20"),
        ("3 days ago", "2026-11-20"),
        ("a week ago", "2026-11-16"),
        ("2 months ago", "2026-09-23"),
        ("now", "2026-11-23 10:00:00+01:00"),
        ("9:30", "2026-11-23 09:30:00+01:00"),
        ("yesterday 14:05", "2026-11-22 14:05:00+01:00"),
        ("fri 9:05", "2026-11-20 09:05:00+01:00"),
        ("2026-11-20 14:05", "2026-11-20 14:05:00+01:00"),
        ("2026-07-20T14:05", "2026-07-20 14:05:00+02:00"),
        ("2026-11-20T14:05-05:00", "2026-11-20 14:05:00-05:00"),
        ("2h", "2026-11-23 08:00:00+01:00"),
        ("90 minutes ago", "2026-11-23 08:30:00+01:00"),
    ],
)
def test_a_day_or_a_moment_that_has_been(text: str, expected: str) -> None:
    assert str(when(text, NOW, SEEN)) == expected


@pytest.mark.parametrize(
    ("text", "facing", "message"),
    [
        ("next fri", Facing.BY, "'next fri' is 2026-11-27 to some and 2026-12-04 to others: write fri, or the day"),
        ("this friday", Facing.BY, "to others: write friday, or the day"),
        ("frl", Facing.BY, "'frl' is no day; did you mean 'fri'"),
        ("tomorow", Facing.BY, "did you mean 'tomorrow'"),
        ("someday soon", Facing.BY, "'someday soon' is no day"),
        ("", Facing.BY, "'' is no day"),
        ("in 3 days ago", Facing.BY, "is no day"),
        ("week", Facing.BY, "is no day"),
        ("03/04/2026", Facing.BY, "is no day"),
        ("5", Facing.BY, "is no day"),
        ("2026-02-30", Facing.BY, "there is no day 2026-02-30"),
        ("2026-W54", Facing.BY, "a period is written like"),
        ("2025-W53", Facing.BY, "the year 2025 has no week 53"),
        ("+9999y", Facing.BY, "too far away"),
        ("+999y", Facing.BY, "is not between"),
        ("last week", Facing.PAST, "'last week' is 2026-11-16 to 2026-11-22, and no single day"),
        ("2026-11", Facing.PAST, "no single day"),
    ],
)
def test_what_says_no_day(text: str, facing: Facing, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        day(text, SEEN, facing)


@pytest.mark.parametrize("text", ["25:00", "fri 9:61", "2026-11-20T14:05:99+01:00", "noon", "2026-11-20 14"])
def test_what_says_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"there is no|is written like|is no day"):
        when(text, NOW, SEEN)


def test_the_workspace_says_when_a_week_is_over_and_a_year_begins() -> None:
    seen = Almanac(NOW.date(), starts=4, week=frozenset({6, 0, 1, 2, 3}))
    assert str(day("eow", seen)) == "2026-11-29"
    assert str(day("2026-Q4", seen)) == "2027-03-31"
    assert str(day("eoy", seen)) == "2027-03-31"


def test_a_month_on_ends_with_the_month() -> None:
    assert str(day("in a month", Almanac(date(2027, 1, 31)))) == "2027-02-28"
    assert str(day("in a year", Almanac(date(2028, 2, 29)))) == "2029-02-28"


def test_a_day_is_shown_with_its_weekday() -> None:
    assert shown(date(2026, 11, 27)) == "Fri 2026-11-27"
    assert shown(NOW) == "Mon 2026-11-23"


@given(st.dates(date(1901, 1, 1), date(2190, 1, 1)), st.sampled_from(["mon", "wed", "sat", "sun"]))
def test_a_weekday_is_that_weekday_within_a_week(today: date, word: str) -> None:
    ahead, back = (day(word, Almanac(today), facing) for facing in (Facing.BY, Facing.PAST))
    assert shown(ahead)[:3].lower() == shown(back)[:3].lower() == word
    assert timedelta(0) < ahead - today <= timedelta(7)
    assert timedelta(0) <= today - back < timedelta(7)


@given(st.text(max_size=20), st.sampled_from(Facing))
def test_no_text_does_anything_but_say_a_day_or_be_refused(text: str, facing: Facing) -> None:
    with suppress(ValueError):
        assert isinstance(spoken(text, SEEN, facing), date | None)
