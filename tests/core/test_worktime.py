"""Business time: worked out by hand, and against a count of every minute."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipecli.core.problem import PipeError
from pipecli.core.settings import Calendar
from pipecli.core.worktime import WorkTime, public_holidays, worktime

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OFFICE = Calendar(hours=(time(9), time(17, 30)), holidays=[date(2026, 12, 25), date(2026, 12, 26)])
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns")
HOURS = st.none() | st.tuples(st.times(), st.times()).map(
    lambda ends: tuple(sorted(one.replace(second=0, microsecond=0) for one in ends))
).filter(lambda ends: ends[0] < ends[1])
CALENDARS = st.builds(
    Calendar,
    st.frozensets(st.integers(0, 6), min_size=1),
    HOURS,
    st.lists(st.dates(date(2026, 3, 20), date(2026, 4, 10)), max_size=4),
)


def moment(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def counted(calendar: Calendar, zone: ZoneInfo, start: datetime, end: datetime) -> timedelta:
    """Return the minutes whose beginning a clock on the wall shows within the working hours, one by one."""
    opens, closes = calendar.hours or (time.min, time.max)
    worked, at = timedelta(0), start.astimezone(UTC)
    while at < end:
        wall = at.astimezone(zone)
        if wall.weekday() in calendar.week and wall.date() not in calendar.holidays and opens <= wall.time() < closes:
            worked += MINUTE
        at += MINUTE
    return worked


@settings(max_examples=60, deadline=None)
@given(CALENDARS, st.sampled_from(ZONES), st.integers(0, 6 * 1440), st.integers(0, 6 * 1440), st.booleans())
def test_as_every_minute_counted(calendar: Calendar, name: str, first: int, length: int, autumn: bool) -> None:
    zone = ZoneInfo(name)
    base = datetime(2026, 10, 30, tzinfo=UTC) if autumn else datetime(2026, 3, 26, tzinfo=UTC)
    if name == "America/New_York" and not autumn:
        base -= 20 * DAY
    if name == "Europe/Berlin" and autumn:
        base -= 7 * DAY
    start = base + first * MINUTE
    end = start + length * MINUTE
    found = worktime(calendar, zone)
    assert found.between(start, end) == counted(calendar, zone, start, end)
    assert found.between(end, start) == -found.between(start, end)


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 -- hypothesis wants them without a zone
    st.timedeltas(timedelta(0), timedelta(days=4000)),
    st.timedeltas(timedelta(0), timedelta(days=4000)),
    st.sampled_from(ZONES),
)
def test_the_parts_add_up_to_the_whole(naive: datetime, one: timedelta, other: timedelta, name: str) -> None:
    start = naive.replace(tzinfo=UTC)
    found = worktime(OFFICE, ZoneInfo(name))
    whole = found.between(start, start + one + other)
    assert whole == found.between(start, start + one) + found.between(start + one, start + one + other)
    assert timedelta(0) <= whole <= one + other


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)), st.timedeltas(timedelta(0), timedelta(days=4000)))  # noqa: DTZ001 -- as above
def test_without_hours_and_days_off_it_is_all_time(naive: datetime, length: timedelta) -> None:
    start = naive.replace(tzinfo=UTC)
    assert worktime(Calendar(week=frozenset(range(7))), BERLIN).between(start, start + length) == length


@pytest.mark.parametrize(
    ("start", "end", "worked"),
    [
        ("2026-11-23T09:00", "2026-11-23T17:30", 8.5),  # a Monday
        ("2026-11-23T08:00", "2026-11-23T20:00", 8.5),
        ("2026-11-23T12:00", "2026-11-23T13:15", 1.25),
        ("2026-11-20T17:00", "2026-11-23T09:30", 1),  # from a Friday to a Monday
        ("2026-11-21T10:00", "2026-11-22T18:00", 0),  # a weekend
        ("2026-11-20T18:00", "2026-12-04T18:00", 85),  # two weeks
        ("2026-12-24T09:00", "2026-12-28T17:30", 17),  # Christmas: a Friday and a Saturday off
        ("2026-10-23T17:00", "2026-10-26T09:30", 1),  # the clocks go back on the Sunday between
    ],
)
def test_office_hours(start: str, end: str, worked: float) -> None:
    assert worktime(OFFICE, BERLIN).between(moment(start), moment(end)) == worked * HOUR


def night(zone: ZoneInfo = BERLIN) -> WorkTime:
    return worktime(Calendar(week=frozenset({6}), hours=(time(1, 30), time(3, 30))), zone)


def test_an_hour_that_the_clocks_skip_is_not_worked() -> None:
    assert night().between(moment("2026-03-29T00:00"), moment("2026-03-29T12:00")) == HOUR


def test_an_hour_that_the_clocks_show_twice_is_worked_twice() -> None:
    assert night().between(moment("2026-10-25T00:00"), moment("2026-10-25T12:00")) == 3 * HOUR


def test_a_working_day_without_hours_is_as_long_as_it_was() -> None:
    whole = worktime(Calendar(week=frozenset(range(7))), BERLIN)
    assert whole.between(moment("2026-03-29T00:00"), moment("2026-03-30T00:00")) == 23 * HOUR
    assert whole.between(moment("2026-10-25T00:00"), moment("2026-10-26T00:00")) == 25 * HOUR


def test_a_day_that_a_zone_left_out_is_not_worked() -> None:
    apia = ZoneInfo("Pacific/Apia")  # it went over the date line, and had no Friday, 30 December 2011
    found = worktime(Calendar(hours=(time(9), time(17))), apia)
    assert found.between(moment("2011-12-29T00:00", apia), moment("2011-12-31T12:00", apia)) == 8 * HOUR


def test_the_length_of_a_business_day() -> None:
    assert worktime(OFFICE, BERLIN).day == 8.5 * HOUR
    assert worktime(Calendar(), BERLIN).day == DAY


def test_further_days_off() -> None:
    found = worktime(OFFICE, BERLIN, [date(2026, 11, 24), date(2026, 11, 28), date(2026, 12, 25)])
    assert found.between(moment("2026-11-23T00:00"), moment("2026-11-30T00:00")) == 4 * 8.5 * HOUR
    assert len(found.off) == 2


def test_the_holidays_of_a_country_and_of_its_region() -> None:
    pytest.importorskip("holidays")
    germany, bavaria = Calendar(country="DE"), Calendar(country="DE", region="BY")
    epiphany, labour_day = date(2026, 1, 6), date(2026, 5, 1)
    assert labour_day in public_holidays(germany, [2026])
    assert epiphany not in public_holidays(germany, [2026])
    assert {epiphany, labour_day} < public_holidays(bavaria, [2026])
    assert {day.year for day in public_holidays(bavaria, range(2025, 2027))} == {2025, 2026}


def test_a_calendar_without_a_country_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert public_holidays(OFFICE, [2026]) == frozenset()


def test_without_the_extra_a_country_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(PipeError, match=r"holidays of DE, which pipe\.yaml names, need the package 'holidays'") as why:
        public_holidays(Calendar(country="DE"), [2026])
    assert "pip install '.[holidays]'" in why.value.hint


@pytest.mark.parametrize(("country", "region", "where"), [("XX", None, "XX"), ("DE", "ZZ", "DE-ZZ")])
def test_a_country_that_nobody_knows(country: str, region: str | None, where: str) -> None:
    pytest.importorskip("holidays")
    with pytest.raises(PipeError, match=f"the holidays of {where} are not known"):
        public_holidays(Calendar(country=country, region=region), [2026])
