"""What all reports are asked: a period, and conditions on the deals."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scopes import deal, scope, visit

from pipecli.core.calendar import period
from pipecli.core.layout import FileKind
from pipecli.core.problem import ExitCode, PipeError
from pipecli.reports.scope import Asked, Scope


def known(found: Scope, **more: str) -> Scope:
    """Return the scope with the files of its deals known, and of further ones that could not be read."""
    files = {name: one.path for name, one in found.workspace.deals.items()} | more
    return replace(found, workspace=replace(found.workspace, known={FileKind.DEAL: files}))


def test_the_period_is_that_of_the_fiscal_year() -> None:
    found = replace(scope(), asked=Asked(period="2026-Q1"))
    assert found.period() == period("2026-Q1")
    april = replace(found.workspace.settings, fiscal_year_starts=4)
    assert replace(found, workspace=replace(found.workspace, settings=april)).period() == period("2026-04..2026-06")
    assert scope().period() is None


def test_what_is_no_period_is_told_with_examples() -> None:
    with pytest.raises(PipeError, match="--period Q4: a period is written like 2026, 2026-Q4") as caught:
        replace(scope(), asked=Asked(period="Q4")).facts("any", 0)
    assert caught.value.code == ExitCode.USAGE
    assert "--period 2026-07..2026-09" in caught.value.hint


def test_period_and_conditions_are_facts() -> None:
    found = replace(scope(), asked=Asked(period="2026-11")).only([], ["source = referral", "value > 0"])
    assert found.facts("any", 3)[5:] == (
        ("period", "2026-11 (2026-11-01 to 2026-11-30)"),
        ("where", "source = referral; value > 0"),
    )


def test_conditions_keep_deals_and_their_visits() -> None:
    deals = [deal("a", "lead"), deal("b", "lead")]
    found = known(scope(deals, [visit("a", "lead", 0, None), visit("b", "lead", 0, None)]))
    kept = found.only(deals[:1], ["id = a"])
    assert set(kept.workspace.deals) == {"a"}
    assert [one.deal for one in kept.visits] == ["a"]
    assert kept.notes() == kept.notes(by_visits=True) == ()


def test_what_no_condition_can_be_asked_of_is_left_out_and_said() -> None:
    found = known(scope([deal("a", "lead")], [visit("gone", "lead", 0, 5), visit("c", "lead", 0, 5)]), c="deals/c.yaml")
    kept = found.only(found.workspace.deals.values(), ["id = a"])
    assert kept.visits == ()
    assert kept.notes(by_visits=True) == (
        "1 removed deal left out: --where asks what is in the files",
        "1 deal left out: its file cannot be read",
    )
