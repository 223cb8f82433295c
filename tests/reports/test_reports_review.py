"""The agenda of a review, and the digest of a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from scopes import SALES, deal
from worlds import NOW, World

from pipecli.core.pipeline import Rot, RotClock
from pipecli.core.problem import PipeError
from pipecli.core.promise import Promise
from pipecli.core.record import Hold, NextStep, Task
from pipecli.core.value import Band
from pipecli.reports import review
from pipecli.reports.attention import pushes
from pipecli.reports.digest import digest, known
from pipecli.reports.kpis import misses
from pipecli.reports.scope import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.core.record import Deal
    from pipecli.core.table import Cell, Table
    from pipecli.reports.scope import Scope

TODAY = NOW.date()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


LEAD = replace(SALES.stages[0], target=timedelta(days=10), rot=Rot(timedelta(days=14), RotClock.STAGE))
PIPELINE = replace(SALES, stages=[LEAD, *SALES.stages[1:]])


def _own(name: str, days: int, **given: object) -> tuple[Deal, list[tuple[str, date]]]:
    found = deal(name, "lead", "100", created=ago(days), owner="sam", **given)
    return found, [("lead", ago(days))]


DUE = NextStep("Call", ago(2))
LATER = NextStep("Send", TODAY + timedelta(days=3))
WAYS = (
    _own("dead", 70, next_step=LATER),
    _own("rotting", 20, next_step=DUE, expected_close=ago(5)),
    _own("held", 30, hold=Hold(TODAY + timedelta(days=9), "budget"), tasks=[Task("t1", "Wait", ago(1))]),
    _own("over", 12, hold=Hold(ago(1), "budget"), next_step=LATER),
    _own("fresh", 3, next_step=LATER, expected_close=TODAY + timedelta(days=1)),
    _own("new", 2, tasks=[Task("t1", "Ask", ago(4)), Task("t2", "Tell", ago(4), "kim"), Task("t3", "See", ago(-99))]),
    (deal("kims", "proposal", "7", owner="kim", created=ago(5), tasks=[Task("t9", "Help", ago(3), "sam")]),
     [("lead", ago(5)), ("proposal", ago(1))]),
    (deal("won", "won", "9", owner="sam", created=ago(50), closed_on=ago(2)), [("lead", ago(50)), ("won", ago(2))]),
)  # fmt: skip


def _scope(person: str | None = None, ways: Iterable[tuple[Deal, list[tuple[str, date]]]] = WAYS) -> Scope:
    asked = Asked(since="7d", person=person, explain=True)
    return World(*ways, pipelines=(PIPELINE,)).at(NOW, asked)


def _agenda(scope: Scope) -> dict[tuple[Cell, Cell], dict[str, Cell]]:
    return {(row["topic"], row["item"]): row for row in review.review(scope)[0].records()}


def _column(table: Table, name: str) -> list[Cell]:
    return [row[name] for row in table.records()]


def test_the_agenda_counts_what_is_stuck_slipped_and_to_be_decided() -> None:
    found = _agenda(_scope())
    numbers = {key: row["deals"] for key, row in found.items()}
    assert numbers == {
        ("changed", "new"): 3,
        ("changed", "advanced"): 1,
        ("changed", "won"): 1,
        ("stuck", "dead"): 1,
        ("stuck", "rotting"): 1,
        ("slipped", "close is past"): 1,
        ("clogged", "lead"): 4,
        ("decide", "no next step"): 3,
        ("decide", "step overdue"): 1,
        ("decide", "hold is over"): 1,
        ("decide", "no close day"): 5,
    }
    assert found["stuck", "dead"]["of"] == 7
    assert found["clogged", "lead"]["of"] == 6
    assert found["stuck", "dead"]["more"] == "pipe list --where 'rot = dead'"


def test_behind_a_line_are_its_deals() -> None:
    agenda, _ = review.review(_scope())
    clogged = next(behind for row, behind in zip(agenda.records(), agenda.behind, strict=True) if row["item"] == "lead")
    assert sorted(clogged["deals"]) == ["dead", "held", "over", "rotting"]


def test_the_deals_with_the_most_reasons_stand_first() -> None:
    _, deals = review.review(_scope())
    assert _column(deals, "deal")[:2] == ["rotting", "dead"]
    assert deals.records()[0]["why"] == "rotting for 20d; close overdue 5d; next step overdue 2d"
    assert "fresh" not in _column(deals, "deal")
    assert "held" not in _column(deals, "deal")


def test_the_targets_that_are_missed_are_on_the_agenda() -> None:
    found = _scope()
    targets = {item: line["deals"] for (topic, item), line in _agenda(found).items() if topic == "targets"}
    assert targets == {item: len(deals) for item, deals in misses(found, found.workspace.pipelines["sales"])}
    strict = replace(PIPELINE, targets={"lead_age": Band(Decimal(0), Decimal(1))})
    told = _agenda(World(*WAYS, pipelines=(strict,)).at(NOW, Asked(since="7d", explain=True)))
    assert [item for topic, item in told if topic == "targets" and str(item).endswith("(band to 1 d)")]


def test_the_pushes_of_one_day_and_person_are_one_and_an_earlier_day_is_none() -> None:
    def promise(day: int, hour: int, close: int | None, by: str = "sam") -> Promise:
        return Promise(datetime(2026, 1, day, hour, tzinfo=UTC), by, date(2026, 3, close) if close else None)

    assert pushes([promise(1, 9, 1), promise(2, 9, 10), promise(2, 10, 20)]) == 1
    assert pushes([promise(1, 9, 1), promise(2, 9, 10), promise(2, 10, 20, "kim")]) == 2
    assert pushes([promise(1, 9, 9), promise(2, 9, 10), promise(2, 10, 9)]) == 0
    assert pushes([promise(1, 9, None), promise(2, 9, 10), promise(3, 9, None), promise(4, 9, 20)]) == 0
    assert pushes([promise(1, 9, 20), promise(2, 9, 10), promise(3, 9, 12)]) == 1


def test_a_review_counts_the_pushes_that_are_known() -> None:
    promises = [Promise(NOW - timedelta(days=day), "sam", TODAY - timedelta(days=day)) for day in (9, 5)]
    _, deals = review.review(replace(_scope(), promises={"rotting": promises}))
    assert {row["deal"]: row["pushes"] for row in deals.records()}["rotting"] == 1


def test_a_digest_tells_what_is_due_of_whom() -> None:
    due, deals, changes = digest(_scope("sam"))
    assert [row[:4] for row in due.rows] == [
        ("new", "Ask", "task", ago(4)),
        ("kims", "Help", "task", ago(3)),
        ("rotting", "Call", "next step", ago(2)),
        ("dead", "Send", "next step", TODAY + timedelta(days=3)),
        ("fresh", "Send", "next step", TODAY + timedelta(days=3)),
        ("over", "Send", "next step", TODAY + timedelta(days=3)),
    ]
    assert _column(due, "overdue")[0] == timedelta(days=4)
    assert due.notes == ("1 due later",)
    assert _column(deals, "deal") == ["rotting", "fresh", "dead", "new", "over"]
    assert deals.records()[1]["why"] == "to close tomorrow"
    assert deals.notes == ("1 of 6 open deals needs nothing",)
    assert {(row["deal"], row["change"]) for row in changes.records()} == {
        ("fresh", "new"), ("new", "new"), ("won", "won"),
    }  # fmt: skip


def test_a_digest_tells_who_was_given_a_deal_and_from_whom_it_was_taken() -> None:
    scope = _scope("sam")
    assert scope.before is not None
    then = {**scope.before.workspace.deals, "dead": replace(scope.workspace.deals["dead"], owner="kim")}
    before = replace(scope.before, workspace=replace(scope.before.workspace, deals=then))
    for person, kind in (("sam", "assigned"), ("kim", "given away")):
        asked = replace(scope, before=before, asked=replace(scope.asked, person=person))
        *_, changes = digest(asked)
        assert changes.records()[0]["change"] == kind
        assert (changes.records()[0]["before"], changes.records()[0]["after"]) == ("kim", "sam")


@pytest.mark.parametrize(("word", "who"), [("sam", "sam"), ("Sam Roe", "sam"), ("KIM@example.com", "kim")])
def test_a_person_is_known_by_id_name_and_address(word: str, who: str) -> None:
    assert known(word, _scope()) == who


def test_a_person_whom_nobody_knows() -> None:
    with pytest.raises(PipeError, match="nobody here is called 'sma'") as caught:
        known("sma", _scope())
    assert caught.value.hint == "did you mean 'sam'?"
