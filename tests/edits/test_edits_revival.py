"""Deals that begin again: where, what leaves their file, and what is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from contexts import DEAL, PIPELINE, TODAY, context

from pipecli.core.problem import PipeError
from pipecli.core.yamltext import load
from pipecli.edits.revival import Passed, fresh, recycling, still_dead, told

NURTURE = "name: Nurture\nstages:\n  - {id: asleep, name: Asleep, kind: on_hold}\n  - {id: back, name: B, kind: won}\n"
LOST = (
    DEAL.replace("lead", "lost") + "closed_on: 2026-09-14\noutcome: {reason: price, competitor: Globex, stage: lead}\n"
)


@pytest.mark.parametrize(
    ("stage", "pipeline", "word", "expected"),
    [
        ("proposal", None, None, "lead"),
        ("lost", None, "offer", "proposal"),
        ("delayed", None, None, "lead"),
        ("lead", None, None, "lead"),
        ("lost", "nurture", None, "asleep"),
        ("lost", None, "delayed", "delayed"),
    ],
)
def test_a_deal_begins_again(stage: str, pipeline: str | None, word: str | None, expected: str) -> None:
    facts = context(DEAL.replace("lead", stage), pipelines__nurture=NURTURE)
    assert recycling(facts.workspace, "acme", pipeline, word) == expected


def test_deals_come_in_where_the_pipeline_says() -> None:
    rules = PIPELINE.replace("stages:", "moves: {create_in: [offer]}\nstages:")
    assert recycling(context(LOST, rules).workspace, "acme", None, None) == "proposal"


@pytest.mark.parametrize(
    ("stage", "word", "message", "hint"),
    [
        ("won", None, "acme is won, and stays so", 'pipe new "Annual renewal" for the next sale'),
        ("lead", "won", "won is a won stage", "--stage lead|proposal|talks|delayed"),
        ("lead", "gone", "gone is a lost stage", "--stage lead|proposal|talks|delayed"),
    ],
)
def test_where_a_deal_cannot_begin_again(stage: str, word: str | None, message: str, hint: str) -> None:
    with pytest.raises(PipeError, match=message) as wrong:
        recycling(context(DEAL.replace("lead", stage)).workspace, "acme", None, word)
    assert wrong.value.hint.startswith(hint)


@pytest.mark.parametrize(("text", "met"), [("2026-11-22", False), ("2026-11-23", True), ("~", True), ("soon", True)])
def test_only_a_close_that_passed_is_taken_away(text: str, met: bool) -> None:
    wanted = next(one for one in fresh(TODAY) if isinstance(one, Passed))
    assert wanted.is_met(load(f"title: x\nexpected_close: {text}\n".encode())) is met


def test_what_leaves_the_file_is_told() -> None:
    facts = context(LOST)
    old = facts.workspace.deals["acme"]
    assert told(old, replace(old, stage="lead"), facts) == [
        "  acme was lost on 2026-09-14 (price, to Globex, in lead)",
        "    closed_on and outcome leave its file; its history keeps all: pipe audit acme",
        "    win rates count it as lost no more, but as of a day before (--as-of yesterday)",
    ]
    assert told(old, replace(old, stage="gone"), facts) == []
    won = replace(old, stage="won", outcome=None)
    assert told(won, replace(won, stage="lead"), facts)[:2] == [
        "  acme was won on 2026-09-14",
        "    closed_on leaves its file; its history keeps all: pipe audit acme",
    ]
    bare = replace(won, closed_on=None)
    assert told(bare, replace(bare, stage="lead"), facts)[0] == "  acme was won"
    assert told(replace(old, stage="lead"), old, facts) == []


def test_a_deal_that_is_dead_all_the_same_is_told() -> None:
    facts = context(f"{DEAL}created: 2026-09-01\n")
    deal = facts.workspace.deals["acme"]
    assert still_dead(deal, facts) == [
        "  acme is dead until they are heard: not since 2026-09-01",
        '    to wait for a day: pipe hold acme --until +90d --reason "…"',
    ]
    assert still_dead(replace(deal, created=TODAY), facts) == []
