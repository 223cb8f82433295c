"""Pushes: the expected close moved later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.promise import Promise
from pipecli.metrics.slippage import Push, moved, pushes

DAY = timedelta(days=1)


def promise(moment: str, close: str | None, by: str = "sam") -> Promise:
    return Promise(datetime.fromisoformat(moment).replace(tzinfo=UTC), by, date.fromisoformat(close) if close else None)


def lengths(*given: Promise) -> list[int]:
    return [push.length.days for push in pushes(given, UTC)]


def test_a_later_day_is_a_push_and_an_earlier_one_is_none() -> None:
    found = list(pushes([promise("2026-01-01T10:00", "2026-02-01"), promise("2026-01-05T10:00", "2026-02-11")], UTC))
    assert found == [Push(date(2026, 1, 5), "sam", date(2026, 2, 1), date(2026, 2, 11))]
    assert lengths(promise("2026-01-01T10:00", "2026-02-11"), promise("2026-01-05T10:00", "2026-02-01")) == []
    assert lengths(promise("2026-01-01T10:00", "2026-02-11")) == []
    assert lengths() == []


def test_several_edits_on_one_day_by_one_person_are_one() -> None:
    first = promise("2026-01-01T10:00", "2026-02-01")
    typo, mended = promise("2026-01-05T10:00", "2027-02-11"), promise("2026-01-05T10:05", "2026-02-11")
    assert lengths(first, typo, mended) == [10]
    back = promise("2026-01-05T11:00", "2026-02-01")
    assert lengths(first, typo, back) == []
    other = promise("2026-01-05T10:05", "2026-02-21", by="kim")
    assert lengths(first, promise("2026-01-05T10:00", "2026-02-11"), other) == [10, 10]
    assert lengths(first, mended, promise("2026-01-06T10:05", "2026-02-21")) == [10, 10]


def test_the_day_of_an_edit_is_that_of_the_zone() -> None:
    edits = [
        promise("2026-01-01T10:00", "2026-02-01"),
        promise("2026-01-05T22:30", "2026-02-11"),
        promise("2026-01-05T23:30", "2026-02-21"),
    ]
    assert [push.length.days for push in pushes(edits, UTC)] == [20]
    assert [push.length.days for push in pushes(edits, ZoneInfo("Europe/Berlin"))] == [10, 10]


def test_a_day_that_was_removed_is_held_against_the_one_before() -> None:
    first, gone = promise("2026-01-01T10:00", "2026-02-01"), promise("2026-01-03T10:00", None)
    assert lengths(first, gone, promise("2026-01-05T10:00", "2026-02-11")) == [10]
    assert lengths(first, gone, promise("2026-01-05T10:00", "2026-01-11")) == []
    assert lengths(gone, first) == []


def test_slips_are_some_of_the_pushes() -> None:
    found = list(pushes([promise(f"2026-01-0{n}T10:00", f"2026-02-0{n}") for n in range(1, 5)], UTC))
    both = moved(found, lambda push: push.after == date(2026, 2, 3))
    assert (len(both.pushes), len(both.slips), both.length) == (3, 1, 3 * DAY)
    assert moved([], lambda _: True).length == timedelta(0)


@given(
    st.lists(
        st.tuples(st.integers(0, 72), st.sampled_from(["sam", "kim"]), st.none() | st.integers(0, 90)), max_size=12
    )
)
def test_pushes_rise_and_reach_no_further_than_what_was_written(drawn: list[tuple[int, str, int | None]]) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    hour = 0
    given: list[Promise] = []
    for more, by, close in drawn:
        hour += more
        day = None if close is None else date(2026, 1, 1) + close * DAY
        given.append(Promise(start + timedelta(hours=hour), by, day))
    found = list(pushes(given, UTC))
    written = [one.expected_close for one in given if one.expected_close]
    assert all(push.length > timedelta(0) for push in found)
    assert all(push.before in written and push.after in written for push in found)
    assert len(found) <= max(0, len(written) - 1)
    if written and not found:
        assert [one.on for one in found] == []
    assert [one.on for one in found] == sorted(one.on for one in found)
