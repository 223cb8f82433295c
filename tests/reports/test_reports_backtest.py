"""Past forecasts held against what came: in worlds whose probabilities are known, and what came of single deals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from drawn_worlds import BEGIN, TRUE, lives, world
from scopes import scope

from pipecli.core.calendar import Period
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.table import Withheld
from pipecli.core.visit import End
from pipecli.reports.forecast import forecast
from pipecli.reports.replay import months
from pipecli.reports.scope import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drawn_worlds import Life

    from pipecli.core.table import Cell, Table
    from pipecli.reports.scope import Scope

WRONG = {"lead": 0.4, "offer": 0.6, "talks": 0.9}
FORETOLD = ("month", "at", "deals", "weighted", "expected", "p10", "p50", "p90")


def tables(of: Scope) -> Mapping[str, Table]:
    return {table.name: table for table in forecast(of)}


def by_odds(table: Table) -> Mapping[Cell, Mapping[str, Cell]]:
    return {row["odds"]: row for row in table.records()}


def test_measured_probabilities_cover_what_comes_and_beat_wrong_ones() -> None:
    inside: list[Cell] = []
    for seed in range(8):
        found = tables(world(lives(seed, 800, 730), BEGIN + timedelta(days=730), WRONG, backtest=12, simulate=300))
        inside += [row["inside"] for row in found["forecast-backtest"].records()]
        scores = by_odds(found["forecast-backtest-score"])
        assert float(str(scores["measured"]["brier"])) < float(str(scores["configured"]["brier"])) - 0.03
    assert len(inside) == 96
    assert 0.72 < sum(one is True for one in inside) / 96 < 0.88  # 80 % are to be: two standard errors are 8 %


def test_the_true_probabilities_are_not_beaten_by_far_and_have_no_bias() -> None:
    found = tables(world(lives(3, 3000, 1000), BEGIN + timedelta(days=1000), TRUE, backtest=6, simulate=100))
    scores = by_odds(found["forecast-backtest-score"])
    measured, configured = (float(str(scores[odds]["brier"])) for odds in ("measured", "configured"))
    assert measured == pytest.approx(configured, abs=0.005)
    for row in found["forecast-backtest-calibration"].records():
        if not isinstance(row["won_rate"], Withheld):
            share, n = float(row["probability"]), int(str(row["n"]))  # type: ignore[arg-type]
            # an open deal is told of at the end of some months: its forecasts stand and fall together
            assert float(row["won_rate"]) == pytest.approx(share, abs=0.02 + 5 * (share * (1 - share) / n) ** 0.5)  # type: ignore[arg-type]


def test_a_fact_of_the_future_changes_no_past_forecast() -> None:
    found, now = lives(1, 300, 300), BEGIN + timedelta(days=300)
    before = tables(world(found, now, backtest=4, simulate=50))["forecast-backtest"]

    def other(life: Life) -> Life:
        """Return a life that goes on otherwise after August: whatever was open is won in September."""
        known = tuple(step for step in life.steps if step[1] < 243)
        return replace(life, steps=(*known, ("won", 250.0))) if known and known[-1][0] in TRUE else life

    after = tables(world([other(life) for life in found], now, backtest=4, simulate=50))["forecast-backtest"]
    foretold = [[row[name] for name in FORETOLD] for row in before.records()]
    assert [[row[name] for name in FORETOLD] for row in after.records()] == foretold
    last, changed = before.records()[-1], after.records()[-1]
    assert (last["month"], changed["won"], last["won"] != changed["won"]) == ("2025-09", changed["deals"], True)


def test_the_forecast_of_then_is_the_one_that_is_printed_then() -> None:
    found = lives(4, 300, 300)
    past = tables(world(found, BEGIN + timedelta(days=300), backtest=2, simulate=60))["forecast-backtest"].records()[-1]
    at = datetime(2025, 8, 31, 23, 59, 59, tzinfo=UTC)
    assert (past["month"], past["at"]) == ("2025-09", at.date())
    then = replace(world(found, at), asked=Asked(simulate=60, period="2025-09"))
    (row,) = tables(then)["forecast-simulation"].records()
    assert [past[name] for name in ("expected", "p10", "p50", "p90")] == [
        row[name] for name in ("expected", "p10", "p50", "p90")
    ]
    assert past["weighted"] == row["weighted"]


def test_brier_score_by_brute_force() -> None:
    found, now = lives(5, 200, 250), BEGIN + timedelta(days=250)
    table = by_odds(tables(world(found, now, WRONG, backtest=3, simulate=5))["forecast-backtest-score"])
    squares = []
    for at in (date(2025, 6, 1), date(2025, 7, 1), date(2025, 8, 1)):
        day = (at - BEGIN.date()) / timedelta(days=1)
        for life in found:
            stages = [stage for stage, entered in life.steps if entered <= day]
            last, closed = life.steps[-1]
            if stages and stages[-1] in WRONG and closed <= 250:
                squares.append((WRONG[stages[-1]] - (last == "won")) ** 2)
    assert table["configured"]["n"] == len(squares)
    assert float(str(table["configured"]["brier"])) == pytest.approx(sum(squares) / len(squares), abs=0.0001)


def test_the_months_that_are_over() -> None:
    def of(*now: int) -> list[str]:
        return [str(one) for one in months(datetime(*now, tzinfo=UTC), 2)]  # type: ignore[misc,arg-type]

    assert of(2026, 3, 15) == ["2026-02-01 to 2026-02-28", "2026-01-01 to 2026-01-31"]
    assert of(2026, 2, 28, 23, 59, 59) == ["2026-02-01 to 2026-02-28", "2026-01-01 to 2026-01-31"]
    assert of(2026, 2, 28, 23, 59, 58)[0] == "2026-01-01 to 2026-01-31"
    assert next(months(datetime(2026, 1, 1, tzinfo=UTC), 1)) == Period(date(2025, 12, 1), date(2025, 12, 31))


def test_a_history_that_does_not_reach_back() -> None:
    found = tables(world(lives(1, 60, 100), BEGIN + timedelta(days=100), backtest=24, simulate=5))
    assert len(found["forecast-backtest"].rows) == 2
    assert "the history does not reach back further" in found["forecast-backtest"].notes
    row = by_odds(found["forecast-backtest-value"])["measured"]
    assert (row["months"], row["mape"], row["bias"]) == (2, Withheld("n < 5"), Withheld("n < 5"))
    young = tables(world(lives(1, 60, 100), BEGIN + timedelta(days=20), backtest=3, simulate=5))
    assert [len(table.rows) for table in young.values()] == [0, 0, 2, 0]
    assert by_odds(young["forecast-backtest-score"])["measured"]["brier"] == Withheld("n < 5")


def test_what_came_of_a_deal_is_what_was_recorded_after_the_forecast() -> None:
    life = replace(lives(2, 1, 1)[0], steps=(("lead", 1.0), ("won", 35.0)), value=Decimal(100), name="old")
    then = world([life], BEGIN + timedelta(days=80), backtest=2)
    deal, visits = then.workspace.deals["old"], list(then.visits)

    def came(of: Scope) -> list[tuple[Cell, ...]]:
        found = tables(of)["forecast-backtest"].records()
        return [(row["month"], row["deals"], row["won"], row["came"]) for row in found]

    assert came(then) == [("2025-02", 1, 1, 100)]
    # renamed, worth more at last
    new = replace(deal, id="new", formerly=["old"], value=Decimal(130))
    renamed = tuple(replace(visit, deal="new") for visit in visits)
    assert came(replace(then, workspace=replace(then.workspace, deals={"new": new}), visits=renamed))[-1][2:] == (
        1,
        130,
    )
    # won before the end of January, as is told later
    backdated = (visits[0], replace(visits[1], entered=BEGIN + timedelta(days=30)))
    assert came(replace(then, visits=backdated))[-1][2:] == (1, 100)
    # won in March, or its file removed
    march = (visits[0], replace(visits[1], entered=BEGIN + timedelta(days=62), recorded=BEGIN + timedelta(days=62)))
    assert came(replace(then, visits=march))[-1][2:] == (0, 0)
    removed = (replace(visits[0], end=End.REMOVED, left=BEGIN + timedelta(days=50)),)
    gone = replace(then, workspace=replace(then.workspace, deals={}), visits=removed)
    assert came(gone)[-1][2:] == (0, 0)
    assert "1 forecast in no score: the deal was removed, or went to another pipeline" in (
        tables(gone)["forecast-backtest-score"].notes
    )


def test_the_deals_behind_each_figure() -> None:
    of = world(lives(1, 100, 200), BEGIN + timedelta(days=200), backtest=3)
    table = tables(replace(of, asked=replace(of.asked, explain=True)))["forecast-backtest"]
    for row, behind in zip(table.records(), table.behind, strict=True):
        assert (len(behind["deals"]), len(behind["won"])) == (row["deals"], row["won"])


def test_what_cannot_be_asked() -> None:
    with pytest.raises(PipeError, match="--backtest needs the history") as caught:
        forecast(scope(backtest=3))
    assert caught.value.code is ExitCode.STATE
    for asked in (Asked(backtest=3, by="owner"), Asked(backtest=3, period="2026")):
        with pytest.raises(PipeError, match="means nothing to --backtest"):
            forecast(replace(scope(), asked=asked))
    nothing = replace(scope(pipelines=()), then=lambda _: scope(), asked=Asked(backtest=3, seed=4))
    assert forecast(nothing)[0].notes == ("no pipeline: add one to pipelines/",)
