"""Days and moments as a source writes them: in ISO 8601, which has a zone of its own, and as people do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from pipecli.interchange.cells import Days
from pipecli.interchange.style import Style, is_bare

BERLIN = ZoneInfo("Europe/Berlin")
STYLE = Style(Days(UTC), Days(BERLIN, month_first=True), datetime(2026, 11, 24, tzinfo=UTC), ".")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-23T20:55:00.000+0000", "2026-02-23T20:55:00+00:00"),
        ("2026-02-23T20:55:00.500Z", "2026-02-23T20:55:00+00:00"),
        ("2026-02-23 20:55:00 UTC", "2026-02-23T20:55:00+00:00"),
        ("2026-02-23 20:55:00", "2026-02-23T20:55:00+00:00"),
        ("2026-02-23T20:55+05:30", "2026-02-23T20:55:00+05:30"),
        ("02/23/26 08:55 PM", "2026-02-23T20:55:00+01:00"),
        ("2/3/2026, 12:05 AM", "2026-02-03T00:05:00+01:00"),
        ("02/23/2026 20:55:07", "2026-02-23T20:55:07+01:00"),
        ("02/23/99", "1999-02-23T00:00:00+01:00"),
    ],
)
def test_a_bare_iso_time_is_utc_and_other_forms_are_local(text: str, moment: str) -> None:
    assert STYLE.moment(text).isoformat() == moment


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("yesterday", "neither a day nor a moment"),
        ("2026-02-30", "no day 2026-02-30"),
        ("2026-02-23T25:00", "there is no time"),
        ("02/23/26 13:05 PM", "there is no time"),
        ("02/23/26 00:05 AM", "there is no time"),
        ("1970-06-01", "before 1971"),
        ("2026-11-25", "in the future"),
    ],
)
def test_what_is_no_moment_says_why(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        STYLE.moment(text)


def test_the_day_of_a_cell_is_the_one_that_is_written_and_that_of_a_moment_the_local_one() -> None:
    assert STYLE.day("2018-12-18 23:30:00") == date(2018, 12, 18)
    assert STYLE.day("02/03/24") == date(2024, 2, 3)
    assert STYLE.local_day(STYLE.moment("2018-12-18 23:30:00")) == date(2018, 12, 19)


def test_a_day_is_to_come_where_it_is_so_everywhere() -> None:
    assert [STYLE.is_to_come(date(2026, 11, day)) for day in (23, 24, 25)] == [False, False, True]


def test_a_time_without_an_offset_is_told_apart() -> None:
    assert [is_bare(text) for text in ("2026-02-23 20:55", "2026-02-23 20:55Z", "2026-02-23")] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.5E7", "15000000"), ("12,400", "12400"), ("$12,400.00", "12400.00"), ("1200.125", "1200.125")],
)
def test_amounts(text: str, number: str) -> None:
    assert STYLE.amount(text) == Decimal(number)
