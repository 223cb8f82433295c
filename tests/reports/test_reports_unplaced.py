"""Deals whose pipeline is not there are in no row of a report, and are told all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scopes import SALES, deal, scope, visit

from pipecli.core.layout import FileKind
from pipecli.reports.registry import REPORTS, Report

DEALS = [deal("d1", "lead", pipeline="sales"), deal("d2", "lead", pipeline="sales"), deal("d3", "x", pipeline="old")]


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_without_a_pipeline_there_is_one_table_that_says_so(report: Report) -> None:
    (table,) = report.compute(scope(DEALS, [visit("d1", "lead", 0, None)], pipelines=()))
    assert table.rows == ()
    assert table.notes == ("no pipeline; 3 deals left out: unknown pipeline 'old', 'sales'",)
    assert table.incomplete
    assert dict(table.facts)["n"] == "0"


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_without_deals_an_empty_workspace_is_no_error(report: Report) -> None:
    (table,) = report.compute(scope(pipelines=()))
    assert (table.notes, table.incomplete) == (("no pipeline: add one to pipelines/",), False)


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_beside_other_pipelines_a_note_counts_them(report: Report) -> None:
    asked = scope(DEALS)
    known = {FileKind.PIPELINE: {"sales": "pipelines/sales.yaml", "old": "pipelines/old.yaml"}}
    *_, table = report.compute(replace(asked, workspace=replace(asked.workspace, known=known)))
    assert "1 deal left out: unreadable pipeline 'old'" in table.notes
    assert table.incomplete
    alone = report.compute(scope(DEALS, pipelines=(SALES,), pipeline="sales"))
    assert not any(table.incomplete for table in alone)
