"""The report on what is in each stage."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from scopes import SALES, SUPPORT, deal, rows, scope, visit

from pipecli.core.table import Withheld
from pipecli.core.visit import Truncated
from pipecli.reports.pipeline import pipeline

D = timedelta(days=1)


def test_counts_values_weights_and_ages() -> None:
    deals = [
        deal("d1", "lead", "1000.00", currency="EUR"),
        deal("d2", "lead", "500", currency="USD"),
        deal("d3", "proposal", "100", probability=Decimal(0)),
        deal("d4", "won", "70"),
        deal("d5", "lost", "30", probability=Decimal("0.9")),
    ]
    visits = [visit("d1", "lead", 10, None), visit("d2", "lead", 30, None), visit("d1", "talks", 0, 10)]
    (table,) = pipeline(scope(deals, visits))
    found = rows(table, "stage", "currency")
    lead = found["lead", "EUR"]
    assert (lead["deals"], lead["value"], lead["weighted"]) == (2, Decimal(1450), Decimal(145))
    assert (lead["mean_age"], lead["aged"]) == (20 * D, 2)
    assert found["proposal", "EUR"]["weighted"] == 0
    assert (found["won", "EUR"]["value"], found["won", "EUR"]["weighted"]) == (70, 70)
    assert (found["lost", "EUR"]["value"], found["lost", "EUR"]["weighted"]) == (30, 0)
    assert (found["won", "EUR"]["mean_age"], found["won", "EUR"]["aged"]) == (None, None)
    assert table.notes == ("1 deal without an age: no history",)
    assert dict(table.facts)["n"] == "3"


def test_a_stage_without_deals_has_a_row_of_zeros() -> None:
    (table,) = pipeline(scope())
    lead = rows(table, "stage")[("lead",)]
    assert [lead[name] for name in ("deals", "currency", "value", "weighted", "mean_age")] == [
        0,
        "EUR",
        0,
        0,
        None,
    ]


def test_a_deal_without_a_usable_rate_has_a_line_of_its_currency_and_a_note() -> None:
    deals = [
        deal("d1", "lead", "10"),
        deal("d2", "lead", "7", currency="CHF"),
        deal("d3", "won", "8", currency="USD", closed_on=date(2026, 1, 3)),
    ]
    (table,) = pipeline(scope(deals))
    found = rows(table, "stage", "currency")
    assert (found["lead", "EUR"]["deals"], found["lead", "EUR"]["value"]) == (1, 10)
    assert (found["lead", "CHF"]["deals"], found["lead", "CHF"]["weighted"]) == (1, Decimal("0.7"))
    assert found["won", "USD"]["value"] == 8
    assert table.notes[0] == "2 deals without a usable rate to EUR: shown in CHF, USD"


def test_closed_deals_are_valued_on_the_day_of_closing() -> None:
    (table,) = pipeline(scope([deal("d1", "won", "8", currency="USD", closed_on=date(2026, 1, 20))]))
    assert rows(table, "stage", "currency")["won", "EUR"]["value"] == 4


def test_without_a_currency_of_the_workspace_there_is_a_line_of_each() -> None:
    deals = [
        deal("d1", "lead", "10", currency="USD"),
        deal("d2", "lead", "7", currency="EUR"),
        deal("d3", "lead", "1"),
    ]
    (table,) = pipeline(scope(deals, currency=None))
    found = rows(table, "stage", "currency")
    assert [found["lead", name]["value"] for name in ("USD", "EUR", "")] == [10, 7, 1]
    assert not any("rate" in note for note in table.notes)


def test_a_deal_without_a_value_counts_and_is_said() -> None:
    (table,) = pipeline(scope([deal("d1", "lead")]))
    lead = rows(table, "stage")[("lead",)]
    assert (lead["deals"], lead["value"], lead["weighted"]) == (1, None, None)
    assert table.notes[0] == "1 deal without a value: in the counts only"


def test_without_any_probability_the_weighted_value_is_withheld() -> None:
    deals = [deal("d1", "lead", "5", pipeline="support"), deal("d2", "delayed", "6")]
    sales, support = pipeline(scope(deals, pipelines=(SALES, SUPPORT)))
    assert rows(support, "stage")[("lead",)]["weighted"] == Withheld("no probability")
    assert rows(sales, "stage")[("delayed",)]["weighted"] == Withheld("no probability")
    assert support.notes[0] == "1 deal without a probability: in no weighted value"


def test_ages_that_are_not_known_are_counted() -> None:
    deals = [deal(f"d{i}", "lead") for i in range(1, 5)]
    visits = [
        visit("d1", "lead", 0, None, truncated=Truncated.START_UNKNOWN),
        visit("d2", "lead", 41, None),
        visit("d3", "proposal", 1, None),
        visit("d4", "lead", 30, None, truncated=Truncated.START_KNOWN),
    ]
    (table,) = pipeline(scope(deals, visits))
    lead = rows(table, "stage")[("lead",)]
    assert (lead["mean_age"], lead["aged"]) == (10 * D, 1)
    assert table.notes[1:] == (
        "1 deal without an age: no history",
        "1 deal without an age: the entry is in the future",
        "1 deal without an age: the entry is older than the history",
    )


def test_deals_in_unknown_stages_are_said() -> None:
    (table,) = pipeline(scope([deal("d1", "propsal", "5")]))
    assert "1 deal left out: in a stage that the pipeline lacks (propsal)" in table.notes
