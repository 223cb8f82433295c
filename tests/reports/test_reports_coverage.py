"""The report on coverage, over workspaces with a past."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from formerly import at, history
from hypothesis import given, settings
from hypothesis import strategies as st
from scopes import SALES, SUPPORT, deal, scope

from pipecli.core.calendar import period
from pipecli.core.settings import Member, Team
from pipecli.core.table import Withheld
from pipecli.reports.coverage import coverage
from pipecli.reports.moments import previous

if TYPE_CHECKING:
    from pipecli.core.record import Deal
    from pipecli.core.table import Table
    from pipecli.reports.scope import Scope

D = Decimal
QUALIFYING = replace(SALES, stages=[replace(one, qualified=one.id == "proposal") for one in SALES.stages])
TEAM = Team({
    "kim": Member("Kim Lee", quota={"2026-Q1": D(1000), "2026": D(9000)}),
    "sam": Member("Sam Roe", quota={"2026-01": D(1), "2026-02": D(2)}),
    "joe": Member("Joe"),
})  # fmt: skip


def due(name: str, stage: str, value: str | None, on: str = "2026-03-01", **given: Any) -> Deal:  # noqa: ANN401 -- any field of a deal
    return deal(name, stage, value, expected_close=date.fromisoformat(on), **given)


OPENED = [
    due("won", "proposal", "100"), due("lost", "offer", "200"), due("slipped", "proposal", "300"),
    due("stays", "proposal", "400"), due("undated", "proposal", "50"), due("held", "proposal", "25"),
    due("gone", "proposal", "7"), due("raw", "lead", "1"), due("later", "proposal", "1", "2026-04-01"),
    due("abroad", "proposal", "9", currency="CHF"), deal("never", "proposal", "1"), due("parked", "delayed", "1"),
]  # fmt: skip
NOW = [
    due("won", "won", "150", closed_on=date(2026, 2, 1)), due("lost", "lost", "200", closed_on=date(2026, 1, 9)),
    due("slipped", "proposal", "300", "2026-04-02"), due("stays", "proposal", "500"), deal("undated", "proposal", "50"),
    due("held", "delayed", "25"), due("abroad", "proposal", "9", currency="CHF"), due("fresh", "proposal", "60"),
    due("raw", "lead", "1"), due("quick", "won", "90", closed_on=date(2026, 2, 2)),
]  # fmt: skip


def with_team(found: Scope, team: Team = TEAM) -> Scope:
    return replace(found, workspace=replace(found.workspace, team=team))


def report(found: Scope, team: Team = TEAM) -> dict[str, Table]:
    return {table.name: table for table in coverage(with_team(found, team))}


def past(**given: Any) -> Scope:  # noqa: ANN401 -- what a scope takes
    return history(NOW, {at(-5): OPENED}, **{"pipelines": (QUALIFYING,), **given})


def test_the_coverage_of_the_quarter_and_of_its_first_day() -> None:
    table = report(past())["coverage"]
    (row,) = table.records()
    assert (row["quota"], row["won_value"], row["won"], row["to_win"]) == (1000, 240, 2, 760)
    assert (row["open"], row["value"], row["coverage"]) == (2, 560, D("0.74"))
    assert (row["opening"], row["opening_value"], row["day_one"]) == (6, 1075, D("1.08"))
    assert row["needed"] == "no former period"
    assert dict(table.facts)["period"] == "2026-Q1 (2026-01-01 to 2026-03-31)"
    assert table.notes == (
        "quotas are never divided, and those of sam do not make up the period: in no sum",
        "1 open deal without an expected close: in no coverage",
        "1 deal without a usable rate to EUR: shown in CHF",
    )


def test_what_became_of_the_opening_pipeline_adds_up() -> None:
    table = report(past())["coverage-opening"]
    (row,) = table.records()
    assert (row["deals"], row["value"]) == (6, 1075)
    assert {name: row[f"{name}_value"] for name in ("won", "lost", "slipped", "still_open")} == {
        "won": 100, "lost": 200, "slipped": 350, "still_open": 425,
    }  # fmt: skip
    assert [row[name] for name in ("won", "lost", "slipped", "still_open")] == [
        Fraction(part, 1075) for part in (100, 200, 350, 425)
    ]
    assert row["slipped_share"] == Fraction(1, 3)
    assert row["needed"] is None  # the quarter is not over
    assert table.notes == (
        "1 deal left out: no usable rate to EUR",
        "1 deal left out: removed, or not readable, since",
    )


def test_needed_is_measured_over_the_periods_before() -> None:
    first = [due(f"d{n}", "proposal", "100", "2025-12-10") for n in range(5)]
    then = [due("d0", "won", "100", "2025-12-10"), *first[1:]]
    found = report(history(NOW, {at(-200): first, at(-10): then}, pipelines=(QUALIFYING,)))
    (row,) = found["coverage"].records()
    assert (row["needed"], row["needed_n"]) == (5, 5)
    rows = [(one["period"], one["deals"], one["needed"]) for one in found["coverage-opening"].records()]
    assert rows == [("2026-Q1", 0, None), ("2025-Q4", 5, 5), ("2025-Q3", 0, "n < 5")]


def test_a_deal_under_a_new_id_is_the_same() -> None:
    now = [due("b", "won", "5", formerly=["a"], closed_on=date(2026, 1, 5))]
    table = report(history(now, {at(-5): [due("a", "proposal", "5")]}, pipelines=(QUALIFYING,), explain=True))
    (behind,) = table["coverage-opening"].behind
    assert (behind["won_deals"], behind["deals"]) == (("b",), ("b",))


def test_without_a_qualified_stage_there_is_no_coverage_but_a_conversion() -> None:
    found = report(past(pipelines=(SALES,)))
    (row,) = found["coverage"].records()
    assert (row["coverage"], row["day_one"], row["open"]) == ("no qualified stage", "no qualified stage", 3)
    assert found["coverage-opening"].records()[0]["deals"] == 7
    assert found["coverage"].notes[0].startswith("no stage of sales is marked qualified")


def test_without_a_quota() -> None:
    table = report(past(), Team({"joe": Member("Joe")}))["coverage"]
    (row,) = table.records()
    assert (row["quota"], row["to_win"], row["coverage"], row["day_one"]) == ("no quota",) * 4
    assert table.notes[0] == "nobody has a quota: add them to team.yaml"


def test_quotas_are_not_divided_by_pipeline() -> None:
    tables = coverage(with_team(past(pipelines=(QUALIFYING, SUPPORT))))
    assert tables[0].records()[0]["quota"] == "several pipelines"
    assert "quotas are not divided by pipeline: name one with --pipeline" in tables[0].notes
    chosen = coverage(with_team(past(pipelines=(QUALIFYING, SUPPORT), pipeline="sales")))
    assert chosen[0].records()[0]["quota"] == 1000


def test_without_a_history_there_is_the_coverage_alone() -> None:
    found = report(scope(NOW, pipelines=(QUALIFYING,)))
    (row,) = found["coverage"].records()
    assert (row["coverage"], row["day_one"], row["needed"]) == (D("0.74"), "no history", "no history")
    assert found["coverage-opening"].rows == ()


def test_a_period_that_is_over_is_judged_by_its_end() -> None:
    before = [due("a", "proposal", "5", "2025-12-01")]
    end = [due("a", "won", "5", "2025-12-01", closed_on=date(2025, 12, 9))]
    reopened = [due("a", "lost", "5", "2025-12-01", closed_on=date(2026, 1, 9))]
    found = report(history(reopened, {at(-100): before, at(-9): end}, pipelines=(QUALIFYING,), period="2025-Q4"))
    assert found["coverage-opening"].records()[0]["won_deals"] == 1


def test_of_a_period_to_come_there_is_the_coverage_but_no_first_day() -> None:
    first = [due(f"d{n}", "proposal", "100", "2025-12-10") for n in range(5)]
    then = [due("d0", "won", "100", "2025-12-10"), *first[1:]]
    team = Team({"kim": Member("Kim Lee", quota={"2026-Q2": D(600)})})
    found = report(history(NOW, {at(-200): first, at(-10): then}, pipelines=(QUALIFYING,), period="2026-Q2"), team)
    (row,) = found["coverage"].records()
    assert (row["open"], row["coverage"], row["day_one"], row["opening"]) == (1, D("0.50"), "not begun", "not begun")
    assert (row["needed"], row["needed_n"]) == (5, 5)  # the current quarter is not over
    assert [one["period"] for one in found["coverage-opening"].records()] == ["2026-Q1", "2025-Q4", "2025-Q3"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("2026-Q1", ["2025-Q4", "2025-Q3"]), ("2026-01", ["2025-12", "2025-11"]), ("2026", ["2025", "2024"]),
        ("2026-W01", ["2025-W52", "2025-W51"]), ("2026-01-05", []), ("2026-01..2026-02", []),
    ],
)  # fmt: skip
def test_the_periods_before(text: str, names: list[str]) -> None:
    assert [name for name, _ in previous(period(text), text, 1, 2)] == names


def test_a_table_explains_itself_where_it_is_asked_to() -> None:
    for table in report(past(explain=True)).values():
        for row, behind in zip(table.records(), table.behind, strict=True):
            for name, those in behind.items():
                if isinstance(row[name], int):
                    assert len(those) == row[name]


DEALS = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(
        st.sampled_from(["lead", "proposal", "won", "lost", "delayed"]),
        st.none() | st.integers(0, 99),
        st.none() | st.dates(date(2025, 12, 1), date(2026, 6, 1)),
    ),
)


@settings(max_examples=60, deadline=None)
@given(DEALS, DEALS)
def test_the_fates_add_up(then: dict[str, Any], now: dict[str, Any]) -> None:
    made = [
        [
            deal(name, stage, None if value is None else str(value), expected_close=on)
            for name, (stage, value, on) in one.items()
        ]
        for one in (then, now)
    ]
    for row in report(history(made[1], {at(-5): made[0]}, pipelines=(QUALIFYING,)))["coverage-opening"].records():
        fates = ("won", "lost", "slipped", "still_open")
        assert sum(row[f"{name}_deals"] for name in fates) == row["deals"]  # type: ignore[misc]
        assert sum(row[f"{name}_value"] for name in fates) == row["value"]  # type: ignore[misc]
        for suffix in ("", "_share"):
            shares = [row[f"{name}{suffix}"] for name in fates]
            if not isinstance(shares[0], Withheld):
                assert sum(shares) == 1  # type: ignore[arg-type]
