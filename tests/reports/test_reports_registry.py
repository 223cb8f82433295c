"""The registry of reports."""

from __future__ import annotations

import pytest
from scopes import golden, scope

from pipecli.core.problem import PipeError
from pipecli.reports.registry import REPORTS, report


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_says_its_population_clock_and_formula(name: str) -> None:
    assert all(word in REPORTS[name].about for word in ("Population:", "Clock:", "Formula:"))
    assert REPORTS[name].about.partition("\n")[0].endswith(".")


@pytest.mark.parametrize("name", REPORTS)
def test_each_table_states_its_facts(name: str) -> None:
    for table in report(name).compute(scope(visits=golden())):
        assert [fact for fact, _ in table.facts][:5] == ["population", "clock", "n", "as of", "commit"]
        assert table.name.startswith(name)
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_an_unknown_report() -> None:
    with pytest.raises(PipeError) as caught:
        report("stage-tme")
    assert caught.value.hint == "did you mean 'stage-time'?"
