"""The report on drop-off, and on the reasons by stage; the arithmetic is tested where it is done."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from scopes import SALES, SUPPORT, deal, rows, scope, visit

from pipecli.core.layout import FileKind
from pipecli.core.record import Outcome, OutcomeClass
from pipecli.core.table import Withheld
from pipecli.core.visit import End
from pipecli.render.medium import Medium
from pipecli.render.table import text
from pipecli.reports.drop_off import drop_off

if TYPE_CHECKING:
    from pipecli.core.record import Deal
    from pipecli.core.visit import Visit

TOO_FEW, NOT_GIVEN = Withheld("n < 5"), Withheld("not given")
OTHERS = ("advanced", "back", "held", "resumed", "reopened", "handed_off", "removed", "still_there")


def lost(name: str, stage: str = "lead", start: float = 0) -> list[Visit]:
    return [visit(name, stage, start, start + 5, end=End.LOST), visit(name, "lost", start + 5, None)]


def fallen(name: str, cls: OutcomeClass | None = None, reason: str | None = None) -> Deal:
    return deal(name, "lost", outcome=Outcome(cls, reason))


def test_lost_and_the_other_ends_add_up_to_those_that_entered() -> None:
    visits = [
        *lost("a"), *lost("b"),
        visit("c", "lead", 0, 3), visit("c", "proposal", 3, None),
        visit("d", "lead", 0, 3, end=End.HELD), visit("d", "delayed", 3, 4, end=End.LOST), visit("d", "lost", 4, None),
        visit("e", "lead", 0, 9, end=End.REMOVED),
        visit("f", "lead", 0, 9, end=End.HANDED_OFF),
        visit("g", "lead", 0, None),
    ]  # fmt: skip
    table, _ = drop_off(scope(visits=visits))
    found = rows(table, "stage")
    assert list(found) == [("lead",), ("proposal",), ("won",), ("delayed",)]
    lead = found[("lead",)]
    assert (lead["entered"], lead["lost"], lead["drop_off"]) == (7, 2, Fraction(2, 7))
    assert [lead[name] for name in OTHERS] == [1, 0, 1, 0, 0, 1, 1, 1]
    assert lead["advanced_share"] == Fraction(1, 7)
    assert (found[("delayed",)]["lost"], found[("delayed",)]["drop_off"]) == (1, TOO_FEW)
    assert dict(table.facts)["n"] == "7"


def test_the_reasons_of_each_stage_the_most_frequent_first_and_unknown_ones_last() -> None:
    deals = [
        fallen("a", OutcomeClass.BUDGET, "price"),
        fallen("b", OutcomeClass.BUDGET, "price"),
        fallen("c", None, "other"),
        deal("d", "lost"),
        fallen("e", OutcomeClass.TIMING),
        fallen("p", OutcomeClass.BUDGET, "price"),
    ]
    visits = [one for name in "abcde" for one in lost(name)] + lost("p", "offer")
    _, table = drop_off(scope(deals, visits))
    found = [(row["stage"], row["class"], row["reason"], row["lost"], row["share"]) for row in table.records()]
    assert found == [
        ("lead", "budget", "price", 2, Fraction(2, 5)),
        ("lead", NOT_GIVEN, NOT_GIVEN, 1, Fraction(1, 5)),
        ("lead", NOT_GIVEN, "other", 1, Fraction(1, 5)),
        ("lead", "timing", NOT_GIVEN, 1, Fraction(1, 5)),
        ("proposal", "budget", "price", 1, TOO_FEW),
    ]
    assert dict(table.facts)["n"] == "6"


def test_of_whom_no_reason_is_left() -> None:
    again = [visit("a", "lost", 5, 9, end=End.REOPENED), visit("a", "proposal", 9, 12, end=End.LOST)]
    visits = [
        lost("a")[0], *again, visit("a", "lost", 12, None),
        lost("b")[0], visit("b", "lost", 5, 9, end=End.REOPENED), visit("b", "lead", 9, None),
        lost("gone")[0], visit("gone", "lost", 5, 9, end=End.REMOVED),
        *lost("damaged"),
    ]  # fmt: skip
    found = scope([fallen("a", None, "price"), deal("b", "lead")], visits)
    known = {**found.workspace.known, FileKind.DEAL: {"damaged": "deals/damaged.yaml"}}
    _, table = drop_off(replace(found, workspace=replace(found.workspace, known=known)))
    assert [(row["stage"], row["class"], row["reason"], row["unknown"], row["lost"]) for row in table.records()] == [
        ("lead", None, Withheld("reopened since"), "reopened since", 2),
        ("lead", None, Withheld("file cannot be read"), "file cannot be read", 1),
        ("lead", None, Withheld("removed since"), "removed since", 1),
        ("proposal", NOT_GIVEN, "price", None, 1),
    ]


def test_a_period_keeps_who_entered_in_it() -> None:
    table, reasons = drop_off(scope(visits=[*lost("a"), *lost("b", start=33)], period="2026-01"))
    assert rows(table, "stage")[("lead",)]["entered"] == 1
    assert [row["lost"] for row in reasons.records()] == [1]


def test_behind_each_count_are_its_deals() -> None:
    visits = [*lost("a"), *lost("b"), visit("g", "lead", 0, None)]
    for table in drop_off(scope([fallen("a", None, "price")], visits, explain=True)):
        for row, deals in zip(table.records(), table.behind, strict=True):
            counts = ("entered", "lost", *OTHERS) if table.name == "drop-off" else ("lost", "of")
            assert {name: len(deals[name]) for name in counts} == {name: row[name] for name in counts}
    assert drop_off(scope(visits=visits))[0].behind == ()


def test_pipelines_are_never_mixed_and_none_is_said() -> None:
    names = [table.title for table in drop_off(scope(visits=lost("a"), pipelines=(SALES, SUPPORT)))]
    assert names == [
        "Drop-off: B2B sales", "Why deals were lost, by stage: B2B sales",
        "Drop-off: Support", "Why deals were lost, by stage: Support",
    ]  # fmt: skip
    assert "no pipeline" in drop_off(scope(pipelines=()))[0].notes[0]


@pytest.mark.parametrize("width", [40, 80])
def test_it_fits_a_narrow_terminal_and_keeps_what_matters(width: int) -> None:
    visits = [one for at in range(9000) for one in lost(f"d{at}")]
    shown = text(
        drop_off(scope([fallen("d1", OutcomeClass.NO_DECISION, "a long reason" * 9)], visits)), Medium(width=width)
    )
    assert max(map(len, shown.splitlines())) <= width
    assert all(heading in shown.splitlines()[2] for heading in ("stage", "entered", "lost", "drop-off"))
