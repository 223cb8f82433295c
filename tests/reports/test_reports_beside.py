"""`--compare`: two tables side by side, and the moment that is compared with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from worlds import NOW, WORLDS, needed

from pipecli.core.calendar import period
from pipecli.core.problem import PipeError
from pipecli.core.table import Cell, Column, Figure, Table, Type, Withheld
from pipecli.render.registry import render
from pipecli.reports.beside import ANOTHER_CURRENCY, GONE, NEW, beside, change
from pipecli.reports.former import as_far_on, former
from pipecli.reports.registry import REPORTS, chosen, report
from pipecli.reports.scope import Asked, Scope

COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("owner", "owner", key=True),
    Column("won", "won", Type.INTEGER),
    Column("rate", "win rate", Type.SHARE),
    Column("value", "value", Type.MONEY, priority=2),
    Column("cycle", "cycle", Type.DAYS, machine=True),
    Column("currency", "currency"),
)
NOW_TABLE = Table(
    "Owners",
    COLUMNS,
    (
        ("sales", "sam", 13, Fraction(1, 4), Decimal("10.50"), timedelta(days=3), "EUR"),
        ("sales", "kim", 2, Withheld("n < 5"), None, None, "EUR"),
        ("sales", "pat", 1, None, Decimal(3), None, "USD"),
        ("sales", "new", 1, None, None, None, "EUR"),
    ),
    facts=(("n", "17"),),
    name="owners",
)
THEN_TABLE = replace(
    NOW_TABLE,
    rows=(
        ("sales", "kim", 2, Fraction(1, 2), None, None, "EUR"),
        ("sales", "sam", 12, Fraction(1, 3), Decimal("12.25"), timedelta(days=5), "EUR"),
        ("sales", "pat", 1, None, Decimal(2), None, "EUR"),
        ("sales", "old", 7, None, Decimal(9), None, "EUR"),
    ),
    facts=(("n", "22"),),
    notes=("two deals left out",),
)
THEN = WORLDS["one deal"].at(NOW - timedelta(days=30), Asked())


def _joined(now: Table = NOW_TABLE, then: Table = THEN_TABLE) -> dict[Cell, dict[str, Cell]]:
    (table,) = beside([now], [then], THEN)
    return {record["owner"]: record for record in table.records()}


def test_each_figure_stands_beside_what_it_was() -> None:
    sam = _joined()["sam"]
    assert (sam["won"], sam["won_before"], sam["won_change"]) == (13, 12, 1)
    assert sam["rate_change"] == Fraction(-1, 12)
    assert sam["value_change"] == Decimal("-1.75")
    assert sam["cycle_change"] == timedelta(days=-2)


def test_what_is_withheld_or_absent_has_no_change() -> None:
    kim = _joined()["kim"]
    assert (kim["won_change"], kim["rate_change"], kim["value_change"]) == (0, Withheld("n < 5"), None)
    assert kim["rate_before"] == Fraction(1, 2)


def test_amounts_of_two_currencies_are_not_subtracted() -> None:
    pat = _joined()["pat"]
    assert (pat["value"], pat["value_before"], pat["value_change"]) == (Decimal(3), ANOTHER_CURRENCY, ANOTHER_CURRENCY)
    assert pat["won_change"] == 0


def test_rows_that_are_there_once_are_new_or_gone() -> None:
    found = _joined()
    assert list(found) == ["sam", "kim", "pat", "new", "old"]
    assert (found["new"]["row"], found["new"]["won_before"], found["new"]["won_change"]) == ("new", None, NEW)
    assert (found["old"]["row"], found["old"]["won"], found["old"]["won_before"]) == ("gone", None, 7)
    assert (found["old"]["won_change"], found["old"]["currency"]) == (GONE, "EUR")


def test_the_facts_and_notes_tell_of_both_moments() -> None:
    (table,) = beside([NOW_TABLE], [THEN_TABLE], THEN)
    assert dict(table.facts)["compared with"] == "2026-10-21T12:00:00+00:00, commit abc123, n 22"
    assert table.notes == ("before: two deals left out",)


def test_people_are_shown_signs_and_percent_points() -> None:
    text = render(beside([NOW_TABLE], [THEN_TABLE], THEN), "table")
    sam, kim = text.splitlines()[4:6]
    assert sam.split() == ["sam", "13", "12", "+1", "25.0%", "33.3%", "-8.3", "pp", "10.50", "-1.75", "EUR"]
    assert "=" in kim
    assert "sales,sam,,13,12,1,0.25,0.333333,-0.083333,10.50,12.25,-1.75,3,5,-2,EUR" in render(
        beside([NOW_TABLE], [THEN_TABLE], THEN), "csv"
    )


def test_rows_of_one_name_are_joined_in_their_order() -> None:
    twice = replace(NOW_TABLE, rows=(NOW_TABLE.rows[0], NOW_TABLE.rows[0]))
    (table,) = beside([twice], [replace(twice, rows=(THEN_TABLE.rows[1],))], THEN)
    assert [row["row"] for row in table.records()] == [None, "new"]


def test_the_months_of_two_periods_stand_beside_each_other_in_their_order() -> None:
    columns = (Column("by", "by", key=True), Column("group", "month", key=True), Column("won", "won", Type.INTEGER))
    now = Table("Months", columns, (("month", "2026-07", 3), ("month", "2026-08", 4)))
    then = replace(now, rows=(("month", "2026-04", 1), ("month", "2026-05", 1)))
    (table,) = beside([now], [then], THEN, shifted=True)
    assert [(row["group"], row["won_change"]) for row in table.records()] == [("2026-07", 2), ("2026-08", 3)]
    (table,) = beside([now], [then], THEN)
    assert [row["row"] for row in table.records()] == ["new", "new", "gone", "gone"]


def test_a_table_whose_rows_have_no_name_is_left_as_it_is() -> None:
    nameless = replace(NOW_TABLE, columns=tuple(replace(column, key=False) for column in COLUMNS))
    (table,) = beside([nameless], [nameless], THEN)
    assert table.rows == NOW_TABLE.rows
    assert table.notes == ("not compared: nothing names a row of this table at two moments",)


def test_a_table_that_is_gone_stands_last_and_a_new_one_is_new() -> None:
    one = replace(NOW_TABLE, title="One", rows=(("one", *NOW_TABLE.rows[0][1:]),))
    two = replace(NOW_TABLE, title="Two", rows=(("two", *NOW_TABLE.rows[0][1:]),))
    new, gone = beside([one], [two], THEN)
    assert [(t.title, t.records()[0]["row"]) for t in (new, gone)] == [("One", "new"), ("Two", "gone")]


def test_a_table_of_another_title_is_found_by_its_pipeline() -> None:
    (table,) = beside([replace(NOW_TABLE, title="Since 2")], [replace(THEN_TABLE, title="Since 1")], THEN)
    assert table.title == "Since 2"
    assert table.records()[0]["won_change"] == 1


def test_what_people_are_shown_of_a_long_table_is_joined_too() -> None:
    now, then = (replace(table, digest=table.rows[:1]) for table in (NOW_TABLE, THEN_TABLE))
    (table,) = beside([now], [then], THEN)
    assert [row[1] for row in table.digest or ()] == ["sam", "kim"]


def test_figures_of_several_types_change_within_one_type() -> None:
    three, two = Figure(3, Type.INTEGER), Figure(2, Type.INTEGER)
    assert change(three, two) == Figure(1, Type.INTEGER)
    assert change(three, Figure(2, Type.SHARE)) == ANOTHER_CURRENCY
    assert change(three, None) is None
    assert change("a", "b") is None


Q3, Q2 = period("2026-Q3"), period("2026-Q2")


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-07-11T09:00+00:00", "2026-04-11T09:00+00:00"),
        ("2026-09-30T23:59:59+00:00", "2026-06-30T23:59:59+00:00"),
        ("2026-11-14T09:00+00:00", "2026-08-14T09:00+00:00"),
        ("2026-06-21T09:00+00:00", "2026-03-22T09:00+00:00"),
    ],
)
def test_a_period_is_seen_from_as_far_on(now: str, then: str) -> None:
    assert as_far_on(datetime.fromisoformat(now), Q3, Q2).isoformat() == datetime.fromisoformat(then).isoformat()


def test_a_shorter_period_is_seen_from_its_end_at_the_latest() -> None:
    found = as_far_on(datetime(2026, 3, 30, 9, tzinfo=UTC), period("2026-03"), period("2026-02"))
    assert found.isoformat() == "2026-02-28T23:59:59+00:00"


def _compared(compare: str, period: str | None = None) -> Scope:
    scope = WORLDS["a year"].at(NOW, Asked(period=period))
    return former(replace(scope, before=None, asked=replace(scope.asked, compare=compare)))


@pytest.mark.parametrize(
    ("compare", "period", "moment", "asked"),
    [
        ("previous", None, "2026-10-20T12:00:00+00:00", None),
        ("year", None, "2025-11-20T12:00:00+00:00", None),
        ("previous", "last-quarter", "2026-08-20T12:00:00+00:00", "2026-04-01..2026-06-30"),
        ("previous", "2026-Q4", "2026-08-20T12:00:00+00:00", "2026-07-01..2026-09-30"),
        ("previous", "ytd", "2025-11-20T12:00:00+00:00", "2025-01-01..2025-11-20"),
        ("year", "2026-Q3", "2025-11-20T12:00:00+00:00", "2025-07-01..2025-09-30"),
        ("2026-10-01", "2026-Q3", "2026-10-01T23:59:59+00:00", "2026-Q3"),
        ("2026-Q3", None, "2026-09-30T23:59:59+00:00", None),
    ],
)
def test_the_moment_and_the_period_that_are_compared_with(
    compare: str, period: str | None, moment: str, asked: str | None
) -> None:
    found = _compared(compare, period)
    assert (found.now.isoformat(), found.asked.period) == (moment, asked)


def test_what_is_told_since_a_moment_is_compared_with_as_long_before_it() -> None:
    scope = WORLDS["a year"].at(NOW, Asked(since="7d"))
    found = former(replace(scope, asked=replace(scope.asked, compare="previous")))
    assert found.now == NOW - timedelta(days=7)
    assert found.before is not None
    assert found.before.now == NOW - timedelta(days=14)


def test_what_cannot_be_compared_with() -> None:
    with pytest.raises(PipeError, match="is in the future"):
        _compared("2027-01-01")
    with pytest.raises(PipeError, match=r"--compare lately: .*; and there is no revision of that name"):
        _compared("lately")
    scope = WORLDS["a year"].at(NOW, Asked(compare="previous"))
    with pytest.raises(PipeError, match="--compare needs a git history"):
        former(replace(scope, then=None))


def test_compare_is_one_question_about_one_report() -> None:
    with pytest.raises(PipeError, match="--explain and --compare are two questions"):
        report("pipeline", Asked(explain=True, compare="previous"))
    with pytest.raises(PipeError, match="--compare is for one report at a time"):
        chosen("all", Asked(compare="previous"))


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_beside_itself_has_changed_nothing(name: str) -> None:
    scope = WORLDS["a year"].at(NOW, needed(REPORTS[name]))
    for table in REPORTS[name].tables(replace(scope, beside=scope)):
        records = table.records()
        assert all(record["row"] is None for record in records if "row" in record)
        changes = {record[c.name] for record in records for c in table.columns if c.signed}
        assert all(not one or isinstance(one, Withheld) or _is_no_change(one) for one in changes), table.name


def _is_no_change(cell: Cell) -> bool:
    return isinstance(cell, Figure) and (not cell.cell or isinstance(cell.cell, Withheld))


def test_a_pipeline_that_was_not_there_is_all_new() -> None:
    scope = WORLDS["two pipelines"].at(NOW, Asked(), pipeline="support")
    other = WORLDS["a year"].at(NOW, Asked(), pipeline="support")
    (table,) = REPORTS["pipeline"].tables(replace(scope, beside=other))
    assert {record["row"] for record in table.records()} == {"new"}
