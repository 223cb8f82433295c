"""The report on conversion and its matrix; the arithmetic is tested where it is done."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from scopes import SALES, SUPPORT, rows, scope, visit

from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.problem import PipeError
from pipecli.core.table import Withheld
from pipecli.core.visit import End, Truncated
from pipecli.render.csv import text as csv
from pipecli.render.medium import Medium
from pipecli.render.table import text
from pipecli.reports.conversion import conversion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipecli.core.table import Cell, Table
    from pipecli.core.visit import Visit

TOO_FEW, NOT_REACHED = Withheld("n < 5"), Withheld("not reached")


def sold(number: int, start: float = 0) -> list[Visit]:
    """Return the visits of so many deals that were a lead for ten days, and then won."""
    return [
        one
        for at in range(number)
        for one in (visit(f"d{at}", "lead", start, start + 10), visit(f"d{at}", "won", start + 10, None))
    ]


def found(table: Table) -> Mapping[tuple[Cell, ...], Mapping[str, Cell]]:
    return rows(table, "from", "to")


def test_each_stage_with_the_next_and_the_first_with_the_won_one() -> None:
    (table,) = conversion(scope(visits=sold(5)))
    assert list(found(table)) == [("lead", "proposal"), ("proposal", "won"), ("lead", "won")]
    first = found(table)["lead", "proposal"]
    assert [first[name] for name in ("n", "on", "rate", "open", "ended")] == [5, 5, 1, 0, 0]
    assert [first[name] for name in ("matured_n", "matured_on", "matured_rate")] == [5, 5, 1]
    assert (table.name, table.title, dict(table.facts)["n"]) == ("conversion", "Conversion: B2B sales", "5")


def test_who_is_still_open_is_shown_and_withholds_what_matured() -> None:
    lost = [visit("y", "lead", 0, 5, end=End.LOST), visit("y", "lost", 5, None)]
    (table,) = conversion(scope(visits=[*sold(5), visit("x", "lead", 0, None), *lost]))
    first = found(table)["lead", "proposal"]
    assert [first[name] for name in ("n", "on", "open", "ended")] == [7, 5, 1, 1]
    assert (first["rate"], first["matured_n"], first["matured_rate"]) == (Fraction(5, 7), None, NOT_REACHED)


def test_the_modes() -> None:
    visits = [visit("a", "lead", 0, 5), visit("a", "proposal", 5, 9), visit("a", "won", 9, None), *sold(4)]
    counts = {}
    for mode in (None, "direct", "strict"):
        (table,) = conversion(scope(visits=visits, mode=mode))
        counts[mode] = [row["on"] for row in found(table).values()]
        assert dict(table.facts)["mode"] == (mode or "reached")
    assert counts == {None: [5, 5, 5], "direct": [1, 1, 4], "strict": [1, 1, 1]}
    with pytest.raises(PipeError, match="there is no mode 'any'"):
        conversion(scope(mode="any"))


def test_a_period_keeps_who_came_in_it_whatever_came_later() -> None:
    cut = visit("z", "lead", 0, None, truncated=Truncated.START_UNKNOWN)
    (table,) = conversion(scope(visits=[*sold(5, start=25), *sold(0), cut], period="2026-01"))
    first = found(table)["lead", "won"]
    assert (first["n"], first["on"], dict(table.facts)["n"]) == (5, 5, "5")
    assert found(table)["proposal", "won"]["n"] == 0
    assert table.notes == (
        "1 deal began before being observed: what came before is not known",
        "1 visit left out: an unknown start, so in no period",
    )


def test_below_five_there_are_counts_alone() -> None:
    (table,) = conversion(scope(visits=sold(4)))
    first = found(table)["lead", "won"]
    assert (first["n"], first["on"], first["rate"], first["matured_rate"]) == (4, 4, TOO_FEW, TOO_FEW)


def test_pipelines_are_never_mixed_and_one_may_have_two_stages_or_one() -> None:
    one = Pipeline("one", "pipelines/one.yaml", "One", [Stage("lead", "New"), Stage("lost", "Lost", kind=Kind.LOST)])
    tables = conversion(scope(visits=sold(5), pipelines=(SALES, SUPPORT, one)))
    assert [list(found(table)) for table in tables] == [
        [],
        [("lead", "proposal"), ("proposal", "won"), ("lead", "won")],
        [("lead", "done")],
    ]
    assert "no two stages" in text([tables[0]], Medium(width=80))
    assert all(conversion(scope(pipelines=(one,), matrix=True)))
    assert "no pipeline" in conversion(scope(pipelines=()))[0].notes[0]


def test_behind_each_figure_are_its_deals() -> None:
    (table,) = conversion(scope(visits=[*sold(5), visit("x", "lead", 39, None)], explain=True))
    for row, deals in zip(table.records(), table.behind, strict=True):
        for name in ("n", "on", "open", "ended"):
            assert len(deals[name]) == row[name]
        assert deals["rate"] == deals["n"]
    assert table.behind[0]["open"] == ["x"]
    assert conversion(scope(visits=sold(5)))[0].behind == ()


def test_the_matrix_has_a_line_for_each_pair_for_machines_and_one_a_stage_for_people() -> None:
    (table,) = conversion(scope(visits=sold(6), matrix=True))
    assert table.name == "conversion-matrix"
    assert {pair: row["on"] for pair, row in found(table).items()} == {
        ("lead", "proposal"): 6,
        ("lead", "won"): 6,
        ("proposal", "won"): 6,
    }
    assert csv([table], Medium()).splitlines()[:2] == [
        "pipeline,from,to,n,on,rate,open,ended,p90,matured_n,matured_on,matured_rate",
        "sales,lead,proposal,6,6,1,0,0,10,6,6,1",
    ]
    assert text([table], Medium(width=80)).splitlines()[2:7] == [
        "from        came    to 2    to 3",
        "----------  ----  ------  ------",
        "1 lead         6  100.0%  100.0%",
        "2 proposal     6          100.0%",
        "3 won          6",
    ]


@pytest.mark.parametrize("stages", [3, 12])
@pytest.mark.parametrize("width", [60, 80])
def test_a_matrix_fits_and_shows_the_next_and_the_last_stage(stages: int, width: int) -> None:
    names = [f"a-long-name-{at}" for at in range(stages)]
    line = Pipeline("sales", "pipelines/sales.yaml", "Sales", [*(Stage(name, name) for name in names), SALES.stages[3]])
    visits = [visit(f"d{at}", names[0], 0, None) for at in range(12345)]
    (table,) = conversion(scope(visits=visits, pipelines=(line,), matrix=True))
    shown = text([table], Medium(width=width))
    assert max(map(len, shown.splitlines())) <= width
    heading = shown.splitlines()[2]
    assert "to 2" in heading
    assert f"to {stages + 1}" in heading


@pytest.mark.parametrize("width", [60, 80])
def test_it_fits_a_narrow_terminal_and_keeps_what_matters(width: int) -> None:
    (table,) = conversion(scope(visits=[*sold(9000), visit("x", "lead", 0, None)]))
    shown = text([table], Medium(width=width))
    assert max(map(len, shown.splitlines())) <= width
    assert all(heading in shown.splitlines()[2] for heading in ("from", "to", "came", "went on", "rate"))
