"""The simulated forecast: from which odds it draws, and in which rows what is drawn stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from scopes import NOW, deal, rows, scope, visit

from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.problem import PipeError
from pipecli.core.settings import Member, Team
from pipecli.core.table import Withheld
from pipecli.core.visit import End, Truncated
from pipecli.reports.forecast import forecast
from pipecli.reports.scope import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipecli.core.record import Deal
    from pipecli.core.table import Cell, Table
    from pipecli.core.visit import Visit

D = Decimal
B2B = Pipeline(
    "sales",
    "pipelines/sales.yaml",
    "B2B sales",
    [
        Stage("lead", "Lead", probability=D("0.1")),
        Stage("talks", "Talks", probability=D("0.5")),
        Stage("bare", "Bare"),
        Stage("won", "Won", kind=Kind.WON),
        Stage("lost", "Lost", kind=Kind.LOST),
        Stage("delayed", "Delayed", kind=Kind.ON_HOLD),
    ],
)
OLDER = (
    "1 deal longer in the stage (lead) than five that were won or lost since:"
    " as those that stood the longest and were still open"
)
FIGURES = ("expected", "p10", "p50", "p90")


def closed(name: str, begun: float, after: float, how: str = "won") -> list[Visit]:
    """Return the visits of a deal that was a lead from one day on, and was closed so many days later."""
    end = End.ADVANCED if how == "won" else End.LOST
    return [visit(name, "lead", begun, begun + after, end=end), visit(name, how, begun + after, None)]


def history(won: int, lost: int, after: float = 30) -> list[Visit]:
    """Return deals that were leads for equally long before they were won or lost."""
    wins = [one for number in range(won) for one in closed(f"w{number}", 5 - after, after)]
    return [*wins, *(one for number in range(lost) for one in closed(f"l{number}", 5 - after, after, "lost"))]


def tables(
    deals: Iterable[Deal],
    visits: Iterable[Visit],
    quota: Mapping[str, Mapping[str, Decimal]] | None = None,
    **asked: Any,  # noqa: ANN401 -- what is asked of a report
) -> Mapping[str, Table]:
    found = scope(deals, list(visits), pipelines=[B2B])
    members = {name: Member(name, quota=dict(own)) for name, own in (quota or {}).items()}
    workspace = replace(found.workspace, team=Team(members))
    question = Asked(**{"simulate": 20, **asked})
    return {table.name: table for table in forecast(replace(found, workspace=workspace, asked=question))}


def monthly(table: Table) -> dict[Cell, tuple[Cell, ...]]:
    return {key: tuple(row[name] for name in FIGURES) for (key,), row in rows(table, "month").items()}


def only(table: Table) -> Mapping[str, Cell]:
    (row,) = table.records()
    return row


LEAD = deal("a", "lead", "1000", owner="sam", expected_close=date(2026, 4, 1))
"""It came up 10 days ago; the tests' present is the 10th of February."""
SINCE = visit("a", "lead", 30, None)


def test_a_deal_is_won_as_soon_as_others_of_its_stage_and_age_were() -> None:
    found = tables([LEAD], [*history(5, 0), SINCE])
    nothing, everything = (0, 0, 0, 0), (1000, 1000, 1000, 1000)
    assert monthly(found["forecast-simulation"]) == {"2026-02": nothing, "2026-03": everything, "2026-04": nothing}
    total = only(found["forecast-simulation-total"])
    assert (total["deals"], total["measured"], total["configured"], total["weighted"]) == (1, 1, 0, 100)
    assert tuple(total[name] for name in FIGURES) == everything
    later = monthly(tables([LEAD], [*history(5, 0, after=500), SINCE])["forecast-simulation"])
    assert later == {"2026-02": nothing, "2026-03": nothing, "2026-04": nothing, "later": everything}


def test_a_deal_is_won_as_often_as_others_were() -> None:
    found = tables([LEAD], [*history(9, 3), SINCE], simulate=4000)
    total = only(found["forecast-simulation-total"])
    assert (total["expected"], total["p10"], total["p50"], total["p90"]) == (750, 0, 1000, 1000)


def test_what_is_won_so_far_is_drawn_together() -> None:
    cumulative = [
        row["cumulative_p50"] for row in tables([LEAD], [*history(5, 0), SINCE])["forecast-simulation"].records()
    ]
    assert cumulative == [0, 1000, 1000]


@pytest.mark.parametrize("visits", [[*history(4, 0), SINCE], [SINCE], []], ids=["too few", "alone", "none"])
def test_below_the_floor_the_configured_probability_stands_in(visits: list[Visit]) -> None:
    found = tables([replace(LEAD, probability=D("0.5"))], visits, simulate=1000)
    assert monthly(found["forecast-simulation"])["2026-04"][0] == 500
    total = only(found["forecast-simulation-total"])
    assert (total["measured"], total["configured"], total["p10"], total["p90"]) == (0, 1, 0, 1000)


def test_a_configured_deal_whose_day_is_over_or_unknown_is_won_on_no_known_day() -> None:
    for day in (date(2026, 2, 9), None):
        found = tables([replace(LEAD, expected_close=day, probability=D(1))], [])["forecast-simulation"]
        assert monthly(found)["no date"] == (1000, 1000, 1000, 1000)
        assert rows(found, "month")["no date",]["weighted"] == 1000
    today = tables([replace(LEAD, expected_close=NOW.date(), probability=D(1))], [])["forecast-simulation"]
    assert monthly(today) == {"2026-02": (1000, 1000, 1000, 1000)}


def test_what_is_left_out_and_what_is_guessed_is_said() -> None:
    deals = [
        LEAD,
        deal("old", "lead", "5"),
        deal("unknown", "lead", "5"),
        deal("bare", "bare", "5"),
        deal("held", "delayed", "5"),
    ]
    visits = [
        *history(5, 5),
        SINCE,
        visit("old", "lead", -60, None),
        visit("unknown", "lead", 20, None, truncated=Truncated.START_UNKNOWN),
        visit("bare", "bare", 20, None),
    ]
    found = tables(deals, visits)
    assert found["forecast-simulation"].notes == (
        "1 deal left out: on hold",
        "1 deal without a probability (stage bare): in no weighted value",
        "4 deals in no forecast category: neither the deal nor its stage names one",
        "1 deal in the stage since an unknown moment: as configured",
        OLDER,
        "1.1 deals on the average are neither won nor lost within the time that the history tells of",
        "1 deal left out: no probability, neither measured nor configured",
        "1 visit not measured: an unknown start, or a negative span",
    )
    total = only(found["forecast-simulation-total"])
    assert (total["deals"], total["measured"], total["configured"]) == (4, 2, 1)
    still = tables([LEAD], [*history(5, 5), *(visit(f"o{number}", "lead", -60, None) for number in range(10)), SINCE])
    assert "0.5 deals on the average are neither won nor lost within the time that the history tells of" in (
        still["forecast-simulation"].notes
    )


def test_a_period_shows_its_months_alone() -> None:
    visits = [*history(5, 0), SINCE]
    march = tables([LEAD], visits, period="2026-03..2026-04")
    assert list(monthly(march["forecast-simulation"])) == ["2026-03", "2026-04"]
    february = tables([LEAD], visits, period="2026-02")
    assert monthly(february["forecast-simulation"]) == {}
    assert only(february["forecast-simulation-total"])["p90"] == 0
    assert only(tables([LEAD], visits, period="2026-02..2026-03-01")["forecast-simulation-total"])["p10"] == 0
    assert only(tables([LEAD], visits, period="2026-02..2026-03-02")["forecast-simulation-total"])["p10"] == 1000
    over = tables([LEAD], visits, period="2025")["forecast-simulation"]
    assert (over.rows, over.empty) == ((), "no time to come in the period, or nothing to be won")


def test_the_chance_of_reaching_a_quota() -> None:
    won = [
        deal("x", "won", "300", owner="sam", closed_on=date(2026, 1, 20)),
        deal("y", "won", "9000", owner="sam", closed_on=date(2025, 12, 31)),
    ]
    quota = {"sam": {"2026-Q1": D(1300), "2026-02": D(1), "2025": D(1)}, "kim": {"2026-Q1": D(200), "2026": D(0)}}
    found = tables([LEAD, *won], [*history(5, 0), SINCE], quota)["forecast-quota"]
    names = ("quota", "won", "p10", "p90", "chance")
    assert {key: tuple(row[name] for name in names) for key, row in rows(found, "period", "owner").items()} == {
        ("2026-02", "team"): (1, 0, 0, 0, 0),
        ("2026-Q1", "team"): (1500, 300, 1300, 1300, 0),
        ("2026", "team"): (0, 300, 1300, 1300, 1),
    }
    by_owner = rows(
        tables([LEAD, *won], [*history(9, 3), SINCE], quota, by="owner", simulate=4000)["forecast-quota"],
        "period",
        "owner",
    )
    chance = by_owner["2026-Q1", "sam"]["chance"]
    assert isinstance(chance, Fraction)
    assert float(chance) == pytest.approx(0.75, abs=0.03)
    assert by_owner["2026-Q1", "kim"]["chance"] == 0
    assert list(rows(tables([LEAD], [SINCE], quota, period="2026-Q1")["forecast-quota"], "period")) == [
        ("2026-02",),
        ("2026-Q1",),
    ]
    assert "forecast-quota" not in tables([LEAD], [SINCE])


def test_a_quota_is_of_the_currency_of_the_workspace() -> None:
    quota = {"sam": {"2026-Q1": D(1000)}}
    francs = deal("f", "lead", "500", currency="CHF", owner="sam")
    won = deal("x", "won", "300", owner="sam", currency="CHF", closed_on=date(2026, 1, 20))
    visits = [*history(5, 0), SINCE, visit("f", "lead", 30, None)]
    found = tables([LEAD, francs, won], visits, quota)
    assert only(found["forecast-quota"])["chance"] == 1
    assert only(found["forecast-quota"])["p90"] == 1000
    assert found["forecast-quota"].notes == ("1 deal without a usable rate to EUR: in no quota",)
    assert {key: row["p50"] for key, row in rows(found["forecast-simulation-total"], "currency").items()} == {
        ("EUR",): 1000, ("CHF",): 500,
    }  # fmt: skip
    kept = scope([LEAD], [SINCE], pipelines=[B2B], pipeline="sales", simulate=20)
    team = Team({"sam": Member("Sam", quota={"2026-Q1": D(5)})})
    note = "the quotas are those of the team, what is won only that of the deals that were asked for"
    assert forecast(replace(kept, workspace=replace(kept.workspace, team=team)))[-1].notes == (note,)


def test_by_owner() -> None:
    deals = [LEAD, replace(LEAD, id="b", owner="kim", value=D(7)), replace(LEAD, id="c", owner=None, value=D(5))]
    visits = [*history(5, 0), *(visit(name, "lead", 30, None) for name in "abc")]
    found = rows(tables(deals, visits, by="owner")["forecast-simulation-total"], "group")
    assert {key: row["p50"] for (key,), row in found.items()} == {"kim": 7, "sam": 1000, Withheld("not given"): 5}
    quarters = tables(deals, visits, by="quarter")["forecast-simulation"]
    assert [row["quarter"] for row in quarters.records()] == ["2026-Q1", "2026-Q2"]


def test_the_seed_makes_the_numbers() -> None:
    deals = [replace(LEAD, id=f"d{number}", value=D(number * 7 + 1)) for number in range(30)]
    visits = [*history(9, 9), *(visit(one.id, "lead", 30, None) for one in deals)]
    first = tables(deals, visits)
    assert tables(reversed(deals), visits) == first
    assert tables(deals, visits, seed=1) == first
    assert tables(deals, visits, seed=2) != first
    assert first["forecast-simulation"].facts[-2:] == (("runs", "20"), ("seed", "1"))


def test_what_cannot_be_asked() -> None:
    with pytest.raises(PipeError, match="--seed means nothing without --simulate"):
        tables([], [], simulate=None, seed=5)
    with pytest.raises(PipeError, match="more than 100000 runs") as caught:
        tables([], [], simulate=100_001)
    assert caught.value.hint == "--simulate 100000"
    few = only(tables([LEAD], [SINCE], {"sam": {"2026": D(5)}}, simulate=4)["forecast-quota"])
    assert (few["p50"], few["chance"]) == (Withheld("n < 5"), Withheld("n < 5"))


def test_the_deals_behind_each_figure() -> None:
    found = tables([LEAD, deal("b", "bare", "5")], [*history(5, 0), SINCE], {"sam": {"2026": D(5)}}, explain=True)
    for table in found.values():
        assert len(table.behind) == len(table.rows)
    (behind,) = found["forecast-simulation-total"].behind
    assert (behind["deals"], behind["measured"], behind["configured"]) == (("a", "b"), ("a",), ())


def test_nothing_to_simulate() -> None:
    found = tables([], [])
    assert (found["forecast-simulation"].rows, found["forecast-simulation"].empty) == ((), "no deal is open")
    unvalued = tables([replace(LEAD, value=None)], [SINCE])
    assert only(unvalued["forecast-simulation-total"])["p50"] == 0
    assert "1 deal without a value: in the counts only" in unvalued["forecast-simulation"].notes
    assert forecast(scope(pipelines=(), simulate=5))[0].notes == ("no pipeline: add one to pipelines/",)


def test_a_deal_in_a_stage_that_its_visits_do_not_know() -> None:
    moved = tables([LEAD], [*history(5, 0), visit("a", "talks", 30, None)])
    assert only(moved["forecast-simulation-total"])["configured"] == 1
    ahead = tables([LEAD], [*history(5, 0), visit("a", "lead", 41, None)])
    assert only(ahead["forecast-simulation-total"])["configured"] == 1
