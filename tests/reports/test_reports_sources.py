"""The report on the sources of deals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from scopes import SALES, SUPPORT, deal, rows, scope, visit

from pipecli.core.record import Deal, Outcome
from pipecli.core.settings import UnitEconomics
from pipecli.core.table import Withheld
from pipecli.reports.scope import Asked
from pipecli.reports.sources import sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.table import Table
    from pipecli.core.visit import Visit

NOT_GIVEN, TOO_FEW = Withheld("not given"), Withheld("n < 5")
STAGES = [replace(one, qualified=one.id == "proposal") for one in SALES.stages]
QUALIFYING = replace(SALES, stages=STAGES)
SPEND = {
    "2026-01": {"ads": Decimal(600), "salaries": Decimal(90)},
    "2026-Q1": {"ads": Decimal(1)},
    "2025-12": {"fair": Decimal(50)},
}
UNIT = UnitEconomics(Decimal(1000), Decimal("0.5"), Decimal("0.25"))


def born(name: str, stage: str, source: str | None, **given: Any) -> Deal:  # noqa: ANN401 -- any field of a deal
    return deal(name, stage, given.pop("value", "100"), source=source, **{"created": date(2026, 1, 5), **given})


WON: dict[str, Any] = {"closed_on": date(2026, 1, 25)}
DEALS = [
    *(born(f"w{number}", "won", "ads", **WON) for number in range(5)),
    born("wc", "won", "ads", currency="CHF", **WON),
    born("l0", "lost", "ads", outcome=Outcome(stage="proposal"), **WON),
    born("l1", "lost", "ads", outcome=Outcome(stage="lead"), **WON),
    born("o0", "lead", "ads"),
    born("f0", "won", "fair", created=date(2025, 12, 1), **WON),
    born("n0", "proposal", None),
    born("u0", "lead", "fair", created=None),
]


def report(
    deals: Iterable[Deal] = DEALS,
    visits: Iterable[Visit] = (),
    *,
    spend: Any = SPEND,  # noqa: ANN401 -- as spend.yaml has it
    unit: UnitEconomics = UNIT,
    pipelines: Any = (QUALIFYING,),  # noqa: ANN401 -- some pipelines
    **asked: Any,  # noqa: ANN401 -- any option
) -> dict[str, Table]:
    found = scope(deals, visits, pipelines=pipelines, pipeline=asked.pop("pipeline", None))
    settings = replace(found.workspace.settings, unit_economics=unit)
    workspace = replace(found.workspace, settings=settings, spend=spend)
    tables = sources(replace(found, workspace=workspace, asked=Asked(**{"period": "2026-01", **asked})))
    return {table.name: table for table in tables}


def test_what_became_of_the_deals_of_a_source() -> None:
    table = report()["sources"]
    found = rows(table, "source")
    assert list(found) == [("ads",), ("fair",), (NOT_GIVEN,)]
    ads = found[("ads",)]
    assert (ads["created"], ads["cohort_won"], ads["conversion"], ads["cohort_open"]) == (9, 6, Fraction(2, 3), 1)
    assert (ads["qualified"], ads["qualified_rate"]) == (7, Fraction(7, 9))
    assert (ads["won"], ads["lost"], ads["win_rate"]) == (6, 2, Fraction(3, 4))
    assert (ads["cycle"], ads["cycle_n"]) == (timedelta(days=20), 6)
    fair = found[("fair",)]  # created before the period, won in it
    assert (fair["created"], fair["conversion"], fair["won"], fair["win_rate"]) == (0, TOO_FEW, 1, TOO_FEW)
    assert "1 deal in no cohort: without a day of creation" in table.notes


def test_the_history_tells_who_was_qualified() -> None:
    found = report([born("a", "lost", "ads", **WON)], [visit("a", "offer", 4, 5), visit("a", "lost", 5, None)])
    (row,) = found["sources"].records()
    assert row["qualified"] == 1  # by a former id of the stage


def test_without_a_qualified_stage_there_is_no_such_figure() -> None:
    (row, *_) = report(pipelines=(SALES,))["sources"].records()
    assert (row["qualified"], row["qualified_rate"]) == ("no qualified stage", "no qualified stage")


def test_what_a_source_brought_and_cost() -> None:
    table = report()["sources-cost"]
    found = rows(table, "source", "currency")
    ads = found[("ads", "EUR")]
    assert (ads["won"], ads["won_value"], ads["customers"]) == (5, 500, 6)
    assert (ads["spend"], ads["cac"]) == (600, 100)  # the quarter is in the period in part only
    assert ads["ltv_cac"] == 20  # 1000 × 0.5 ÷ 0.25 = 2000 a customer
    assert [found[("ads", "CHF")][name] for name in ("won", "won_value", "spend", "cac")] == [1, 100, None, None]
    assert found[("fair", "EUR")]["cac"] == "no spend"
    assert [found[("salaries", "EUR")][name] for name in ("won", "spend", "cac")] == [0, 90, "no customer"]
    assert table.notes == (
        "spend of 2026-Q1 left out: in the period in part only",
        "spent on what is the source of no deal: salaries",
    )


def test_all_that_was_spent() -> None:
    found = rows(report()["sources-spend"], "attributed")
    names = ("channels", "spend", "customers", "cac", "ltv_cac")
    assert {key[0]: tuple(row[name] for name in names) for key, row in found.items()} == {
        "on sources of deals": ("ads", 600, 6, 100, 20),
        "on others": ("salaries", 90, None, None, None),
        "all": (None, 690, 7, Fraction(690, 7), Decimal("20.29")),
    }


def test_without_all_three_nobody_knows_what_a_customer_is_worth() -> None:
    table = report(unit=UnitEconomics(Decimal(1)))["sources-cost"]
    assert rows(table, "source", "currency")[("ads", "EUR")]["ltv_cac"] == "no LTV"
    assert table.notes[-1] == "no LTV: no gross_margin, churn in unit_economics of pipe.yaml"


def test_without_spend() -> None:
    found = report(spend={})
    assert "sources-spend" not in found
    assert found["sources-cost"].notes == ("no spend.yaml: no cost is known",)


def test_spend_is_held_against_one_pipeline_only() -> None:
    found = report(pipelines=(QUALIFYING, SUPPORT), pipeline="sales")
    assert rows(found["sources-cost"], "source", "currency")[("ads", "EUR")]["cac"] == 100
    tables = sources(scope(DEALS, pipelines=(QUALIFYING, SUPPORT)))
    (cost,) = [one for one in tables if one.name == "sources-cost" and one.rows]
    assert cost.records()[0]["cac"] == "several pipelines"
    assert all(one.name != "sources-spend" for one in tables)


def test_a_table_explains_itself_where_it_is_asked_to() -> None:
    for table in report(explain=True).values():
        for row, behind in zip(table.records(), table.behind, strict=True):
            for name, those in behind.items():
                if isinstance(row[name], int):
                    assert len(those) == row[name]


def test_no_deals() -> None:
    found = report([], spend={})
    assert {name: table.rows for name, table in found.items()} == {"sources": (), "sources-cost": ()}
