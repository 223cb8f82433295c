"""The reports on people, sources and losses on the same public table, against SQL, SciPy and independent figures."""

from __future__ import annotations

import csv
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from test_maven import DATA, SALES, expected, rows, scope

from pipecli.core.settings import Member, Team
from pipecli.core.visit import Clock, End, Visit
from pipecli.metrics.average import mean, median
from pipecli.reports.aging import aging
from pipecli.reports.losses import losses
from pipecli.reports.reps import reps
from pipecli.reports.scope import Asked, Scope
from pipecli.reports.sources import sources
from pipecli.reports.win_rate import win_rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipecli.core.table import Cell, Table

pytestmark = pytest.mark.skipif(
    not (DATA / "maven").is_dir(),
    reason=f"THE REAL DEALS ARE NOT HERE: nothing was compared; they belong in {DATA / 'maven'}",
)


@cache
def raw() -> sqlite3.Connection:
    """Return the table in a database, straight from the file."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE TABLE deal (id, agent, product, account, stage, engaged, closed, value, PRIMARY KEY (id)) WITHOUT ROWID"
    )
    with (DATA / "maven" / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        read = csv.reader(file)
        next(read)
        database.executemany("INSERT INTO deal VALUES (?, ?, ?, ?, ?, ?, ?, CAST(NULLIF(?, '') AS INTEGER))", read)
    return database


def sql(text: str) -> list[tuple[Any, ...]]:
    return raw().execute(text).fetchall()


def with_products() -> Scope:
    """Return the scope with the product of each deal, which stands in its title, as its source, too."""
    found = scope()
    deals = {name: replace(deal, source=deal.title) for name, deal in found.workspace.deals.items()}
    return replace(found, workspace=replace(found.workspace, deals=deals))


def named(found: Iterator[Table] | tuple[Table, ...]) -> Mapping[str, list[dict[str, Cell]]]:
    return {table.name: rows(table) for table in found}


def asked(**given: Any) -> Scope:  # noqa: ANN401 -- any option
    return replace(with_products(), asked=Asked(**given))


@pytest.mark.parametrize(
    ("by", "column"), [("owner", "agent"), ("source", "product"), ("month", "substr(closed, 1, 7)")]
)
def test_win_rates_as_sql_counts_them(by: str, column: str) -> None:
    found = {row["group"]: row for row in named(win_rate(asked(by=by)))["win-rate-by"]}
    wanted = sql(
        f"SELECT {column}, count(*), sum(stage = 'Won'), sum(CASE WHEN stage = 'Won' THEN value ELSE 0 END)"  # noqa: S608 -- ours
        " FROM deal WHERE stage IN ('Won', 'Lost') GROUP BY 1"
    )
    assert len(found) == len(wanted)
    for name, closed, won, value in wanted:
        row = found[name]
        assert (row["closed"], row["won"], row["won_value"]) == (closed, won, value)
        assert row["win_rate"] == Fraction(won, closed)


def test_their_intervals_as_scipy_has_them() -> None:
    stats = pytest.importorskip("scipy.stats")
    found = named(win_rate(asked(by="owner")))
    for row in (*found["win-rate"], *found["win-rate-by"]):
        wanted = stats.binomtest(row["won"], row["closed"]).proportion_ci(0.95, method="wilson")
        for name, end in (("low", wanted.low), ("high", wanted.high)):
            cell = row[name]
            assert isinstance(cell, Decimal)
            assert float(cell) == pytest.approx(end, abs=1e-6)


def test_every_agent_has_the_win_rate_that_was_computed_independently() -> None:
    found = {row["group"]: row for row in named(win_rate(asked(by="owner")))["win-rate-by"]}
    for agent, wanted in expected()["by_agent"].items():
        assert float(found[agent]["win_rate"]) == wanted["win_rate"]  # type: ignore[arg-type]
    (whole,) = named(win_rate(asked()))["win-rate"]
    assert float(whole["win_rate"]) == expected()["win_rate_closed"]  # type: ignore[arg-type]


def test_losses_by_month_and_owner_as_sql_counts_them() -> None:
    found = named(losses(asked()))
    for name, column in (("losses-month", "substr(closed, 1, 7)"), ("losses-owner", "agent")):
        counts = {row["group"]: (row["lost"], row.get("closed")) for row in found[name]}
        wanted = sql(
            f"SELECT {column}, sum(stage = 'Lost'), count(*) FROM deal WHERE stage IN ('Won', 'Lost') GROUP BY 1"  # noqa: S608 -- ours
        )
        assert counts == {key: (lost, closed if name == "losses-month" else None) for key, lost, closed in wanted}


@pytest.mark.parametrize("period", [None, "2017-Q2"])
def test_products_as_sources_as_sql_counts_them(period: str | None) -> None:
    found = named(sources(asked(period=period)))
    first, last = ("2017-04-01", "2017-06-30") if period else ("", "9999")
    wanted = sql(
        f"""SELECT product, sum(engaged BETWEEN '{first}' AND '{last}'),
            sum(engaged BETWEEN '{first}' AND '{last}' AND stage = 'Won'),
            sum(closed BETWEEN '{first}' AND '{last}' AND stage = 'Won'),
            sum(closed BETWEEN '{first}' AND '{last}' AND stage = 'Lost') FROM deal GROUP BY 1"""  # noqa: S608 -- ours
    )
    counts = {
        row["source"]: [row[name] for name in ("created", "cohort_won", "won", "lost")] for row in found["sources"]
    }
    assert counts == {name: list(numbers) for name, *numbers in wanted}
    if period is None:
        assert counts["GTXPro"][0] == expected()["rows_with_that_product"]


def test_who_has_a_quota_and_no_deals_is_shown() -> None:
    idle = expected()["agents_without_deals"]
    agents = [*expected()["by_agent"], *idle]
    team = Team({name: Member(name, quota={"2017-Q4": Decimal(100_000)}) for name in agents})
    found = asked(period="2017-Q4")
    tables = named(reps(replace(found, workspace=replace(found.workspace, team=team))))
    assert [row["owner"] for row in tables["reps"]] == sorted(agents)
    quota = {row["owner"]: row for row in tables["reps-quota"]}
    for name, won, value in sql(
        "SELECT agent, sum(stage = 'Won'), sum(CASE WHEN stage = 'Won' THEN value ELSE 0 END) FROM deal"
        " WHERE closed BETWEEN '2017-10-01' AND '2017-12-31' GROUP BY 1"
    ):
        assert (quota[name]["won"], quota[name]["won_value"]) == (won, value)
        assert quota[name]["attained"] == Fraction(value, 100_000)
    assert {quota[name]["won_value"] for name in idle} == {0}
    total = sum(Decimal(str(row["won_value"])) for row in tables["reps-quota"])
    assert total == expected()["won_value_by_close_quarter"]["2017-Q4"]
    open_ones = dict(sql("SELECT agent, sum(stage NOT IN ('Won', 'Lost')) FROM deal GROUP BY 1"))
    assert {row["owner"]: row["open"] for row in tables["reps"] if row["owner"] not in idle} == open_ones


def test_the_ages_of_open_deals() -> None:
    now, wanted = datetime(2017, 12, 31, tzinfo=UTC), expected()["engaging_age_days_asof_2017-12-31"]
    stages = [replace(one, target=timedelta(days=90)) if one.id == "engaging" else one for one in SALES.stages]
    visits = [
        _engaged(name, datetime.fromisoformat(f"{day}T00:00+00:00"))
        for name, day in sql("SELECT lower(id), engaged FROM deal WHERE stage = 'Engaging'")
    ]
    found = scope()
    workspace = replace(found.workspace, pipelines={"sales": replace(SALES, stages=stages)})
    (table,) = aging(
        replace(found, now=now, workspace=workspace, visits=visits, current={one.deal: one for one in visits})
    )
    known = [row for row in rows(table) if row["stage"] == "engaging"]
    ages = [row["age"] for row in known if isinstance(row["age"], timedelta)]
    assert (len(ages), max(ages).days, median(ages)) == (wanted["n"], wanted["max"], timedelta(days=wanted["median"]))
    average = mean(ages)
    assert average is not None
    assert average / timedelta(days=1) == pytest.approx(wanted["mean"], abs=1e-9)
    assert sum(row["past_target"] is True for row in known) == wanted["over_90"]


def _engaged(deal: str, moment: datetime) -> Visit:
    return Visit(
        deal=deal, life=1, pipeline="sales", stage="engaging", entered=moment, left=None, end=End.STILL_THERE, by="",
        email="", commit="", recorded=moment, clock=Clock.STAGE_SINCE,
    )  # fmt: skip
