"""Past forecasts of 13,087 real loan applications: how many will be accepted next month, by what was known by then."""

from __future__ import annotations

import csv
import sqlite3
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from drawn_worlds import BEGIN, Life, world

from pipecli.metrics.calibration import wilson
from pipecli.reports.calibration import calibration
from pipecli.reports.forecast import forecast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipecli.core.table import Cell, Table
    from pipecli.reports.scope import Scope

LOG = Path(__file__).parents[2].parent / "shared" / "data" / "event-logs" / "bpic2012_A.csv"
pytestmark = pytest.mark.skipif(
    not LOG.is_file(), reason=f"THE REAL LOAN APPLICATIONS ARE NOT HERE: nothing was compared; they belong in {LOG}"
)

NOW = datetime(2012, 3, 14, 15, tzinfo=UTC)
KNOWN = {"A_SUBMITTED": "sent", "A_PREACCEPTED": "pre", "A_ACCEPTED": "accepted", "A_FINALIZED": "offered"}
CLOSED = {"A_APPROVED": "won", "A_REGISTERED": "won", "A_ACTIVATED": "won", "A_DECLINED": "lost", "A_CANCELLED": "lost"}
HALF = dict.fromkeys(KNOWN.values(), 0.5)
"""Who knows nothing says one half."""


@cache
def lives() -> list[Life]:
    """Return the applications, each worth 1, up to their first closing."""
    steps: dict[str, list[tuple[str, float]]] = {}
    with LOG.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            stage = KNOWN.get(row["stage"]) or CLOSED.get(row["stage"])
            own = steps.setdefault(row["case_id"], [])
            if stage and not (own and own[-1][0] in ("won", "lost", stage)):
                moment = datetime.fromtimestamp(int(row["epoch"]), UTC)
                own.append((stage, (moment - BEGIN) / timedelta(days=1)))
    return [Life(f"a{case}", Decimal(1), 0, tuple(own)) for case, own in steps.items() if own]


def scope(**asked: int) -> Scope:
    return world(lives(), NOW, HALF, **asked)


@cache
def backtest() -> Mapping[str, Table]:
    return {table.name: table for table in forecast(scope(backtest=4, simulate=200))}


def test_what_is_foretold_comes() -> None:
    months = backtest()["forecast-backtest"].records()
    assert [row["month"] for row in months] == ["2011-11", "2011-12", "2012-01", "2012-02"]
    for row in months[1:]:  # a month of history is too little for the first
        assert float(str(row["expected"])) == pytest.approx(float(str(row["came"])), rel=0.25)


def test_measured_probabilities_are_better_than_one_half() -> None:
    measured, configured = backtest()["forecast-backtest-score"].records()
    assert configured["brier"] == Decimal("0.2500")
    assert float(str(measured["brier"])) < 0.24


def test_the_shares_of_the_stages_as_sql_counts_them() -> None:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE event (deal, stage)")
    base.executemany(
        "INSERT INTO event VALUES (?, ?)", [(one.name, stage) for one in lives() for stage, _ in one.steps]
    )
    query = """
        SELECT a.stage, count(*), sum(b.stage = 'won') FROM (SELECT DISTINCT deal, stage FROM event) a
        JOIN event b ON b.deal = a.deal AND b.stage IN ('won', 'lost') WHERE a.stage NOT IN ('won', 'lost') GROUP BY 1
    """
    expected: dict[Cell, tuple[int, int]] = {stage: (n, won) for stage, n, won in base.execute(query)}
    (table,) = calibration(scope())
    found = {row["stage"]: row for row in table.records()}
    assert {stage: (row["n"], row["won"]) for stage, row in found.items()} == expected
    for stage, (n, won) in expected.items():
        assert (float(found[stage]["low"]), float(found[stage]["high"])) == pytest.approx(wilson(won, n))  # type: ignore[arg-type]
