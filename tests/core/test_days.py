"""Days and moments as people say them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipecli.core.days import FutureError, by, past

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-03", date(2026, 11, 3)), ("today", date(2026, 11, 23)), ("yesterday", date(2026, 11, 22)),
        ("monday", date(2026, 11, 23)), ("Sunday", date(2026, 11, 22)), ("tue", date(2026, 11, 17)),
        ("2026-11-03T14:05+01:00", datetime.fromisoformat("2026-11-03T14:05+01:00")),
        ("7d", datetime.fromisoformat("2026-11-16T10:00+01:00")),
        ("2w", datetime.fromisoformat("2026-11-09T10:00+01:00")),
        ("4h", datetime.fromisoformat("2026-11-23T06:00+01:00")),
        ("90m", datetime.fromisoformat("2026-11-23T08:30+01:00")),
        (" 5w ", datetime.fromisoformat("2026-10-19T11:00+02:00")),
    ],
)  # fmt: skip
def test_a_past_moment_as_people_write_it(text: str, expected: date) -> None:
    found = past(text, MONDAY)
    assert (type(found), found) == (type(expected), expected)


def test_so_long_ago_is_told_in_the_zone_of_now() -> None:
    assert str(past("5w", MONDAY)) == "2026-10-19 11:00:00+02:00"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("someday", "a past moment is written like"),
        ("", "a past moment is written like"),
        ("v1.2", "a past moment is written like"),
        ("2026-02-30", "there is no day 2026-02-30"),
        ("2026-11-3", "a day is written like"),
        ("2026-11-03T14:05", "a time needs its offset"),
        ("123456d", "a duration is written like"),
        ("99999w", "is not between 1900 and 2199"),
        ("9999w", "is not between 1900 and 2199"),
    ],
)
def test_what_is_no_past_moment(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        past(text, MONDAY)


@pytest.mark.parametrize(
    ("text", "starts", "expected"),
    [
        ("2026-11-03", 1, "2026-11-03T23:59:59+01:00"), ("2026-Q3", 1, "2026-09-30T23:59:59+02:00"),
        ("2026-Q1", 4, "2026-06-30T23:59:59+02:00"), ("2025", 4, "2026-03-31T23:59:59+02:00"),
        ("2026-09", 4, "2026-09-30T23:59:59+02:00"), ("2026-W40", 1, "2026-10-04T23:59:59+02:00"),
        ("2026", 1, "2026-11-23T10:00:00+01:00"), ("2026-Q4", 1, "2026-11-23T10:00:00+01:00"),
        ("2026-W48", 1, "2026-11-23T10:00:00+01:00"), ("today", 1, "2026-11-23T10:00:00+01:00"),
        ("2026-11-23", 1, "2026-11-23T10:00:00+01:00"), ("7d", 1, "2026-11-16T10:00:00+01:00"),
        ("2026-11-23T09:59:59+01:00", 1, "2026-11-23T09:59:59+01:00"), ("sunday", 1, "2026-11-22T23:59:59+01:00"),
    ],
)  # fmt: skip
def test_the_moment_by_which_something_is_known(text: str, starts: int, expected: str) -> None:
    assert by(text, MONDAY, starts) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("text", ["2026-11-24", "2026-12", "2027", "2026-W49", "2026-11-23T10:00:01+01:00"])
def test_what_is_still_to_come_is_known_by_no_moment(text: str) -> None:
    with pytest.raises(FutureError, match="is in the future"):
        by(text, MONDAY)


@pytest.mark.parametrize("text", ["2026-13", "2026-Q5", "2025-W53", "2026-07..2026-09", "Q3", "1800"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"written like|no week|not between"):
        by(text, MONDAY)
