"""The report on the time in each stage."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scopes import DAY_0, SALES, SUPPORT, deal, golden, rows, scope, visit

from pipecli.core.problem import PipeError
from pipecli.core.table import Withheld
from pipecli.core.visit import Truncated
from pipecli.reports.stage_time import stage_time

D = timedelta(days=1)


def test_the_golden_fixture() -> None:
    table, *_ = stage_time(scope(visits=golden()))
    lead = rows(table, "stage")[("lead",)]
    assert lead == {
        "pipeline": "sales",
        "stage": "lead",
        "kind": "open",
        "entries": 13,
        "completed": 8,
        "still_there": 5,
        "p50": 10 * D,
        "p50_low": 4 * D,
        "p50_high": Withheld("not reached"),
        "p75": Withheld("not reached"),
        "p90": Withheld("not reached"),
        "mean": 8.125 * D,
        "median": 6.5 * D,
        "excluded": 0,
    }
    assert isinstance(lead["p75"], Withheld)
    assert table.notes == ()


def test_the_facts() -> None:
    table, *_ = stage_time(scope(visits=golden()))
    assert dict(table.facts) == {
        "population": "entered stage",
        "clock": "effective",
        "n": "13",
        "as of": "2026-02-10T00:00:00+00:00",
        "commit": "abc123",
        "days": "calendar",
    }


def test_closed_stages_list_their_entries_alone() -> None:
    table, *_ = stage_time(scope(visits=[visit("d1", "won", 3, None), visit("d2", "won", 3, 9)]))
    won = rows(table, "stage")[("won",)]
    assert won["entries"] == 2
    assert {won[name] for name in ("completed", "still_there", "p50", "mean", "excluded")} == {None}
    assert dict(table.facts)["n"] == "0"


def test_time_on_hold_is_its_own_stages_time() -> None:
    table, *_ = stage_time(scope(visits=[visit(f"d{i}", "delayed", 0, i) for i in range(1, 6)]))
    assert rows(table, "stage")[("delayed",)]["p50"] == 3 * D


def test_below_five_there_are_counts_and_nothing_else() -> None:
    table, *_ = stage_time(scope(visits=[visit(f"d{i}", "lead", 0, 2) for i in range(4)]))
    lead = rows(table, "stage")[("lead",)]
    assert (lead["entries"], lead["completed"]) == (4, 4)
    assert [lead[name] for name in ("p50", "p75", "p90", "mean", "median")] == [Withheld("n < 5")] * 5


def test_a_quantile_of_no_time_at_all_is_reached() -> None:
    table, *_ = stage_time(scope(visits=[visit(f"d{i}", "lead", 1, 1) for i in range(5)]))
    assert rows(table, "stage")[("lead",)]["p50"] == timedelta(0)


def test_what_is_left_out_is_counted_and_said() -> None:
    late = {"truncated": Truncated.START_KNOWN, "recorded": DAY_0 + 5 * D}
    sample = [
        visit("d1", "lead", 5, 3),
        visit("d2", "lead", 0, 9, truncated=Truncated.START_UNKNOWN),
        visit("d3", "lead", 0, 9, **late),
        visit("d4", "lead", 0, 4, **late),
        visit("d5", "gone", 0, 4),
    ]
    table, *_ = stage_time(scope(visits=sample))
    lead = rows(table, "stage")[("lead",)]
    assert (lead["entries"], lead["completed"], lead["excluded"]) == (4, 1, 3)
    assert table.notes == (
        "1 visit began before being observed, and entered at the age reached by then",
        "1 visit left out: a negative span",
        "1 visit left out: an unknown start",
        "1 visit left out: an end before the visit was first observed",
        "1 visit left out: in a stage that the pipeline lacks (gone)",
    )


def test_pipelines_are_never_mixed() -> None:
    sample = [visit("d1", "lead", 0, 4), visit("d1", "lead", 4, None, pipeline="support")]
    sales, _, support, _ = stage_time(scope(visits=sample, pipelines=(SALES, SUPPORT)))
    assert rows(sales, "pipeline", "stage")[("sales", "lead")]["completed"] == 1
    assert rows(support, "pipeline", "stage")[("support", "lead")]["still_there"] == 1


def test_one_pipeline_on_request() -> None:
    table, *_ = stage_time(scope(pipelines=(SALES, SUPPORT), pipeline="support"))
    assert table.title == "Time in stage: Support"


def test_an_unknown_pipeline() -> None:
    with pytest.raises(PipeError, match="there is no pipeline 'salse'") as caught:
        stage_time(scope([deal("d1", "lead")], pipeline="salse"))
    assert caught.value.hint == "did you mean 'sales'?"


def test_former_ids_count_as_the_stage_and_retired_stages_show_where_used() -> None:
    table, *_ = stage_time(scope(visits=[visit("d1", "offer", 0, 4), visit("d2", "proposal", 0, 4)]))
    assert rows(table, "stage")[("proposal",)]["entries"] == 2
    assert ("talks",) not in rows(table, "stage")
    table, *_ = stage_time(scope(visits=[visit("d1", "talks", 0, 4)]))
    assert rows(table, "stage")[("talks",)]["entries"] == 1
