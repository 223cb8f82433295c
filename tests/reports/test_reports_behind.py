"""`--explain`: what is behind each figure, of every report."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from worlds import NOW, WORLDS, needed

from pipecli.core.problem import PipeError
from pipecli.core.table import Column, Figure, Table, Type
from pipecli.render.registry import render
from pipecli.reports.behind import MOST, explained
from pipecli.reports.registry import REPORTS, chosen
from pipecli.reports.scope import Asked

if TYPE_CHECKING:
    from pipecli.reports.registry import Report

DEALS = ("alder", "birch", "cedar", "cedar", *(f"deal-{number}" for number in range(9)))
TABLE = Table(
    "Owners",
    (
        Column("owner", "owner", key=True),
        Column("won", "won", Type.INTEGER),
        Column("rate", "win rate", Type.SHARE),
        Column("value", "value", Type.MONEY),
        Column("currency", "currency"),
    ),
    (("sam", 13, Fraction(1, 4), Decimal("10.5"), "EUR"), ("kim", 0, None, None, "EUR")),
    behind=({"won": DEALS, "rate": DEALS}, {"won": ()}),
    name="owners",
)


def test_a_row_a_figure_and_deal_for_machines() -> None:
    found = explained(TABLE)
    assert found.name == "owners-deals"
    assert [column.name for column in found.columns] == ["owner", "figure", "value", "n", "deal", "deals"]
    assert len(found.rows) == 2 * len(DEALS)
    assert found.rows[0] == ("sam", "won", Figure(13, Type.INTEGER, "EUR"), 13, "alder", None)
    assert "sam,rate,0.25,13,alder" in render([found], "csv").splitlines()
    assert '"value": 0.25' in render([found], "json")


def test_a_row_a_figure_for_people_who_are_told_of_equal_deals_once() -> None:
    assert explained(TABLE).digest is not None
    won, rate = explained(TABLE).digest or ()
    names = "alder, birch, cedar (2 times), deal-0, deal-1, deal-2, … and 6 more: --format csv"
    assert won[1:] == ("won", Figure(13, Type.INTEGER, "EUR"), 13, None, names)
    assert rate[1:] == ("win rate", Figure(Fraction(1, 4), Type.SHARE, "EUR"), 13, None, "as behind won")
    assert "25.0%" in render([explained(TABLE)], "table")
    assert names.count(", ") == MOST


def test_a_figure_without_deals_is_told() -> None:
    assert explained(TABLE).notes == ("no deals are listed behind value",)


@pytest.mark.parametrize(("column", "why"), [("deal", "each row is of one deal"), ("age", "of no certain deals")])
def test_a_table_without_deals_says_why(column: str, why: str) -> None:
    table = Table("T", (Column(column, column),), (("x",),))
    (note,) = explained(table).notes
    assert why in note
    assert explained(table).rows == table.rows


def test_all_reports_together_explain_nothing() -> None:
    with pytest.raises(PipeError, match="--explain is for one report at a time"):
        chosen("all", Asked(explain=True))


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("name", REPORTS)
def test_behind_each_count_are_as_many_deals(name: str, world: str) -> None:
    for table in REPORTS[name].compute(WORLDS[world].at(NOW, _asked(REPORTS[name]))):
        if not table.behind:
            continue
        assert len(table.behind) == len(table.rows)
        counts = [column.name for column in table.columns if column.type is Type.INTEGER and not column.key]
        for row, behind in zip(table.records(), table.behind, strict=True):
            assert behind.keys() <= {column.name for column in table.columns}
            for count in counts:
                if count in behind and isinstance(row[count], int):
                    assert len(behind[count]) == row[count], (table.name, count, row)


@pytest.mark.parametrize("name", REPORTS)
def test_every_count_is_explained_or_the_table_is_of_deals(name: str) -> None:
    for table in REPORTS[name].compute(WORLDS["a year"].at(NOW, _asked(REPORTS[name]))):
        if table.behind:
            counts = {column.name for column in table.columns if column.type is Type.INTEGER and not column.key}
            assert counts <= {figure for row in table.behind for figure in row}, table.name


def _asked(report: Report) -> Asked:
    return replace(needed(report), explain=True)
