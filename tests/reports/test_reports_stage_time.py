"""The report on the time in each stage."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from scopes import DAY_0, SALES, SUPPORT, deal, golden, rows, scope, visit

from pipecli.core.problem import PipeError
from pipecli.core.settings import Calendar
from pipecli.core.table import Type, Withheld
from pipecli.core.visit import Truncated
from pipecli.reports.brackets import ends
from pipecli.reports.stage_time import stage_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.record import Deal
    from pipecli.core.table import Cell, Table
    from pipecli.core.visit import Visit

D = timedelta(days=1)


def test_the_golden_fixture() -> None:
    table, *_ = stage_time(scope(visits=golden()))
    lead = rows(table, "stage")[("lead",)]
    assert lead == {
        "pipeline": "sales",
        "stage": "lead",
        "kind": "open",
        "entries": 13,
        "completed": 8,
        "still_there": 5,
        "p50": 10 * D,
        "p50_low": 4 * D,
        "p50_high": Withheld("not reached"),
        "p75": Withheld("not reached"),
        "p90": Withheld("not reached"),
        "mean": 8.125 * D,
        "median": 6.5 * D,
        "excluded": 0,
    }
    assert isinstance(lead["p75"], Withheld)
    assert table.notes == ()


def test_the_facts() -> None:
    table, *_ = stage_time(scope(visits=golden()))
    assert dict(table.facts) == {
        "population": "entered stage",
        "clock": "effective",
        "n": "13",
        "as of": "2026-02-10T00:00:00+00:00",
        "commit": "abc123",
        "days": "calendar",
    }


def test_closed_stages_list_their_entries_alone() -> None:
    table, *_ = stage_time(scope(visits=[visit("d1", "won", 3, None), visit("d2", "won", 3, 9)]))
    won = rows(table, "stage")[("won",)]
    assert won["entries"] == 2
    assert {won[name] for name in ("completed", "still_there", "p50", "mean", "excluded")} == {None}
    assert dict(table.facts)["n"] == "0"


def test_time_on_hold_is_its_own_stages_time() -> None:
    table, *_ = stage_time(scope(visits=[visit(f"d{i}", "delayed", 0, i) for i in range(1, 6)]))
    assert rows(table, "stage")[("delayed",)]["p50"] == 3 * D


def test_below_five_there_are_counts_and_nothing_else() -> None:
    table, *_ = stage_time(scope(visits=[visit(f"d{i}", "lead", 0, 2) for i in range(4)]))
    lead = rows(table, "stage")[("lead",)]
    assert (lead["entries"], lead["completed"]) == (4, 4)
    assert [lead[name] for name in ("p50", "p75", "p90", "mean", "median")] == [Withheld("n < 5")] * 5


def test_a_quantile_of_no_time_at_all_is_reached() -> None:
    table, *_ = stage_time(scope(visits=[visit(f"d{i}", "lead", 1, 1) for i in range(5)]))
    assert rows(table, "stage")[("lead",)]["p50"] == timedelta(0)


def test_what_is_left_out_is_counted_and_said() -> None:
    late = {"truncated": Truncated.START_KNOWN, "recorded": DAY_0 + 5 * D}
    sample = [
        visit("d1", "lead", 5, 3),
        visit("d2", "lead", 0, 9, truncated=Truncated.START_UNKNOWN),
        visit("d3", "lead", 0, 9, **late),
        visit("d4", "lead", 0, 4, **late),
        visit("d5", "gone", 0, 4),
    ]
    table, *_ = stage_time(scope(visits=sample))
    lead = rows(table, "stage")[("lead",)]
    assert (lead["entries"], lead["completed"], lead["excluded"]) == (4, 1, 3)
    assert table.notes == (
        "1 visit began before being observed, and entered at the age reached by then",
        "1 visit left out: a negative span",
        "1 visit left out: an unknown start",
        "1 visit left out: an end before the visit was first observed",
        "1 visit left out: in a stage that the pipeline lacks (gone)",
    )


def test_pipelines_are_never_mixed() -> None:
    sample = [visit("d1", "lead", 0, 4), visit("d1", "lead", 4, None, pipeline="support")]
    sales, _, support, _ = stage_time(scope(visits=sample, pipelines=(SALES, SUPPORT)))
    assert rows(sales, "pipeline", "stage")[("sales", "lead")]["completed"] == 1
    assert rows(support, "pipeline", "stage")[("support", "lead")]["still_there"] == 1


def test_one_pipeline_on_request() -> None:
    table, *_ = stage_time(scope(pipelines=(SALES, SUPPORT), pipeline="support"))
    assert table.title == "Time in stage: Support"


def test_an_unknown_pipeline() -> None:
    with pytest.raises(PipeError, match="there is no pipeline 'salse'") as caught:
        stage_time(scope([deal("d1", "lead")], pipeline="salse"))
    assert caught.value.hint == "did you mean 'sales'?"


def test_former_ids_count_as_the_stage_and_retired_stages_show_where_used() -> None:
    table, *_ = stage_time(scope(visits=[visit("d1", "offer", 0, 4), visit("d2", "proposal", 0, 4)]))
    assert rows(table, "stage")[("proposal",)]["entries"] == 2
    assert ("talks",) not in rows(table, "stage")
    table, *_ = stage_time(scope(visits=[visit("d1", "talks", 0, 4)]))
    assert rows(table, "stage")[("talks",)]["entries"] == 1


def by(name: str, deals: Iterable[Deal] = (), visits: Iterable[Visit] = (), **given: Any) -> Table:  # noqa: ANN401 -- any option
    _, divided, _ = stage_time(scope(deals, visits, by=name, **given))
    assert divided.name == "stage-time-by"
    return divided


def groups(table: Table) -> list[tuple[Cell, Cell, Cell]]:
    return [(row["stage"], row["group"], row["entries"]) for row in table.records()]


def test_by_a_fact_of_the_deals_the_most_entries_first() -> None:
    deals = [deal(f"D{i:02}", "lead", owner="kim" if i % 3 else "sam") for i in range(1, 12)]
    table = by("owner", [*deals, deal("D12", "lead")], golden())
    assert groups(table) == [("lead", "kim", 8), ("lead", "sam", 4), ("lead", "not given", 1)]
    assert rows(table, "group")[("kim",)]["p50"] == 6 * D  # 3 4 5 6 12+ 20 32+ 35+: half have left
    assert table.notes == ()


def test_the_groups_add_up_to_the_stage() -> None:
    deals = [deal(f"D{i:02}", "lead", source=f"s{i % 4}") for i in range(1, 13)]
    whole, divided, _ = stage_time(scope(deals, golden(), by="source"))
    lead = rows(whole, "stage")[("lead",)]
    for column in ("entries", "completed", "still_there", "excluded"):
        assert sum(int(str(row[column])) for row in divided.records()) == lead[column]
    assert dict(divided.facts)["n"] == "13"


def test_deals_that_are_gone_have_no_facts() -> None:
    table = by("owner", [deal("d1", "lead", owner="sam")], [visit("d1", "lead", 0, 3), visit("d2", "lead", 0, 3)])
    assert groups(table) == [("lead", "sam", 1), ("lead", "not given", 1)]
    assert table.notes == ("1 visit of deals that were removed, or cannot be read: owner not given",)


def test_by_month_of_the_entry_with_the_empty_ones_between() -> None:
    sample = [
        visit("d1", "lead", 0, 3),
        visit("d2", "lead", 65, None),
        visit("d3", "proposal", 35, None),
        visit("d4", "lead", 2, 5, truncated=Truncated.START_UNKNOWN),
    ]
    table = by("month", visits=sample)
    assert groups(table) == [
        ("lead", "2026-01", 1), ("lead", "2026-02", 0), ("lead", "2026-03", 1), ("lead", "not given", 1),
        ("proposal", "2026-02", 1),
    ]  # fmt: skip
    assert table.columns[3].heading == "month"


def test_a_month_of_which_most_are_still_there_is_not_reached() -> None:
    sample = [visit(f"d{i}", "lead", 35, 37 if i < 2 else None) for i in range(6)]
    row = rows(by("month", visits=sample), "group")[("2026-02",)]
    assert (row["still_there"], row["p50"], row["p50_low"]) == (4, Withheld("not reached"), 2 * D)


def test_by_value_no_two_currencies_share_a_band() -> None:
    deals = [
        deal("d1", "lead", "12000"), deal("d2", "lead", "19999.99"), deal("d3", "lead", "20000", currency="USD"),
        deal("d4", "lead", "15000", currency="GBP"), deal("d5", "lead", "0"), deal("d6", "lead"),
        deal("d7", "lead", "-5"),
    ]  # fmt: skip
    table = by("value", deals, [visit(one.id, "lead", 0, 3) for one in deals])
    found = [(row["currency"], row["group"], row["entries"]) for row in table.records()]
    assert found == [
        ("EUR", "below 0", 1), ("EUR", "0", 1), ("EUR", "10,000 to 20,000", 3), ("GBP", "10,000 to 20,000", 1),
        (None, "not given", 1),
    ]  # fmt: skip
    assert [(one.heading, one.machine) for one in table.columns[3:5]] == [("value", False), ("currency", False)]
    table = by("value", deals[:2], [visit("d1", "lead", 0, 3)])
    assert [(one.heading, one.machine) for one in table.columns[3:5]] == [("value EUR", False), ("currency", True)]


@pytest.mark.parametrize(
    ("amount", "low", "high"),
    [
        ("1", "1", "2"), ("1.99", "1", "2"), ("2", "2", "5"), ("4.999", "2", "5"), ("5", "5", "10"), ("10", "10", "20"),
        ("99999.99", "50000", "100000"), ("100000", "100000", "200000"), ("0.03", "0.02", "0.05"), ("0.00", "0", "0"),
        ("-0.01", "-1", "0"),
    ],
)  # fmt: skip
def test_the_ends_of_a_band(amount: str, low: str, high: str) -> None:
    assert ends(Decimal(amount)) == (Decimal(low), Decimal(high))


def test_by_stage_is_refused() -> None:
    with pytest.raises(PipeError, match="every row of stage-time is one of a stage already"):
        stage_time(scope(by="stage"))


def test_a_period_keeps_the_visits_that_began_in_it() -> None:
    sample = [visit("d1", "lead", 0, 3), visit("d2", "lead", 31, None), visit("d3", "won", 1, None)]
    unknown = visit("d4", "lead", 32, None, truncated=Truncated.START_UNKNOWN)
    table, slow = stage_time(scope(visits=[*sample, unknown], period="2026-02"))
    lead = rows(table, "stage")[("lead",)]
    assert (lead["entries"], lead["completed"], lead["still_there"]) == (1, 0, 1)
    assert rows(table, "stage")[("won",)]["entries"] == 0
    assert table.notes == ("1 visit left out: an unknown start, so in no period",)
    assert [row["deal"] for row in slow.records()] == ["d2"]
    assert dict(table.facts)["period"] == "2026-02 (2026-02-01 to 2026-02-28)"


def test_business_days_are_as_long_as_the_working_hours() -> None:
    office = Calendar(hours=(time(9), time(17)), holidays=[date(2026, 1, 1)])
    sample = [visit(f"d{i}", "lead", 0.5, 5.5) for i in range(5)]  # from noon, a Thursday off, to noon on a Tuesday
    table, slow = stage_time(
        scope(visits=[*sample, visit("d9", "lead", 36.5, None)], calendar=office, business_days=True)
    )
    lead = rows(table, "stage")[("lead",)]
    # Friday and Monday whole, and of Tuesday 3 of 8 hours.
    assert (lead["p50"], lead["mean"], lead["median"]) == (Fraction(19, 8),) * 3
    assert {one.type for one in table.columns if one.name in ("p50", "p50_low", "p90", "mean")} == {Type.BUSINESS_DAYS}
    assert dict(table.facts)["days"] == "business (mon-fri, 09:00-17:00, 1 day off)"
    (open_one,) = slow.records()
    assert open_one["age"] == Fraction(13, 8)  # Friday from noon, Monday; the moment is the beginning of Tuesday
    assert next(one.type for one in slow.columns if one.name == "target") is Type.DAYS


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        (Calendar(), "business (mon-fri)"),
        (Calendar(week=frozenset({6, 0, 1, 2, 3})), "business (sun-thu)"),
        (Calendar(week=frozenset(range(7))), "business (mon-sun)"),
        (Calendar(week=frozenset({2})), "business (wed)"),
        (Calendar(country="DE", region="BY"), "business (mon-fri, holidays of DE-BY)"),
    ],
)
def test_the_facts_say_which_days_were_counted(calendar: Calendar, said: str) -> None:
    if calendar.country:
        pytest.importorskip("holidays")
    table, _ = stage_time(scope(visits=golden(), calendar=calendar, business_days=True))
    assert dict(table.facts)["days"] == said


def test_public_holidays_are_no_business_days() -> None:
    pytest.importorskip("holidays")
    sample = [visit(f"d{i}", "lead", 4, 8) for i in range(5)]  # from Monday to Friday; Tuesday is Epiphany in Bavaria
    days = {}
    for region in (None, "BY"):
        table, _ = stage_time(scope(visits=sample, calendar=Calendar(country="DE", region=region), business_days=True))
        days[region] = rows(table, "stage")[("lead",)]["p50"]
    assert days == {None: 4, "BY": 3}
