"""The registry of reports."""

from __future__ import annotations

import pytest
from scopes import golden, scope

from pipecli.core.problem import PipeError
from pipecli.reports.registry import REPORTS, chosen, report
from pipecli.reports.scope import Asked


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_says_its_population_clock_and_formula(name: str) -> None:
    assert all(word in REPORTS[name].about for word in ("Population:", "Clock:", "Formula:"))
    assert REPORTS[name].about.partition("\n")[0].endswith(".")


@pytest.mark.parametrize("name", REPORTS)
def test_each_table_states_its_facts(name: str) -> None:
    for table in REPORTS[name].compute(scope(visits=golden())):
        assert [fact for fact, _ in table.facts][:5] == ["population", "clock", "n", "as of", "commit"]
        assert table.name.startswith(name)
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_an_option_that_a_report_lacks_or_does_not_take() -> None:
    with pytest.raises(PipeError, match="the report changes needs --since"):
        report("changes")
    with pytest.raises(PipeError, match="--since means nothing to the report pipeline"):
        report("pipeline", Asked(since="7d"))
    with pytest.raises(PipeError, match="--mode means nothing to the report all"):
        chosen("all", Asked(mode="direct"))


def test_all_stands_for_every_report_in_order_with_the_changes_of_a_week() -> None:
    every = {name: one for name, one in REPORTS.items() if not one.alone}
    assert chosen("all", Asked()) == (every, Asked(since="7d"))
    assert chosen("all", Asked(since="monday")) == (every, Asked(since="monday"))
    assert list(chosen("all", Asked(business_days=True))[0]) == list(every)
    assert chosen("stale", Asked()) == ({"stale": REPORTS["stale"]}, Asked())


def test_an_unknown_report() -> None:
    with pytest.raises(PipeError) as caught:
        report("stage-tme")
    assert caught.value.hint == "did you mean 'stage-time'?"


def test_an_option_is_told_as_it_is_written() -> None:
    with pytest.raises(PipeError, match="--business-days means nothing to the report pipeline") as caught:
        report("pipeline", Asked(business_days=True))
    assert caught.value.hint == "leave it out"
    with pytest.raises(PipeError) as caught:
        report("survival", Asked(by="owner"))
    assert caught.value.hint == "survival takes --period, --business-days"


def test_all_is_not_one_report_and_is_not_proposed_for_itself() -> None:
    with pytest.raises(PipeError) as caught:
        report("all")
    assert "all" not in (caught.value.hint or "").replace("'", " ").replace(",", " ").split()
