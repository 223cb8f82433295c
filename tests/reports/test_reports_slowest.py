"""The open deals that are slow for their stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from scopes import SALES, deal, golden, scope, visit

from pipecli.core.table import Withheld
from pipecli.core.visit import Truncated
from pipecli.reports.stage_time import stage_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal
    from pipecli.core.table import Table
    from pipecli.core.visit import Visit

D = timedelta(days=1)
TIMED = replace(SALES, stages=[replace(SALES.stages[0], target=14 * D), *SALES.stages[1:]])
SHORT = [visit(f"s{i}", "proposal", i, i + 2) for i in range(20)]


def slowest(visits: Iterable[Visit], deals: Iterable[Deal] = (), pipeline: Pipeline = TIMED) -> Table:
    *_, table = stage_time(scope(deals, visits, pipelines=[pipeline]))
    assert table.name == "stage-time-slowest"
    return table


def test_past_p90_before_past_the_target_before_others_and_the_longest_first() -> None:
    deals = [deal("D07", "lead", "5000", owner="kim"), deal("x1", "proposal", "10", currency="USD")]
    table = slowest([*golden(), *SHORT, visit("x1", "proposal", 35, None), visit("x2", "proposal", 34, None)], deals)
    found = table.records()
    assert [(row["deal"], row["age"], row["past"]) for row in found] == [
        ("x2", 6 * D, "p90, p75"), ("x1", 5 * D, "p90, p75"), ("D05", 35 * D, "target"), ("D07", 32 * D, "target"),
        ("D09", 28 * D, "target"), ("D11", 12 * D, None), ("D12", 2 * D, None),
    ]  # fmt: skip
    assert [(row["p75"], row["p90"], row["target"]) for row in found[1:3]] == [
        (2 * D, 2 * D, None),
        (Withheld("not reached"), Withheld("not reached"), 14 * D),
    ]
    assert [(row["owner"], row["value"], row["currency"]) for row in (found[1], found[3], found[4])] == [
        (None, 10, "USD"), ("kim", 5000, "EUR"), (None, None, None),
    ]  # fmt: skip
    assert dict(table.facts)["population"] == "open as of"
    assert dict(table.facts)["n"] == "7"


def test_as_long_as_the_target_is_not_past_it() -> None:
    found = slowest([visit("d1", "lead", 26, None), visit("d2", "lead", 25.9, None)]).records()
    assert [(row["deal"], row["past"]) for row in found] == [("d2", "target"), ("d1", None)]


def test_ten_of_them_and_how_many_there_are() -> None:
    table = slowest([visit(f"d{i:02}", "lead", i, None) for i in range(12)])
    assert [row["deal"] for row in table.records()] == [f"d{i:02}" for i in range(10)]
    assert table.notes == ("10 of 12 open deals: pipe list --sort -stage_age has all of them",)


def test_closed_ones_and_those_on_hold_are_not_slow() -> None:
    table = slowest([visit("d1", "won", 0, None), visit("d2", "delayed", 0, None), visit("d3", "lead", 0, 30)])
    assert table.rows == ()
    assert table.empty == "no open deal"


def test_an_age_that_is_not_known_is_left_out_and_counted() -> None:
    unknown = visit("d1", "lead", 0, None, truncated=Truncated.START_UNKNOWN)
    late = visit("d2", "lead", 0, None, truncated=Truncated.START_KNOWN)
    table = slowest([unknown, late, visit("d3", "lead", 41, None)])
    assert [row["deal"] for row in table.records()] == ["d2"]
    assert table.notes == ("2 open deals left out: no age is known of the visit",)
