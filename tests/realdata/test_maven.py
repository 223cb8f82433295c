"""The report won-lost on a public table of 8,800 deals, against figures that were computed independently."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.record import Deal
from pipecli.core.settings import Settings, Team
from pipecli.core.workspace import Workspace
from pipecli.metrics.average import mean, median
from pipecli.reports.closings import population
from pipecli.reports.cycle import cycle
from pipecli.reports.scope import Asked, Scope
from pipecli.reports.velocity import velocity
from pipecli.reports.won_lost import won_lost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipecli.core.table import Cell, Table

DATA = Path(__file__).parents[2].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not (DATA / "maven").is_dir(),
    reason=f"THE REAL DEALS ARE NOT HERE: nothing was compared; they belong in {DATA / 'maven'}",
)

STAGES = [
    Stage("prospecting", "Prospecting"),
    Stage("engaging", "Engaging"),
    Stage("won", "Won", kind=Kind.WON),
    Stage("lost", "Lost", kind=Kind.LOST),
]
SALES = Pipeline("sales", "pipelines/sales.yaml", "Sales", STAGES)


@cache
def expected() -> Any:  # noqa: ANN401 -- figures of several shapes
    return json.loads((DATA / "expected" / "maven.json").read_text("utf-8"))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def scope() -> Scope:
    with (DATA / "maven" / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        deals = [
            Deal(
                row["opportunity_id"].lower(),
                f"deals/{row['opportunity_id'].lower()}.yaml",
                row["product"],
                "sales",
                row["deal_stage"].lower(),
                value=Decimal(row["close_value"]) if row["close_value"] else None,
                owner=row["sales_agent"],
                company=row["account"] or None,
                created=day(row["engage_date"]),
                closed_on=day(row["close_date"]),
            )
            for row in csv.DictReader(file)
        ]
    workspace = Workspace(
        Settings("Maven", "USD"), Team(), {"sales": SALES}, {one.id: one for one in deals},
        companies={}, contacts={}, rates={}, spend={},
    )  # fmt: skip
    return Scope(workspace=workspace, visits=(), now=datetime(2017, 12, 31, 12, tzinfo=UTC))


def tables(by: str | None = None, period: str | None = None) -> Mapping[str, Table]:
    return {table.name: table for table in won_lost(replace(scope(), asked=Asked(by=by, period=period)))}


def rows(table: Table) -> list[dict[str, Cell]]:
    return [dict(zip((column.name for column in table.columns), row, strict=True)) for row in table.rows]


def test_all_together() -> None:
    wanted = expected()
    table = tables()["won-lost"]
    (row,) = rows(table)
    won, lost = wanted["by_stage"]["Won"], wanted["by_stage"]["Lost"]
    assert (row["won"], row["lost"], row["open"]) == (won, lost, wanted["rows"] - won - lost)
    assert row["win_rate"] == Fraction(won, won + lost)
    assert f"{float(Fraction(won, won + lost)):.4%}" == "63.1501%"
    assert float(Fraction(won, won + lost)) == wanted["win_rate_closed"]
    assert row["won_value"] == wanted["won_value"] == 10005534
    assert float(row["average"]) == wanted["won_avg_value"]  # type: ignore[arg-type]
    assert row["median"] == wanted["won_median_value"]
    assert row["cycle"] == timedelta(days=wanted["won_cycle_days"]["median"])
    assert row["lost_cycle"] == timedelta(days=wanted["lost_cycle_days"]["median"])
    assert dict(table.facts)["n"] == "6711"
    assert table.notes == ("2,089 deals open or on hold: no win rate counts them",)


def test_lost_deals_are_worth_0_here_and_so_the_rate_by_value_is_all() -> None:
    (row,) = rows(tables()["won-lost"])
    assert (row["value_rate"], row["lost_value"], row["lost_valued"]) == (1, 0, 2473)


def test_every_agent() -> None:
    found = {row["group"]: row for row in rows(tables(by="owner")["won-lost-by"])}
    assert set(found) == set(expected()["by_agent"])
    for agent, wanted in expected()["by_agent"].items():
        row = found[agent]
        assert (row["won"], row["lost"], row["won_value"]) == (wanted["won"], wanted["lost"], wanted["won_value"])
        assert float(row["win_rate"]) == wanted["win_rate"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("by", "key"), [("quarter", "won_value_by_close_quarter"), ("month", "won_value_by_close_month")]
)
def test_every_quarter_and_month(by: str, key: str) -> None:
    found = {row["group"]: row["won_value"] for row in rows(tables(by=by)["won-lost-by"])}
    assert found == expected()[key]


@pytest.mark.parametrize("quarter", ["2017-Q1", "2017-Q2", "2017-Q3", "2017-Q4"])
def test_one_quarter_alone(quarter: str) -> None:
    found = tables(period=quarter)
    (row,) = rows(found["won-lost"])
    assert row["won_value"] == expected()["won_value_by_close_quarter"][quarter]
    months = {one["group"]: one["won_value"] for one in rows(found["won-lost-by"])}
    assert sum(Decimal(str(value)) for value in months.values()) == row["won_value"]
    assert all(expected()["won_value_by_close_month"][month] == value for month, value in months.items())


def test_the_cycles() -> None:
    closings = [one.closing() for one in population(SALES, scope().workspace.deals.values(), None, scope()).closed]
    for won, key in ((True, "won_cycle_days"), (False, "lost_cycle_days")):
        cycles = [one.cycle for one in closings if one.won is won and one.cycle is not None]
        found, wanted = mean(cycles), expected()[key]
        assert found is not None
        assert found / timedelta(days=1) == pytest.approx(wanted["mean"], abs=1e-9)
        assert median(cycles) == timedelta(days=wanted["median"])
        assert (min(cycles).days, max(cycles).days) == (wanted["min"], wanted["max"])


def test_no_deal_was_closed_before_it_began_and_500_have_no_beginning() -> None:
    found = tables()
    assert not any("closed before" in note for note in found["won-lost"].notes)
    assert dict(found["won-lost-cohorts"].facts)["n"] == str(expected()["rows"] - expected()["by_stage"]["Prospecting"])


def raw() -> list[tuple[date, date | None, str]]:
    """Return begin, end and stage of each deal with a beginning, straight from the file."""
    with (DATA / "maven" / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        found = [(day(row["engage_date"]), day(row["close_date"]), row["deal_stage"]) for row in csv.DictReader(file)]
    return [(begin, end, stage) for begin, end, stage in found if begin]


def test_the_cohort_close_rates() -> None:
    today = scope().now.date()
    for row in rows(tables()["won-lost-cohorts"]):
        within = row["within"]
        assert isinstance(within, timedelta)
        created = [one for one in raw() if today - one[0] >= within]
        won = sum(stage == "Won" and end is not None and end - begin <= within for begin, end, stage in created)
        assert (row["created"], row["won"]) == (len(created), won)
        assert row["rate"] == (Fraction(won, len(created)) if len(created) >= 5 else "n < 5")


def test_the_time_to_won_as_lifelines_has_it() -> None:
    lifelines = pytest.importorskip("lifelines")
    (row,) = rows(tables()["won-lost"])
    today = scope().now.date()
    fitted = lifelines.KaplanMeierFitter().fit(
        [((end or today) - begin).days for begin, end, _ in raw()], [stage == "Won" for _, _, stage in raw()]
    )
    assert row["time_to_won_n"] == len(raw())
    assert row["time_to_won"] == timedelta(days=fitted.median_survival_time_)


def cycles(period: str | None = None) -> Mapping[str, Table]:
    return {table.name: table for table in cycle(replace(scope(), asked=Asked(period=period)))}


def test_the_cycles_and_the_time_to_won_of_the_report_cycle() -> None:
    lifelines = pytest.importorskip("lifelines")
    won, lost, time_to_won = rows(cycles()["cycle"])
    assert won["p50"] == timedelta(days=expected()["won_cycle_days"]["median"])
    assert lost["p50"] == timedelta(days=expected()["lost_cycle_days"]["median"])
    today = scope().now.date()
    lengths = [((end or today) - begin).days for begin, end, _ in raw()]
    fitted = lifelines.KaplanMeierFitter().fit(lengths, [stage == "Won" for _, _, stage in raw()])
    curve = fitted.survival_function_["KM_estimate"]
    for rest, name in ((0.5, "p50"), (0.25, "p75"), (0.1, "p90")):
        reached = curve[curve <= rest]
        assert time_to_won[name] == (timedelta(days=reached.index[0]) if len(reached) else "not reached")


def incidence(lengths: list[int], causes: list[int], cause: int, age: int) -> Fraction:
    """Return the cumulative incidence by its definition: the sum of S just before x ended by the cause ÷ at risk."""
    share, found = Fraction(1), Fraction(0)
    for day in sorted({length for length, why in zip(lengths, causes, strict=True) if why and length <= age}):
        at_risk = sum(length >= day for length in lengths)
        ended = [why for length, why in zip(lengths, causes, strict=True) if length == day and why]
        found += share * Fraction(ended.count(cause), at_risk)
        share *= 1 - Fraction(len(ended), at_risk)
    return found


@pytest.mark.filterwarnings("ignore:Tied event times:Warning")
def test_the_share_won_by_each_age_as_lifelines_has_it() -> None:
    lifelines = pytest.importorskip("lifelines")
    today = scope().now.date()
    lengths = [((end or today) - begin).days for begin, end, _ in raw()]
    causes = [{"Won": 1, "Lost": 2}.get(stage, 0) for _, _, stage in raw()]
    table = cycles()["cycle-won"]
    for cause, name in ((1, "won_share"), (2, "lost_share")):
        fitted = lifelines.AalenJohansenFitter(calculate_variance=False, seed=1).fit(lengths, causes, cause)
        for row in rows(table):
            age = row["within"]
            assert isinstance(age, timedelta)
            share = row[name]
            if share == "not observed":
                assert max(lengths) < age.days
            else:
                assert share == incidence(lengths, causes, cause, age.days)
                assert float(share) == pytest.approx(fitted.predict(age.days + 0.5), abs=1e-3)  # type: ignore[arg-type]
    assert [row["n"] for row in rows(table)] == [len(raw())] * 5


def test_the_velocity_is_made_of_the_expected_figures() -> None:
    pipeline = replace(SALES, stages=[STAGES[0], replace(STAGES[1], qualified=True), *STAGES[2:]])
    found = replace(scope(), workspace=replace(scope().workspace, pipelines={"sales": pipeline}))
    (table,) = velocity(found)
    (row,) = rows(table)
    wanted = expected()
    assert row["open"] == wanted["by_stage"]["Engaging"]
    made = wanted["by_stage"]["Engaging"] * wanted["win_rate_closed"] * wanted["won_avg_value"]
    assert float(row["velocity"]) == pytest.approx(made / wanted["won_cycle_days"]["median"])  # type: ignore[arg-type]
