"""Every report over small and odd workspaces, also explained, compared and of a period: it answers, or says why not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from worlds import NOW, WORLDS, needed

from pipecli.core.table import Figure, Type, Withheld
from pipecli.render.medium import Medium
from pipecli.render.registry import FORMATS, render
from pipecli.reports.former import former
from pipecli.reports.registry import REPORTS, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipecli.core.table import Cell, Table
    from pipecli.reports.scope import Scope

FACTS = ["population", "clock", "n", "as of", "commit"]
ASKED: Mapping[str, dict[str, object]] = {
    "plain": {},
    "explained": {"explain": True},
    "this quarter": {"period": "this-quarter"},
    "a period without anything": {"period": "1999"},
    "compared with the month before": {"compare": "previous"},
    "compared with the year before": {"compare": "year"},
    "a quarter compared": {"period": "last-quarter", "compare": "previous"},
}


def _scope(name: str, world: str, given: dict[str, object]) -> Scope | None:
    """Return the scope of a report in a world; None where the report cannot be asked so."""
    one = REPORTS[name]
    if "period" in given and "period" not in one.takes:
        return None
    asked = replace(needed(one), **given)  # type: ignore[arg-type]
    report(name, asked)
    found = WORLDS[world].at(NOW, replace(asked, compare=None))
    if asked.compare is None:
        return found
    return replace(found, beside=former(replace(found, asked=asked)))


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("name", REPORTS)
def test_every_report_answers_in_every_world(name: str, world: str, asked: str) -> None:
    scope = _scope(name, world, ASKED[asked])
    if scope is None:
        return
    tables = REPORTS[name].tables(scope)
    assert tables
    for table in tables:
        _is_sound(table)
        assert table.rows or table.empty or table.notes
    for form in FORMATS:
        assert render(tables, form, Medium(width=80))


def _is_sound(table: Table) -> None:
    facts = dict(table.facts)
    assert [name for name, _ in table.facts][: len(FACTS)] == FACTS, table.name
    assert facts["n"].isdecimal(), table.name
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names), table.name
    for row in (*table.rows, *(table.digest or ())):
        assert len(row) == len(table.columns), table.name
        for column, cell in zip(table.columns, row, strict=True):
            for one in _plain(cell):
                assert not isinstance(one, float), (table.name, column.name)
                assert not (isinstance(one, Decimal) and not one.is_finite()), (table.name, column.name)
                assert "nan" not in str(one).casefold().split(), (table.name, column.name)
                if column.type is Type.SHARE and not column.signed and isinstance(one, Decimal | Fraction | int):
                    assert 0 <= one <= 1, (table.name, column.name, one)
                if column.type is Type.INTEGER and not column.signed and isinstance(one, int):
                    assert one >= 0, (table.name, column.name, one)


def _plain(cell: Cell) -> Iterator[object]:
    yield cell.cell if isinstance(cell, Figure) else cell


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("name", REPORTS)
def test_rates_of_fewer_than_five_are_withheld(name: str, world: str) -> None:
    """A share in a row needs a count of five or more in it, or one in the facts where all rows share it."""
    scope = WORLDS[world].at(NOW, needed(REPORTS[name]))
    for table in REPORTS[name].compute(scope):
        largest = int(dict(table.facts)["n"])
        for record in table.records():
            counts = [cell for cell in record.values() if isinstance(cell, int) and not isinstance(cell, bool)]
            shares = [
                record[one.name]
                for one in table.columns
                if one.type is Type.SHARE and one.name in record and one.name != "configured"
            ]
            given = [one for one in shares if isinstance(one, Decimal | Fraction) and not isinstance(one, Withheld)]
            assert not given or max([*counts, largest], default=0) >= 5, (table.name, record)


@pytest.mark.parametrize("name", REPORTS)
def test_explaining_changes_no_figure(name: str) -> None:
    plain, explained = (
        REPORTS[name].compute(WORLDS["a year"].at(NOW, replace(needed(REPORTS[name]), explain=given)))
        for given in (None, True)
    )
    assert [table.rows for table in plain] == [table.rows for table in explained]
    assert not any(table.behind for table in plain)


def test_the_worlds_are_as_odd_as_they_are_called() -> None:
    scope = WORLDS["forty currencies"].at(NOW, needed(REPORTS["pipeline"]))
    assert len({deal.currency for deal in scope.workspace.deals.values()}) == 40
    assert any(visit.left for visit in WORLDS["a year"].at(NOW, needed(REPORTS["pipeline"])).visits)
