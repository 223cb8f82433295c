"""The curves behind the time in stage."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from scopes import DAY_0, SALES, SUPPORT, golden, scope, visit

from pipecli.core.settings import Calendar
from pipecli.core.table import Type
from pipecli.core.visit import End, Truncated
from pipecli.render.registry import render
from pipecli.reports.survival import SHOWN, survival

D = timedelta(days=1)
LOST = {"D03": 0, "D08": 10}


def sample() -> list[tuple[int, int, float]]:
    (table,) = survival(scope(visits=golden()))
    return [(row["age"] / D, row["at_risk"], row["left"]) for row in table.records()]  # type: ignore[operator, misc]  # of these types


def test_there_is_a_row_for_every_age_at_which_somebody_left() -> None:
    assert sample() == [(3, 12, 1), (4, 11, 1), (5, 10, 1), (6, 9, 1), (7, 8, 1), (10, 7, 2), (20, 4, 1)]


def test_the_shares_of_the_golden_fixture() -> None:
    (table,) = survival(scope(visits=golden()))
    last = table.records()[-1]
    # `golden` of the reports has all of them advance: what is not there has advanced.
    assert (last["still_there"], last["advanced"]) == (Decimal("0.3125"), Decimal("0.6875"))
    assert [last[end] for end in ("back", "lost", "held", "removed")] == [0] * 4
    assert last["lost_low"] is None
    assert (last["still_there_low"], last["still_there_high"]) == (Decimal("0.084482"), Decimal("0.57841"))


def test_every_row_adds_up_to_one() -> None:
    ends = [end for end in End if end is not End.STILL_THERE]
    visits = [visit(f"d{i}", "lead", 0, i % 13 + 1 if i % 5 else None, end=ends[i % len(ends)]) for i in range(60)]
    visits = [one if one.left else visit(one.deal, "lead", 0, None) for one in visits]
    (table,) = survival(scope(visits=visits))
    names = [end.replace(" ", "_") for end in End]
    for row in table.records():
        assert float(sum(Decimal(str(row[name])) for name in names)) == pytest.approx(1, abs=1e-5)
        for name in names:
            low, high = row[f"{name}_low"], row[f"{name}_high"]
            assert low is None or Decimal(str(low)) <= Decimal(str(row[name])) <= Decimal(str(high))


def test_a_person_sees_some_ages_as_far_as_anybody_was_observed() -> None:
    (table,) = survival(scope(visits=golden()))
    assert table.digest is not None
    assert [row[2:5] for row in table.digest] == [
        (1 * D, 13, 0), (2 * D, 13, 0), (5 * D, 10, 3), (7 * D, 8, 2), (14 * D, 4, 2), (30 * D, 2, 1),
    ]  # fmt: skip
    assert [row[5] for row in table.digest][1:4] == [1, Decimal("0.75"), Decimal("0.583333")]
    assert len(render([table], "csv").splitlines()) == 1 + 7
    assert render([table], "markdown").count("| lead |") == 6


def test_late_entries_are_at_risk_from_their_age_on() -> None:
    late = [visit(f"l{i}", "lead", 0, 12, truncated=Truncated.START_KNOWN, recorded=DAY_0 + 6 * D) for i in range(3)]
    early = [visit(f"e{i}", "lead", 0, 8) for i in range(4)]
    (table,) = survival(scope(visits=[*late, *early]))
    assert table.digest is not None
    assert [row[2:5] for row in table.digest] == [(1 * D, 4, 0), (2 * D, 4, 0), (5 * D, 4, 0), (7 * D, 7, 0)]
    assert [(row["age"], row["at_risk"]) for row in table.records()] == [(8 * D, 7), (12 * D, 3)]


def test_nothing_is_shown_behind_a_gap() -> None:
    late = [visit(f"l{i}", "lead", 0, 12, truncated=Truncated.START_KNOWN, recorded=DAY_0 + 6 * D) for i in range(5)]
    (table,) = survival(scope(visits=[visit("d1", "lead", 0, 2), *late]))
    assert table.rows == ()
    assert table.digest is not None
    assert [row[2] for row in table.digest] == [1 * D]


def test_a_stage_with_too_few_visits_has_no_curve() -> None:
    (table,) = survival(scope(visits=[*golden(), visit("d1", "proposal", 0, 3)]))
    assert {row["stage"] for row in table.records()} == {"lead"}
    assert table.notes == ("fewer than 5 visits, so no curve: proposal, delayed",)


def test_in_business_days_the_ages_are_business_days() -> None:
    (table,) = survival(scope(visits=golden(), calendar=Calendar(), business_days=True))
    assert table.columns[2].type is Type.BUSINESS_DAYS
    assert table.digest is not None
    assert [row[2] for row in table.digest] == [age for age in SHOWN if age < 25]
    assert dict(table.facts)["days"] == "business (mon-fri)"


def test_pipelines_are_never_mixed() -> None:
    tables = survival(scope(visits=golden(), pipelines=(SALES, SUPPORT)))
    assert [len(table.rows) for table in tables] == [7, 0]
    assert tables[1].empty == "no stage has a curve"
