"""Past forecasts from a real history: they rest on what was recorded by then, whatever is committed later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from pipecli.library import scope_of
from pipecli.reports.forecast import forecast
from pipecli.reports.scope import Asked
from pipecli.store.view import Question, look

if TYPE_CHECKING:
    from conftest import Sandbox
    from pipecli.core.table import Cell, Table

BEGIN, NOW = datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 6, 20, 12, tzinfo=UTC)
FORETOLD = ("month", "at", "currency", "deals", "weighted", "expected", "p10", "p50", "p90")
PIPELINE = """name: Sales
stages:
  - {id: lead, name: Lead, probability: 20%}
  - {id: talks, name: Talks, probability: 60%}
  - {id: won, name: Won, kind: won}
  - {id: lost, name: Lost, kind: lost}
"""


def _write(sandbox: Sandbox, deal: str, stage: str, value: int, more: str = "") -> None:
    sandbox.deal(deal, stage, more=f"value: {value}\nexpected_close: 2026-04-15\n{more}")


def _half_a_year(sandbox: Sandbox) -> dict[str, int]:
    """Commit forty deals, each of which is a lead, perhaps talked with, and closed or not; return what is open."""
    random = Random(8)  # noqa: S311 -- numbers for a test
    moves: list[tuple[datetime, str, str, int]] = []
    for number in range(40):
        moment, value = BEGIN + timedelta(days=random.uniform(0, 150)), random.randrange(100, 9000)
        for stage in ("lead", "talks", random.choice(("won", "lost"))):
            if random.random() < 0.9:
                moves.append((moment, f"d{number}", stage, value))
            moment += timedelta(days=random.uniform(2, 30))
    sandbox.write("pipe.yaml", "name: x\ncurrency: EUR\ntimezone: UTC\n")
    sandbox.write("pipelines/sales.yaml", PIPELINE)
    standing: dict[str, int] = {}
    for moment, deal, stage, value in sorted(moves):
        if moment > NOW:
            continue
        closed = f"closed_on: {moment.date()}\n" if stage in ("won", "lost") else ""
        _write(sandbox, deal, stage, value, closed)
        sandbox.now = moment
        sandbox.commit(hours=0)
        standing[deal] = value
        if closed:
            del standing[deal]
    return standing


def _tables(sandbox: Sandbox, now: datetime = NOW, **asked: int | str) -> dict[str, Table]:
    question = Asked(**asked)  # type: ignore[arg-type]
    view = look(sandbox.folder, Question(as_of=None if now >= sandbox.now else now), max(now, sandbox.now))
    return {table.name: table for table in forecast(scope_of(view, pipeline=None, asked=question))}


def _foretold(table: Table) -> list[list[Cell]]:
    return [[row[name] for name in FORETOLD] for row in table.records()]


def test_a_fact_of_the_future_changes_no_past_forecast(sandbox: Sandbox) -> None:
    standing = _half_a_year(sandbox)
    before = _tables(sandbox, backtest=4, simulate=100)["forecast-backtest"]
    assert [row["month"] for row in before.records()] == ["2026-02", "2026-03", "2026-04", "2026-05"]
    assert any(row["expected"] for row in before.records())
    assert len(standing) > 5
    for deal, value in standing.items():
        backdated = "stage_since: 2026-04-20\nclosed_on: 2026-04-20\n"
        _write(sandbox, deal, "won", value * 10, backdated)
    sandbox.write("pipelines/sales.yaml", PIPELINE.replace("20%", "99%").replace("60%", "1%"))
    sandbox.write("pipe.yaml", "name: x\ncurrency: EUR\ntimezone: UTC\nfiscal_year_starts: 4\n")
    sandbox.now = NOW
    sandbox.commit("what nobody knew", hours=0)
    after = _tables(sandbox, NOW, backtest=4, simulate=100)["forecast-backtest"]
    assert _foretold(after) == _foretold(before)
    assert [row["came"] for row in after.records()] != [row["came"] for row in before.records()]


def test_a_past_forecast_is_what_the_report_says_of_then(sandbox: Sandbox) -> None:
    _half_a_year(sandbox)
    at = datetime(2026, 4, 30, 23, 59, 59, tzinfo=UTC)
    past = _tables(sandbox, backtest=1, simulate=100)["forecast-backtest"].records()[0]
    (row,) = _tables(sandbox, at, simulate=100, period="2026-05")["forecast-simulation"].records()
    assert [past[name] for name in FORETOLD[4:]] == [row[name] for name in FORETOLD[4:]]
    assert past["at"] == at.date()


def test_what_the_work_tree_says_is_no_past_either(sandbox: Sandbox) -> None:
    standing = _half_a_year(sandbox)
    before = _tables(sandbox, backtest=2, simulate=100)["forecast-backtest"]
    for deal, value in standing.items():
        _write(sandbox, deal, "lost", value, "closed_on: 2026-03-01\nstage_since: 2026-03-01\n")
    assert _foretold(_tables(sandbox, backtest=2, simulate=100)["forecast-backtest"]) == _foretold(before)


def test_a_deal_that_is_renamed_is_still_the_one_of_which_was_told(sandbox: Sandbox) -> None:
    _half_a_year(sandbox)
    before = _tables(sandbox, backtest=3, simulate=100)
    for file in sorted((sandbox.folder / "deals").glob("d1*.yaml")):
        new = file.with_name(f"renamed-{file.name}")
        new.write_text(f"{file.read_text('utf-8')}formerly: [{file.stem}]\n", "utf-8")
        file.unlink()
    sandbox.now = NOW
    sandbox.commit("rename", hours=0)
    after = _tables(sandbox, backtest=3, simulate=100)
    assert {name: replace(table, facts=()) for name, table in after.items()} == {
        name: replace(table, facts=()) for name, table in before.items()
    }
