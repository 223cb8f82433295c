"""The calibration of stages: what stands in its rows, and what SQL counts from the rows of the audit."""

from __future__ import annotations

import csv
import io
import sqlite3
from dataclasses import replace
from datetime import UTC, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from drawn_worlds import BEGIN, TRUE, lives, world
from scopes import SALES, SUPPORT, rows, scope, visit

from pipecli.core.table import Withheld
from pipecli.core.visit import End, Truncated
from pipecli.metrics.calibration import wilson
from pipecli.render.registry import render
from pipecli.reports.audit import visits_table
from pipecli.reports.calibration import calibration
from pipecli.reports.registry import report

if TYPE_CHECKING:
    from pipecli.core.table import Cell
    from pipecli.core.visit import Visit


def closed(name: str, how: str, begun: float = 0, after: float = 5, stage: str = "lead") -> list[Visit]:
    end = End.ADVANCED if how == "won" else End.LOST
    return [visit(name, stage, begun, begun + after, end=end), visit(name, how, begun + after, None)]


def several(won: int, lost: int, stage: str = "lead") -> list[Visit]:
    found = [one for number in range(won) for one in closed(f"{stage}-w{number}", "won", stage=stage)]
    return [*found, *(one for number in range(lost) for one in closed(f"{stage}-l{number}", "lost", stage=stage))]


def test_one_row_a_stage() -> None:
    (table,) = calibration(scope(visits=[*several(7, 3), *several(3, 1, "proposal"), visit("o", "lead", 9, None)]))
    found = rows(table, "stage")
    assert list(found) == [("lead",), ("proposal",)]  # talks is retired, and nobody was in it
    low, high = wilson(7, 10)
    assert found["lead",] == {
        "pipeline": "sales", "stage": "lead", "configured": SALES.stages[0].probability, "measured": Fraction(7, 10),
        "low": Fraction(low), "high": Fraction(high), "n": 10, "won": 7, "open": 1,
        "with_open": found["lead",]["with_open"],
        "differs": True,
    }  # fmt: skip
    few = found["proposal",]
    assert [few[name] for name in ("measured", "low", "high", "with_open")] == [Withheld("n < 5")] * 4
    assert (few["n"], few["differs"]) == (4, None)
    assert (table.name, dict(table.facts)["population"], dict(table.facts)["n"]) == (
        "calibration",
        "entered stage",
        "15",
    )


def test_a_configured_probability_within_the_interval_differs_not() -> None:
    (table,) = calibration(scope(visits=several(1, 9)))
    assert rows(table, "stage")["lead",]["differs"] is False
    (support,) = calibration(
        scope(pipelines=[SUPPORT], visits=[replace(one, pipeline="support") for one in several(0, 9)])
    )
    row = rows(support, "stage")["lead",]
    assert (row["configured"], row["n"], row["differs"]) == (Withheld("not configured"), 0, None)


def test_a_period_keeps_those_that_came_to_the_stage_in_it() -> None:
    visits = [*several(5, 5), *closed("later", "won", begun=32)]
    (table,) = calibration(scope(visits=visits, period="2026-02"))
    assert rows(table, "stage")["lead",]["n"] == 1
    (whole,) = calibration(scope(visits=visits, period="2026"))
    assert rows(whole, "stage")["lead",]["n"] == 11


def test_what_is_in_no_share_is_said() -> None:
    visits = [
        *several(3, 3),
        visit("gone", "lead", 1, 4, end=End.REMOVED),
        visit("late", "lead", 1, None, truncated=Truncated.START_KNOWN),
    ]
    (table,) = calibration(scope(visits=visits))
    assert table.notes == (
        "1 deal in no share: removed, or gone to another pipeline",
        "1 deal only in the share of the closed: the first visit began before being observed",
    )


def test_the_deals_behind_each_figure() -> None:
    (table,) = calibration(scope(visits=[*several(3, 2), visit("o", "lead", 9, None)], explain=True))
    for row, behind in zip(table.records(), table.behind, strict=True):
        assert [len(behind[name]) for name in ("n", "won", "open")] == [row[name] for name in ("n", "won", "open")]
        assert len(behind["measured"]) == row["n"]


def test_workspaces_with_nothing_to_calibrate() -> None:
    (table,) = calibration(scope())
    assert [(row["n"], row["measured"]) for row in table.records()] == [(0, Withheld("n < 5"))] * 2
    assert calibration(scope(pipelines=()))[0].notes == ("no pipeline: add one to pipelines/",)
    assert report("calibration").history


def test_as_sql_counts_from_the_rows_of_the_audit() -> None:
    of = world(lives(6, 500, 400), BEGIN + timedelta(days=400))
    (table,) = calibration(of)
    base = sqlite3.connect(":memory:")
    text = render([visits_table(of.visits, of.workspace, UTC, ())], "csv")
    reader = csv.DictReader(io.StringIO(text))
    base.execute("CREATE TABLE visit (deal, stage)")
    base.executemany("INSERT INTO visit VALUES (:deal, :stage)", reader)
    query = """
        SELECT a.stage, count(*), sum(b.stage = 'won') FROM (SELECT DISTINCT deal, stage FROM visit) a
        JOIN visit b ON b.deal = a.deal AND b.stage IN ('won', 'lost') WHERE a.stage IN ('lead', 'offer', 'talks')
        GROUP BY a.stage
    """
    expected: dict[Cell, tuple[int, int]] = {stage: (n, won) for stage, n, won in base.execute(query)}
    assert {row["stage"]: (row["n"], row["won"]) for row in table.records()} == expected
    assert set(expected) == set(TRUE)


def test_intervals_of_many_worlds_hold_the_truth_as_often_as_they_say() -> None:
    held = [
        not row["differs"]
        for seed in range(60)
        for row in calibration(world(lives(seed, 80, 100), BEGIN + timedelta(days=1500)))[0].records()
        if row["stage"] == "lead"
    ]
    assert 0.9 <= sum(held) / len(held) <= 1
