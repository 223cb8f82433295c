"""The reports on the age of open deals, and on how the stays of months went."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from scopes import NOW, SALES, deal, scope, visit

from pipecli.core.table import Withheld
from pipecli.core.visit import Truncated
from pipecli.reports.aging import MOST, aging
from pipecli.reports.stage_time_trend import stage_time_trend

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipecli.core.record import Deal
    from pipecli.core.table import Cell, Table
    from pipecli.core.visit import Visit

D = timedelta(days=1)
TOO_FEW = Withheld("n < 5")
TIMED = replace(SALES, stages=[replace(one, target=10 * D if one.id == "lead" else None) for one in SALES.stages])
LEFT = [visit(f"x{number}", "lead", 0, number) for number in range(1, 11)]


def report(deals: Iterable[Deal], visits: Iterable[Visit], **asked: Any) -> Table:  # noqa: ANN401 -- any option
    (table,) = aging(scope(deals, visits, pipelines=(TIMED,), **asked))
    return table


def told(table: Table, *names: str) -> list[tuple[Cell, ...]]:
    return [tuple(row[name] for name in names) for row in table.records()]


def test_each_open_deal_beside_the_target_and_the_quantiles_of_its_stage() -> None:
    deals = [deal("old", "lead", "5", owner="kim"), deal("late", "lead"), deal("new", "lead"), deal("done", "won")]
    visits = [*LEFT, visit("old", "lead", 0, None), visit("late", "lead", 28, None), visit("new", "lead", 39, None)]
    table = report(deals, visits)
    names = ("deal", "age", "target", "p50", "p90", "past", "past_target", "past_p90", "value", "currency")
    assert told(table, *names) == [
        ("old", 40 * D, 10 * D, 7 * D, Withheld("not reached"), "target", True, None, 5, "EUR"),
        ("late", 12 * D, 10 * D, 7 * D, Withheld("not reached"), "target", True, None, None, None),
        ("new", D, 10 * D, 7 * D, Withheld("not reached"), None, False, None, None, None),
    ]
    assert table.notes == ("2 deals past the target of the stage",)
    assert dict(table.facts)["n"] == "3"


def test_past_the_p90_comes_first() -> None:
    deals = [deal("long", "proposal"), deal("late", "lead")]
    many = [visit(f"y{number}", "proposal", 0, 2 + number / 100) for number in range(20)]
    late = [visit(name, "lead", 1, None) for name in ("late", "removed")]
    table = report(deals, [*many, *LEFT, visit("long", "proposal", 35, None), *late])
    assert told(table, "deal", "past", "past_p90") == [("long", "p90", True), ("late", "target", None)]


def test_an_age_that_is_not_known_is_withheld_and_stands_last() -> None:
    deals = [deal(name, "lead") for name in ("nowhere", "elsewhere", "of-old", "ahead", "known")]
    visits = [
        visit("elsewhere", "proposal", 3, None),
        visit("of-old", "lead", 3, None, truncated=Truncated.START_UNKNOWN),
        visit("ahead", "lead", 41, None),
        visit("known", "lead", 3, None),
    ]
    table = report(deals, visits)
    assert told(table, "deal", "age") == [
        ("known", 37 * D), ("ahead", "a negative span"), ("elsewhere", "no history"), ("nowhere", "no history"),
        ("of-old", "unknown start"),
    ]  # fmt: skip
    assert table.notes[1:] == (
        "2 deals without an age: no history",
        "1 deal without an age: unknown start",
        "1 deal without an age: a negative span",
    )


def test_a_person_is_shown_the_first_of_many() -> None:
    deals = [deal(f"d{number}", "lead") for number in range(MOST + 5)]
    table = report(deals, [visit(one.id, "lead", 3, None) for one in deals])
    assert (len(table.rows), len(table.digest or ())) == (MOST + 5, MOST)
    assert table.notes[0] == "20 of 25 open deals: --format csv has all of them"


def test_in_business_days() -> None:
    (row,) = report([deal("a", "lead")], [visit("a", "lead", 33, None)], business_days=True).records()
    assert row["age"] == Fraction(5)  # a week but for a weekend
    assert row["target"] == 10 * D


def trend(visits: Sequence[Visit], **asked: Any) -> Table:  # noqa: ANN401 -- any option
    (table,) = stage_time_trend(scope((), visits, pipelines=(TIMED,), **asked))
    return table


VISITS = [
    *LEFT,
    *(visit(f"f{number}", "lead", 20, 20 + number) for number in (2, 4, 12, 14, 16)),
    visit("stuck", "lead", 25, None), visit("fresh", "lead", 35, None), visit("z", "proposal", 1, 3),
]  # fmt: skip


def test_the_stays_by_the_month_of_their_end_and_the_target_by_that_of_their_beginning() -> None:
    table = trend(VISITS)
    names = ("stage", "month", "completed", "median", "entered", "within", "beyond", "undecided", "within_rate")
    assert told(table, *names) == [
        ("lead", "2026-01", 12, 4.5 * D, 16, 12, 4, 0, Fraction(3, 4)),
        ("lead", "2026-02", 3, TOO_FEW, 1, 0, 0, 1, TOO_FEW),
        ("proposal", "2026-01", 1, TOO_FEW, 1, None, None, None, None),
        ("proposal", "2026-02", 0, TOO_FEW, 0, None, None, None, None),
        *(("delayed", f"2026-{month}", 0, TOO_FEW, 0, None, None, None, None) for month in ("01", "02")),
    ]
    assert table.notes == ("no target: proposal, delayed",)


def test_a_period_is_of_its_months() -> None:
    assert {row["month"] for row in trend(VISITS, period="2026-Q1").records()} == {"2026-01", "2026-02"}
    assert {row["month"] for row in trend(VISITS, period="2025-12").records()} == {"2025-12"}
    assert trend([]).rows == ()


def test_visits_in_no_estimate_are_told() -> None:
    table = trend([*VISITS, visit("b", "lead", 5, 3)])
    assert table.notes[-1] == "1 visit left out: a negative span"


def test_a_table_explains_itself_where_it_is_asked_to() -> None:
    table = trend(VISITS, explain=True)
    for row, behind in zip(table.records(), table.behind, strict=True):
        for name, those in behind.items():
            if isinstance(row[name], int):
                assert len(those) == row[name]


def test_a_year_is_too_long_for_a_person() -> None:
    table = trend([visit("a", "lead", -300, None)])
    assert table.digest is not None
    assert {row[2] for row in table.digest} == {"2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02"}
    assert len({row[2] for row in table.rows}) > 6
    assert NOW.month == 2
