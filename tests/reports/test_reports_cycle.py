"""The report on sales cycles and on what is won by an age."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scopes import NOW, SALES, SUPPORT, deal, rows, scope

from pipecli.core.table import Withheld
from pipecli.render.medium import Medium
from pipecli.render.table import text
from pipecli.reports.cycle import cycle

if TYPE_CHECKING:
    from pipecli.core.record import Deal

DAY = timedelta(days=1)
TODAY = NOW.date()
TOO_FEW, NOT_REACHED, UNOBSERVED = (Withheld(why) for why in ("n < 5", "not reached", "not observed"))


def lived(name: str, days: int, stage: str = "won", created: date = TODAY - 36 * DAY) -> Deal:
    """Return a deal that was closed so many days after its creation."""
    return deal(name, stage, created=created, closed_on=created + days * DAY)


def standing(name: str, days: int) -> Deal:
    """Return a deal that was created so many days ago, and is open."""
    return deal(name, "lead", created=TODAY - days * DAY)


SIX = [lived(f"w{days}", days) for days in (2, 4, 9, 11, 20, 30)]


def test_the_median_of_the_closed_and_the_time_to_won_of_all() -> None:
    deals = [*SIX, *(lived(f"l{days}", days, "lost") for days in (1, 3, 5, 7, 9)), standing("o", 36)]
    table, _ = cycle(scope(deals))
    found = rows(table, "measure")
    won, lost, all_of_them = (found[(name,)] for name in ("cycle of won", "cycle of lost", "time to won"))
    assert (won["n"], won["p50"], won["p75"], won["p90"]) == (6, 10 * DAY, 20 * DAY, 30 * DAY)
    assert (lost["n"], lost["p50"]) == (5, 5 * DAY)
    # at risk 11 at day 2, 9 at 4, 6 at 9, 4 at 11, 3 at 20, 2 at 30: S = 10/11 · 8/9 · 5/6 · 3/4 · 2/3 · 1/2
    assert (all_of_them["n"], all_of_them["ended"]) == (12, 6)
    assert all_of_them["p50"] == 20 * DAY
    assert all_of_them["p90"] == NOT_REACHED


def test_won_by_an_age_as_computed_by_hand() -> None:
    deals = [*SIX, *(lived(f"l{days}", days, "lost") for days in (1, 3, 5, 7)), standing("a", 25), standing("b", 36)]
    _, table = cycle(scope(deals))
    found = rows(table, "within")
    month = found[(30 * DAY,)]
    # 12 deals, of which one is censored at 25: before it each event takes 1/12, then 2 are left of 3 shares of 1/12
    assert month["won_share"] == Fraction(5, 12) + Fraction(3, 24)
    assert month["lost_share"] == Fraction(4, 12)
    assert (month["n"], month["at_risk"], month["won"], month["lost"]) == (12, 2, 6, 4)
    assert month["won_share"] + month["lost_share"] + month["open_share"] == 1  # type: ignore[operator]  # fractions
    assert found[(60 * DAY,)]["won_share"] == found[(60 * DAY,)]["open_share"] == UNOBSERVED


def test_where_all_are_closed_later_ages_are_known_too() -> None:
    _, table = cycle(scope(SIX))
    assert [row["won_share"] for row in table.records()] == [1] * 5
    assert [(row["won_low"], row["won_high"]) for row in table.records()] == [(None, None)] * 5


def test_a_period_is_of_closing_for_cycles_and_of_creation_for_the_others() -> None:
    january, december = date(2026, 1, 5), date(2025, 12, 20)
    deals = [*(lived(f"d{at}", 20, created=december) for at in range(5)), lived("j", 30, created=january)]
    table, ages = cycle(scope(deals, period="2026-01"))
    found = rows(table, "measure")
    assert (found[("cycle of won",)]["n"], found[("time to won",)]["n"]) == (5, 1)
    assert {row["n"] for row in ages.records()} == {1}
    assert {row["won_share"] for row in ages.records()} == {TOO_FEW}


def test_what_is_in_no_figure_is_told() -> None:
    deals = [*SIX, lived("back", -3), deal("new", "lead"), deal("won", "won", created=TODAY)]
    table, ages = cycle(scope(deals))
    assert table.notes == (
        "2 deals left out: without a day of creation, or closed without one of closing",
        "1 deal left out: closed before the day of creation",
    )
    assert rows(table, "measure")[("cycle of won",)]["n"] == 6
    assert {row["n"] for row in ages.records()} == {6}


def test_of_nothing_nothing_is_told() -> None:
    table, ages = cycle(scope())
    assert {row["p50"] for row in table.records()} == {row["won_share"] for row in ages.records()} == {TOO_FEW}
    assert "no pipeline" in cycle(scope(pipelines=()))[0].notes[0]
    assert len(cycle(scope(SIX, pipelines=(SALES, SUPPORT)))) == 4


def test_behind_each_count_are_its_deals() -> None:
    for table in cycle(scope([*SIX, lived("l", 4, "lost"), standing("a", 9)], explain=True)):
        counts = ("n", "ended") if table.name == "cycle" else ("n", "at_risk", "won", "lost")
        for row, deals in zip(table.records(), table.behind, strict=True):
            assert {name: len(deals[name]) for name in counts} == {name: row[name] for name in counts}


LIVES = st.lists(st.tuples(st.sampled_from(["won", "lost", "lead"]), st.integers(0, 400)), min_size=5, max_size=40)


@given(LIVES)
def test_won_lost_and_open_are_1_together_and_won_never_falls(lives: list[tuple[str, int]]) -> None:
    created = TODAY - 400 * DAY
    deals = [
        standing(f"d{at}", days) if stage == "lead" else lived(f"d{at}", days, stage, created)
        for at, (stage, days) in enumerate(lives)
    ]
    _, table = cycle(scope(deals))
    known = [row for row in table.records() if not isinstance(row["won_share"], Withheld)]
    for row in known:
        assert sum(Fraction(str(row[f"{name}_share"])) for name in ("won", "lost", "open")) == 1
    shares = [Fraction(str(row["won_share"])) for row in known]
    assert shares == sorted(shares)


@pytest.mark.parametrize("width", [60, 80])
def test_it_fits(width: int) -> None:
    shown = text(cycle(scope([*SIX, standing("o", 36)])), Medium(width=width))
    assert max(map(len, shown.splitlines())) <= width
