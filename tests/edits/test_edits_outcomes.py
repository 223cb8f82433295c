from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from contexts import DEAL, PIPELINE, context

from pipecli.core.pipeline import Kind
from pipecli.core.problem import PipeError
from pipecli.edits.outcomes import closing, holding, refuse_off, reopening

if TYPE_CHECKING:
    from pipecli.core.workspace import Workspace


def having(stage: str, more: str = "", pipeline: str = PIPELINE) -> Workspace:
    return context(f"{DEAL.replace('lead', stage)}{more}", pipeline).workspace


@pytest.mark.parametrize(
    ("stage", "kind", "word", "target"),
    [
        ("lead", Kind.WON, None, "won"), ("lead", Kind.LOST, None, "lost"), ("won", Kind.WON, None, "won"),
        ("onboarded", Kind.WON, None, "onboarded"), ("onboarded", Kind.WON, "won", "won"),
        ("gone", Kind.LOST, None, "gone"), ("won", Kind.LOST, None, "lost"), ("lost", Kind.WON, None, "won"),
        ("lead", Kind.LOST, "Gone", "gone"),
    ],
)  # fmt: skip
def test_a_deal_closes_in_the_stage_named_or_the_first_of_the_kind(
    stage: str, kind: Kind, word: str | None, target: str
) -> None:
    assert closing(having(stage), "acme", kind, word) == target


def test_retired_stages_are_passed_over() -> None:
    assert closing(
        having("lead", "", PIPELINE.replace("name: Won,", "name: Won, retired: true,")), "acme", Kind.WON, None
    ) == ("onboarded")


@pytest.mark.parametrize(("kind", "word"), [(Kind.WON, "lost"), (Kind.WON, "lead"), (Kind.LOST, "won")])
def test_a_stage_of_another_kind_is_refused(kind: Kind, word: str) -> None:
    with pytest.raises(PipeError, match=f"{word} is not a {kind} stage of sales"):
        closing(having("lead"), "acme", kind, word)


def test_a_pipeline_without_such_a_stage_says_so() -> None:
    pipeline = "\n".join(line for line in PIPELINE.splitlines() if "kind: lost" not in line) + "\n"
    with pytest.raises(PipeError, match="the pipeline sales has no lost stage"):
        closing(having("lead", "", pipeline), "acme", Kind.LOST, None)


def test_a_hold_moves_only_into_an_on_hold_stage_that_is_named() -> None:
    assert holding(having("lead"), "acme", None) is None
    assert holding(having("lead"), "acme", "delayed") == "delayed"
    with pytest.raises(PipeError, match="proposal is not an on-hold stage of sales"):
        holding(having("lead"), "acme", "proposal")
    with pytest.raises(PipeError, match="acme is lost, and has nothing to wait for"):
        holding(having("lost", "closed_on: 2026-10-01\n"), "acme", None)


def test_a_deal_in_an_on_hold_stage_goes_on_by_leaving_it() -> None:
    refuse_off(having("lead"), "acme")
    with pytest.raises(PipeError, match="acme is in delayed, where deals are on hold"):
        refuse_off(having("delayed"), "acme")


@pytest.mark.parametrize(
    ("stage", "more", "word", "target"),
    [
        ("lost", "outcome: {stage: talks}\n", None, "talks"), ("lost", "outcome: {stage: offer}\n", None, "proposal"),
        ("lost", "outcome: {stage: delayed}\n", None, "delayed"), ("lost", "outcome: {stage: talks}\n", "lead", "lead"),
        ("won", "", "Talks", "talks"), ("delayed", "", "talks", "talks"), ("lead", "", None, "lead"),
        ("lead", "", "lead", "lead"),
    ],
)  # fmt: skip
def test_a_deal_goes_on_in_the_stage_named_or_the_one_it_was_lost_in(
    stage: str, more: str, word: str | None, target: str
) -> None:
    assert reopening(having(stage, more), "acme", word) == target


@pytest.mark.parametrize(
    ("stage", "more"),
    [
        ("won", ""),
        ("lost", ""),
        ("delayed", ""),
        ("lost", "outcome: {stage: won}\n"),
        ("lost", "outcome: {reason: price}\n"),
    ],
)
def test_nothing_is_guessed_where_the_file_does_not_say(stage: str, more: str) -> None:
    with pytest.raises(PipeError, match="does not say where it goes on") as caught:
        reopening(having(stage, more), "acme", None)
    assert caught.value.hint == "pipe reopen acme --stage lead|proposal|talks"


def test_a_retired_stage_is_no_place_to_go_on() -> None:
    pipeline = PIPELINE.replace("name: Talks", "name: Talks, retired: true")
    with pytest.raises(PipeError, match="does not say where it goes on"):
        reopening(having("lost", "outcome: {stage: talks}\n", pipeline), "acme", None)


def test_a_deal_is_not_reopened_into_a_closed_stage_nor_when_it_is_open() -> None:
    with pytest.raises(PipeError, match="gone is a lost stage of sales"):
        reopening(having("won"), "acme", "gone")
    with pytest.raises(PipeError, match="acme is open already, in lead"):
        reopening(having("lead"), "acme", "talks")
