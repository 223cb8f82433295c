"""The effective clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.visit import Clock
from pipecli.history.effective import Made, effective

ZONE = ZoneInfo("Europe/Berlin")
AUTHORED = datetime(2026, 3, 30, 1, 30, tzinfo=timezone(timedelta(hours=2)))
MADE = Made(AUTHORED, AUTHORED + timedelta(hours=1))
ENTRY = datetime(2026, 3, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "moment"),
    [
        ("2026-03-25", "2026-03-25T00:00:00+01:00"),
        ("2026-03-29", "2026-03-29T00:00:00+01:00"),
        ("2026-03-31", "2026-03-31T00:00:00+02:00"),
        ("2026-03-20", "2026-03-20T15:00:00+00:00"),
        ("2026-03-25T10:00+05:30", "2026-03-25T10:00:00+05:30"),
        ("2026-03-30T20:00+02:00", "2026-03-30T20:00:00+02:00"),
    ],
)
def test_stage_since_counts(since: str, moment: str) -> None:
    found, clock = effective(since, MADE, ENTRY, ZONE)
    assert (found.isoformat(), clock) == (moment, Clock.STAGE_SINCE)


@pytest.mark.parametrize(
    "since",
    ["", "2026-03-30", "2026-03-19", "2026-04-01", "2026-03-20T14:59Z", "2026-03-31T03:00+02:00", "soon", "2026-02-30",
     "0001-01-01", "9999-12-31", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"],
)  # fmt: skip
def test_else_the_author_date(since: str) -> None:
    assert effective(since, MADE, ENTRY, ZONE) == (AUTHORED, Clock.AUTHOR_DATE)


def test_the_day_is_the_workspaces() -> None:
    assert effective("2026-03-29", MADE, None, UTC) == (AUTHORED, Clock.AUTHOR_DATE)
    assert effective("2026-03-30", MADE, None, UTC)[1] is Clock.STAGE_SINCE


def test_a_night_of_daylight_saving_is_an_hour_shorter() -> None:
    one, _ = effective("2026-03-29", MADE, None, ZONE)
    other, _ = effective("2026-03-30", Made(MADE.authored + timedelta(days=1), MADE.recorded), None, ZONE)
    assert other - one == timedelta(hours=23)


MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(-timedelta(hours=12))]))


@given(MOMENTS, MOMENTS, st.none() | MOMENTS, st.dates() | MOMENTS)
def test_any_moment_is_borne(authored: datetime, recorded: datetime, entry: datetime | None, since: object) -> None:
    text = since.isoformat()  # type: ignore[attr-defined]
    found, clock = effective(text, Made(authored, recorded), entry, ZONE)
    if clock is Clock.STAGE_SINCE:
        assert entry is None or found >= entry
        assert found - recorded <= timedelta(days=1)
    else:
        assert found == authored
