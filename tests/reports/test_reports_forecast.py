"""The weighted forecast: which deal stands in which row, and what the rows add up to."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pytest
from scopes import NOW, SALES, SUPPORT, deal, rows, scope

from pipecli.core.pipeline import Forecast, Kind, Pipeline, Stage
from pipecli.core.problem import PipeError
from pipecli.core.table import Withheld
from pipecli.reports.forecast import forecast
from pipecli.reports.registry import report
from pipecli.reports.scope import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipecli.core.record import Deal
    from pipecli.core.table import Cell, Table

FEBRUARY, MARCH, MAY = date(2026, 2, 20), date(2026, 3, 31), date(2026, 5, 1)
"""The tests' present is the 10th of February."""
D = Decimal
B2B = Pipeline(
    "sales",
    "pipelines/sales.yaml",
    "B2B sales",
    [
        Stage("lead", "Lead", probability=D("0.1"), forecast=Forecast.PIPELINE),
        Stage("proposal", "Proposal", probability=D("0.5"), forecast=Forecast.BEST_CASE),
        Stage("bare", "Bare"),
        Stage("won", "Won", kind=Kind.WON),
        Stage("lost", "Lost", kind=Kind.LOST),
        Stage("delayed", "Delayed", kind=Kind.ON_HOLD, probability=D("0.5")),
    ],
)


def tables(deals: Iterable[Deal], **asked: str | bool) -> Mapping[str, Table]:
    question = Asked(**asked)  # type: ignore[arg-type]
    return {table.name: table for table in forecast(replace(scope(deals, pipelines=[B2B]), asked=question))}


def amounts(deals: Iterable[Deal], **asked: str | bool) -> Mapping[tuple[Cell, ...], tuple[Cell, ...]]:
    names = ("deals", "value", "weighted", "won", "won_value", "expected")
    table = tables(deals, **asked)["forecast"]
    key = [column.name for column in table.columns if column.key and column.name not in ("pipeline", "currency")]
    return {by: tuple(row[name] for name in names) for by, row in rows(table, *key).items()}


DEALS = [
    deal("own", "lead", "1000", expected_close=FEBRUARY, probability=D("0.8"), forecast=Forecast.COMMIT, owner="kim"),
    deal("zero", "lead", "700", expected_close=FEBRUARY, probability=D(0), owner="sam"),
    deal("stages", "proposal", "300", expected_close=MAY, owner="sam"),
    deal("late", "proposal", "40", expected_close=date(2026, 2, 9)),
    deal("today", "proposal", "2", expected_close=NOW.date()),
    deal("undated", "lead", "50"),
    deal("unvalued", "lead", expected_close=MAY, owner="sam"),
    deal("bare", "bare", "9", expected_close=MAY),
    deal("won", "won", "600", closed_on=date(2026, 2, 1), owner="sam"),
    deal("earlier", "won", "8000", closed_on=date(2026, 1, 31)),
    deal("undated-won", "won", "4"),
    deal("lost", "lost", "5", closed_on=FEBRUARY),
    deal("held", "delayed", "5", expected_close=FEBRUARY),
]


def test_each_deal_stands_in_the_month_in_which_it_is_due() -> None:
    assert amounts(DEALS) == {
        ("overdue",): (1, 40, 20, 0, 0, 20),
        ("2026-02",): (3, 1702, 801, 1, 600, 1401),
        ("2026-03",): (0, 0, 0, 0, 0, 0),
        ("2026-04",): (0, 0, 0, 0, 0, 0),
        ("2026-05",): (3, 309, 150, 0, 0, 150),
        ("no date",): (1, 50, 5, 0, 0, 5),
    }


def test_what_is_not_in_the_rows_is_said() -> None:
    table = tables(DEALS)["forecast"]
    assert table.notes == (
        "1 deal left out: on hold",
        "1 won deal left out: without a day of closing",
        "1 deal without a value: in the counts only",
        "1 deal without a probability (stage bare): in no weighted value",
        "1 deal in no forecast category: neither the deal nor its stage names one",
    )
    facts = dict(table.facts)
    assert (facts["population"], facts["clock"], facts["n"]) == ("open as of", "expected_close", "8")


def test_categories_are_the_deals_own_else_the_stages() -> None:
    found = rows(tables(DEALS)["forecast-categories"], "month", "roll_up")
    names = ("closed", "commit", "best_case", "pipeline_category", "omitted")
    assert [found["2026-02", "single"][name] for name in names] == [600, 1000, 2, 700, 0]
    assert [found["2026-02", "cumulative"][name] for name in names] == [600, 1600, 1602, 2302, None]
    assert [found["no date", "single"][name] for name in names] == [0, 0, 0, 50, 0]


def test_a_period_shows_what_was_won_and_is_due_in_it_and_what_has_no_date() -> None:
    assert amounts(DEALS, period="2026-Q1") == {
        ("overdue",): (1, 40, 20, 0, 0, 20),
        ("2026-01",): (0, 0, 0, 1, 8000, 8000),
        ("2026-02",): (3, 1702, 801, 1, 600, 1401),
        ("no date",): (1, 50, 5, 0, 0, 5),
    }
    assert ("period", "2026-Q1 (2026-01-01 to 2026-03-31)") in tables(DEALS, period="2026-Q1")["forecast"].facts


def test_by_owner_and_by_quarter() -> None:
    found = amounts(DEALS, by="owner")
    assert list(found) == [
        ("sam", "2026-02"), ("sam", "2026-03"), ("sam", "2026-04"), ("sam", "2026-05"), ("kim", "2026-02"),
        (Withheld("not given"), "overdue"), (Withheld("not given"), "2026-02"), (Withheld("not given"), "2026-03"),
        (Withheld("not given"), "2026-04"), (Withheld("not given"), "2026-05"), (Withheld("not given"), "no date"),
    ]  # fmt: skip
    assert found["sam", "2026-02"] == (1, 700, 0, 1, 600, 600)
    assert found["sam", "2026-05"] == (2, 300, 150, 0, 0, 150)
    assert [name for (name,) in amounts(DEALS, by="quarter")] == ["overdue", "2026-Q1", "2026-Q2", "no date"]


def test_by_a_fact_of_each_kind() -> None:
    assert {key[0] for key in amounts(DEALS, by="pipeline")} == {"sales"}
    assert {key[0] for key in amounts(DEALS, by="currency")} == {"EUR"}
    assert {key[0] for key in amounts(DEALS, by="stage")} == {"lead", "proposal", "bare", "won"}
    with pytest.raises(PipeError, match="value is a number, which divides no rows"):
        amounts(DEALS, by="value")
    with pytest.raises(PipeError, match="there is no fact 'ownr'"):
        amounts(DEALS, by="ownr")


def test_years_of_a_fiscal_year_are_explained() -> None:
    found = scope([deal("a", "lead", "5", expected_close=MAY)], pipelines=[B2B], by="quarter")
    settings = replace(found.workspace.settings, fiscal_year_starts=4)
    table = forecast(replace(found, workspace=replace(found.workspace, settings=settings)))[0]
    assert "quarters are those of the fiscal year: 2026-Q1 is 2026-04-01 to 2026-06-30" in table.notes
    assert [row[1] for row in table.rows] == ["2026-Q1"]


def test_currencies_are_never_added() -> None:
    dollars = [deal("usd", "lead", "100", currency="USD", expected_close=MAY)]
    francs = [
        deal("chf", "lead", "7", currency="CHF", expected_close=MAY),
        deal("eur", "lead", "1", expected_close=MAY),
    ]
    found = rows(tables([*dollars, *francs])["forecast"], "month", "currency")
    assert {key: (row["deals"], row["value"]) for key, row in found.items()} == {
        ("2026-05", "EUR"): (2, 91),
        ("2026-05", "CHF"): (1, 7),
    }
    assert "1 deal without a usable rate to EUR: shown in CHF" in tables(francs)["forecast"].notes


def test_a_day_far_away_makes_no_thousand_rows() -> None:
    found = amounts(
        [deal("a", "lead", "5", expected_close=FEBRUARY), deal("b", "lead", "5", expected_close=date(2126, 2, 1))]
    )
    assert list(found) == [("2026-02",), ("2126-02",)]


def test_the_deals_behind_each_figure() -> None:
    for table in tables(DEALS, explain=True).values():
        assert len(table.behind) == len(table.rows)
        for behind, row in zip(table.behind, table.records(), strict=True):
            assert set(behind) <= set(row)
            assert [(name, row[name]) for name in ("deals", "won") if name in behind] == [
                (name, len(behind[name])) for name in ("deals", "won") if name in behind
            ]
    behind = tables(DEALS, explain=True)["forecast-categories"].behind[3]
    assert behind["best_case"] == ("won", "own", "today")
    assert tables(DEALS)["forecast"].behind == ()


def test_workspaces_with_nothing_to_forecast() -> None:
    nothing = {table.name: table for table in forecast(scope())}
    assert (nothing["forecast"].rows, nothing["forecast"].empty) == ((), "no deal is open")
    assert forecast(scope(pipelines=()))[0].notes == ("no pipeline: add one to pipelines/",)
    lost = forecast(scope([deal("a", "nowhere", "5")]))[0]
    assert lost.incomplete
    assert lost.notes == ("1 deal left out: in a stage that the pipeline lacks (nowhere)",)
    two = forecast(scope([deal("a", "lead", "5", pipeline="support")], pipelines=(SALES, SUPPORT)))
    assert [table.title for table in two if table.name == "forecast"] == ["Forecast: B2B sales", "Forecast: Support"]
    assert "1 deal without a probability (stage lead): in no weighted value" in two[2].notes
    assert rows(two[2], "month")["no date",]["weighted"] == Withheld("no probability")


def test_it_needs_no_history() -> None:
    assert not report("forecast", Asked(period="2026-Q1", by="owner")).history


def test_ten_thousand_deals_as_sql_adds_them_up() -> None:
    random = Random(5)  # noqa: S311 -- numbers for a test
    stages, base = ("lead", "proposal", "bare", "won", "lost", "delayed"), sqlite3.connect(":memory:")
    base.execute("CREATE TABLE deal (stage, cents, day, own, month)")
    base.execute("CREATE TABLE stage (id, permille)")
    base.executemany("INSERT INTO stage VALUES (?, ?)", [("lead", 100), ("proposal", 500), ("bare", None)])
    deals = []
    for number in range(10_000):
        stage, cents = random.choice(stages), random.choice([None, random.randrange(10_000_000)])
        day = random.choice([None, NOW.date() + timedelta(days=random.randrange(-30, 200))])
        own = random.choice([None, None, random.randrange(1001)])
        written = {"closed_on" if stage in ("won", "lost") else "expected_close": day}
        share = None if own is None else D(own) / 1000
        value = None if cents is None else str(D(cents) / 100)
        deals.append(deal(f"d{number}", stage, value, probability=share, **written))
        base.execute("INSERT INTO deal VALUES (?, ?, ?, ?, ?)", (stage, cents, str(day), own, day and f"{day:%Y-%m}"))
    query = """
        SELECT coalesce(CASE WHEN d.day < :today THEN 'overdue' END, d.month, 'no date') AS name, count(*),
               sum(cents), sum(cents * coalesce(own, permille))
        FROM deal d JOIN stage s ON s.id = d.stage GROUP BY name
    """
    expected = {
        name: (number, D(cents) / 100, D(weighted) / 100_000)
        for name, number, cents, weighted in base.execute(query, {"today": str(NOW.date())})
    }
    assert {name: row[:3] for (name,), row in amounts(deals).items()} == expected
