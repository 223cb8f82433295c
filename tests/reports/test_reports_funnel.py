"""The report on conversion and on the ends of visits; the arithmetic is tested where it is done."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from scopes import SALES, SUPPORT, deal, rows, scope, visit

from pipecli.core.problem import PipeError
from pipecli.core.table import Withheld
from pipecli.core.visit import End, Truncated
from pipecli.render.medium import Medium
from pipecli.render.table import text
from pipecli.reports.funnel import funnel
from pipecli.reports.scope import Asked

if TYPE_CHECKING:
    from pipecli.core.visit import Visit

TOO_FEW, NOT_REACHED = Withheld("n < 5"), Withheld("not reached")


def sold(number: int, start: float = 0) -> list[Visit]:
    """Return the visits of so many deals that were a lead for ten days, and then won."""
    return [
        one
        for at in range(number)
        for one in (visit(f"d{at}", "lead", start, start + 10), visit(f"d{at}", "won", start + 10, None))
    ]


def test_one_row_a_stage_that_is_open_or_won() -> None:
    table, _ = funnel(scope(visits=sold(5)))
    assert [row[1] for row in table.rows] == ["lead", "proposal", "won"]
    lead = rows(table, "stage")[("lead",)]
    assert (lead["entered"], lead["reached"], lead["next_stage"]) == (5, 5, "proposal")
    assert (lead["next"], lead["next_rate"], lead["won"], lead["won_rate"], lead["open"]) == (5, 1, 5, 1, 0)
    assert (lead["matured"], lead["matured_next_rate"], lead["matured_won_rate"]) == (5, 1, 1)
    assert (lead["lost"], lead["drop_off"]) == (0, 0)


def test_behind_the_last_stage_there_is_nothing_to_go_to() -> None:
    table, _ = funnel(scope(visits=sold(5)))
    won = rows(table, "stage")[("won",)]
    going = (
        "next_stage",
        "next",
        "next_rate",
        "won",
        "won_rate",
        "open",
        "matured",
        "matured_next_rate",
        "matured_won_rate",
    )
    assert {won[name] for name in going} == {None}
    assert won["drop_off"] == Fraction(0)


def test_where_p90_is_not_reached_nothing_is_matured() -> None:
    table, _ = funnel(scope(visits=[*sold(5), visit("x", "lead", 0, None)]))
    lead = rows(table, "stage")[("lead",)]
    assert lead["next_rate"] == Fraction(5, 6)
    assert (lead["matured"], lead["matured_next_rate"], lead["matured_won"]) == (None, NOT_REACHED, NOT_REACHED)


def test_matured_leaves_out_who_came_of_late() -> None:
    table, _ = funnel(scope(visits=[*sold(20), visit("x", "lead", 35, None)]))
    lead = rows(table, "stage")[("lead",)]
    assert (lead["reached"], lead["open"], lead["matured"], lead["matured_won_rate"]) == (21, 1, 20, 1)


def test_the_mode_is_a_fact() -> None:
    table, _ = funnel(replace(scope(visits=sold(5)), asked=Asked(mode="direct")))
    assert dict(table.facts)["mode"] == "direct"
    lead = rows(table, "stage")[("lead",)]
    assert (lead["next"], lead["won"]) == (0, 5)
    assert dict(funnel(scope())[0].facts)["mode"] == "reached"


def test_an_unknown_mode() -> None:
    with pytest.raises(PipeError, match="there is no mode 'any'") as caught:
        funnel(replace(scope(), asked=Asked(mode="any")))
    assert caught.value.hint == "--mode reached, direct or strict"


def test_a_period_keeps_what_was_entered_in_it_whatever_came_later() -> None:
    visits = [
        *sold(5, start=25),
        visit("x", "lead", 5, 15),
        visit("x", "proposal", 15, 33),
        visit("x", "lead", 33, None),
    ]
    table, ends = funnel(replace(scope(visits=visits), asked=Asked(period="2026-01")))
    lead, won = (rows(table, "stage")[(name,)] for name in ("lead", "won"))
    assert (lead["entered"], lead["won"], won["entered"]) == (6, 5, 0)
    assert dict(table.facts)["n"] == "6"
    assert dict(table.facts)["period"] == "2026-01 (2026-01-01 to 2026-01-31)"
    assert rows(ends, "stage")[("lead",)]["entries"] == 6
    assert rows(ends, "stage")[("won",)]["entries"] == 0


def test_in_which_period_an_unknown_start_falls_nobody_knows() -> None:
    cut = visit("x", "lead", 0, None, truncated=Truncated.START_UNKNOWN)
    table, ends = funnel(replace(scope(visits=[cut]), asked=Asked(period="2026-01")))
    assert table.notes == (
        "1 deal began before being observed: what came before is not known",
        "1 visit left out: an unknown start, so in no period",
    )
    assert {row[3] for row in ends.rows} == {0}
    table, ends = funnel(scope(visits=[cut]))
    assert rows(ends, "stage")[("lead",)]["entries"] == 1


def test_the_ends_are_counts_and_shares_of_the_entries() -> None:
    visits = [visit(f"d{end}", "lead", 0, 5, end=end) for end in End if end is not End.STILL_THERE]
    _, table = funnel(scope(visits=[*visits, visit("here", "lead", 0, None)]))
    lead = rows(table, "stage")[("lead",)]
    assert lead["entries"] == 9
    assert [lead[end.replace(" ", "_")] for end in End] == [1] * 9
    assert [lead[f"{end.replace(' ', '_')}_share"] for end in End] == [Fraction(1, 9)] * 9
    assert {row[1] for row in table.rows} == {"lead", "proposal", "won", "lost", "delayed"}


def test_below_five_there_are_counts_alone() -> None:
    table, ends = funnel(scope(visits=sold(4)))
    lead = rows(table, "stage")[("lead",)]
    assert (lead["next"], lead["next_rate"], lead["won_rate"], lead["drop_off"]) == (4, TOO_FEW, TOO_FEW, TOO_FEW)
    assert rows(ends, "stage")[("lead",)]["advanced_share"] == TOO_FEW


def test_pipelines_are_never_mixed() -> None:
    first = visit("d", "lead", 0, 9, end=End.HANDED_OFF)
    found = funnel(scope(visits=[first, visit("d", "done", 9, None, pipeline="support")], pipelines=(SALES, SUPPORT)))
    assert [(table.name, table.title) for table in found] == [
        ("funnel", "Funnel: B2B sales"),
        ("funnel-ends", "Ends of visits: B2B sales"),
        ("funnel", "Funnel: Support"),
        ("funnel-ends", "Ends of visits: Support"),
    ]
    assert rows(found[0], "stage")[("lead",)]["won"] == 0
    assert rows(found[1], "stage")[("lead",)]["handed_off"] == 1
    assert rows(found[2], "stage")[("lead",)]["won"] == 1


def test_visits_in_stages_that_are_gone_are_said() -> None:
    _, table = funnel(scope([deal("d1", "gone")], [visit("d1", "gone", 0, None)]))
    assert "1 visit left out: in a stage that the pipeline lacks (gone)" in table.notes


@pytest.mark.parametrize("width", [40, 80])
def test_it_fits_a_narrow_terminal_and_keeps_what_matters(width: int) -> None:
    visits = [*sold(9000), visit("x", "lead", 0, 5, end=End.LOST), visit("x", "lost", 5, 6, end=End.REOPENED)]
    table, ends = (text([table], Medium(width=width)) for table in funnel(scope(visits=visits)))
    assert max(map(len, f"{table}\n{ends}".splitlines())) <= width
    assert all(heading in table for heading in ("reached", "to next", "to won"))
    shown, _, hidden = ends.partition("hidden at this width")
    assert "entries  advanced" in shown
    assert ("reopened" in shown, "handed off" in hidden) == (width == 80, True)
