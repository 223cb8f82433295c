"""The report on sales velocity; the arithmetic is tested where it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from scopes import SALES, SUPPORT, deal, rows, scope, visit

from pipecli.core.table import Withheld
from pipecli.render.medium import Medium
from pipecli.render.table import text
from pipecli.reports.velocity import velocity

if TYPE_CHECKING:
    from pipecli.core.record import Deal

LINE = replace(SALES, stages=[SALES.stages[0], replace(SALES.stages[1], qualified=True), *SALES.stages[2:]])


def closed(number: int, stage: str = "won", value: str | None = "100", **given: object) -> list[Deal]:
    days = {"created": date(2026, 1, 10), "closed_on": date(2026, 1, 30), **given}
    return [deal(f"{stage}{value}{days['closed_on']}{at}", stage, value, **days) for at in range(number)]


def test_the_four_inputs_and_what_they_make() -> None:
    deals = [
        *closed(5, value="1000"),
        *closed(15, "lost", None),
        deal("a", "proposal"),
        deal("b", "offer"),
        deal("c", "talks"),
        deal("d", "lead"),
        deal("e", "delayed"),
    ]
    (table,) = velocity(scope(deals, pipelines=(LINE,)))
    (row,) = table.records()
    assert [row[name] for name in ("currency", "open", "won", "lost")] == ["EUR", 3, 5, 15]
    assert [row[name] for name in ("win_rate", "average", "cycle")] == [Fraction(1, 4), 1000, timedelta(days=20)]
    assert row["velocity"] == Fraction(3 * 1000, 4 * 20) == Fraction(75, 2)
    assert dict(table.facts)["n"] == "20"


def test_a_period_is_shared_by_all_four_and_what_was_open_at_its_end_is_told_by_the_visits() -> None:
    visits = [
        visit("x", "proposal", 5, 35),
        visit("x", "won", 35, None),
        visit("y", "proposal", 33, None),
        visit("z", "lead", 5, None),
        visit("gone", "proposal", 5, 36),
    ]
    deals = [
        *closed(5),
        deal("x", "won", "900", created=date(2026, 1, 6), closed_on=date(2026, 2, 5)),
        deal("y", "proposal", "700"),
    ]
    (table,) = velocity(scope(deals, visits, pipelines=(LINE,), period="2026-01"))
    (row,) = table.records()
    assert (row["open"], row["won"], row["win_rate"], row["average"]) == (1, 5, 1, 100)
    assert row["velocity"] == Fraction(1 * 100, 20)
    assert "1 deal open then left out: removed since, in another pipeline now, or not readable" in table.notes
    (row,) = velocity(scope(deals, visits, pipelines=(LINE,), period="2026"))[0].records()
    assert (row["open"], row["won"]) == (1, 6)
    (row,) = velocity(scope(deals, (), pipelines=(LINE,), period="2026-01"))[0].records()
    assert (row["open"], row["velocity"]) == (Withheld("no history"),) * 2


def test_it_is_withheld_where_an_input_is() -> None:
    (row,) = velocity(scope([*closed(4), deal("a", "proposal")], pipelines=(LINE,)))[0].records()
    assert (row["open"], row["velocity"]) == (1, Withheld("n < 5"))
    (row,) = velocity(scope(closed(6)))[0].records()
    assert (row["open"], row["velocity"]) == (Withheld("no qualified stage"),) * 2
    same_day = closed(5, closed_on=date(2026, 1, 10))
    (row,) = velocity(scope(same_day, pipelines=(LINE,)))[0].records()
    assert row["velocity"] == Withheld("cycle of 0 days")
    (row,) = velocity(scope(pipelines=(LINE,)))[0].records()
    assert (row["currency"], row["open"], row["velocity"]) == ("EUR", 0, Withheld("n < 5"))


def test_currencies_are_never_added() -> None:
    deals = [*closed(5), *closed(5, value="70", currency="CHF"), deal("c", "proposal", "9", currency="CHF")]
    (table,) = velocity(scope(deals, pipelines=(LINE,)))
    found = rows(table, "currency")
    assert (found[("EUR",)]["open"], found[("EUR",)]["velocity"]) == (0, 0)
    assert (found[("CHF",)]["open"], found[("CHF",)]["velocity"]) == (1, Decimal(70) / 20)
    assert "6 deals without a usable rate" not in "".join(table.notes)
    assert any("without a usable rate to EUR" in note for note in table.notes)


def test_behind_each_count_are_its_deals() -> None:
    (table,) = velocity(
        scope([*closed(5), *closed(3, "lost", None), deal("a", "proposal")], pipelines=(LINE,), explain=True)
    )
    for row, deals in zip(table.records(), table.behind, strict=True):
        for name in ("open", "won", "lost", "average_n", "cycle_n"):
            assert len(deals[name]) == row[name]
        assert len(deals["win_rate"]) == 8


def test_each_pipeline_has_its_own_and_none_is_said() -> None:
    found = velocity(scope(closed(5), pipelines=(LINE, SUPPORT)))
    assert [table.title for table in found] == ["Sales velocity: B2B sales", "Sales velocity: Support"]
    assert "no pipeline" in velocity(scope(pipelines=()))[0].notes[0]


@pytest.mark.parametrize("width", [60, 80])
def test_it_fits(width: int) -> None:
    (table,) = velocity(scope([*closed(5, value="123456789"), deal("a", "proposal")], pipelines=(LINE,)))
    shown = text([table], Medium(width=width))
    assert max(map(len, shown.splitlines())) <= width + 25 * (width < 80)
    assert "velocity a day" in shown
