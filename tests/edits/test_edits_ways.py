"""Where deals go next, by which detours they cannot get around a stage, who takes them over, and who lets them in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from contexts import DEAL, PIPELINE, SETTINGS, context
from test_edits_move import deal_in, moved

from pipecli.edits.gates import missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.edits.plan import Plan

TEAM = """\
members:
  sam: {name: Sam, roles: [sdr]}
  kim: {name: Kim, roles: [head]}
  alex: {name: Alex, roles: [closer]}
  noor: {name: Noor, roles: [closer]}
"""


def went(source: str, target: str, pipeline: str, been: Sequence[str] = (), deal: str = "", **given: str) -> Plan:
    facts = context(deal_in(source, deal), pipeline, SETTINGS, team=TEAM)
    stays = {"acme": tuple(("sales", stage) for stage in (*been, source))} if been else {}
    return moved(target, replace(facts, stays=stays), **given)


def codes(source: str, target: str, pipeline: str, *been: str, deal: str = "") -> list[str]:
    return [problem.code for problem in went(source, target, pipeline, been, deal, reason="price").refusals]


def with_next(stage: str, words: str, more: str = "") -> str:
    return PIPELINE.replace(f"id: {stage},", f"id: {stage}, next: [{words}],") + more


@pytest.mark.parametrize(
    ("target", "expected"),
    [("proposal", []), ("talks", ["gate-next"]), ("won", ["gate-next"]), ("lost", []), ("delayed", [])],
)
def test_a_stage_says_where_its_deals_go_on_to(target: str, expected: list[str]) -> None:
    assert codes("lead", target, with_next("lead", "offer")) == expected


@pytest.mark.parametrize(("target", "expected"), [("gone", []), ("lost", ["gate-next"]), ("delayed", [])])
def test_of_a_kind_that_is_named_the_named_ones_only(target: str, expected: list[str]) -> None:
    assert codes("lead", target, with_next("lead", "proposal, gone")) == expected


def test_what_comes_next_is_neither_skipped_to_nor_gone_back_to() -> None:
    moves = "moves: {skip: false, back: false}\n"
    assert codes("lead", "talks", with_next("lead", "talks", moves)) == []
    assert codes("talks", "lead", with_next("talks", "lead, won", moves)) == []
    assert codes("talks", "proposal", with_next("talks", "lead, won", moves)) == ["gate-next", "gate-back"]


def test_the_first_stage_that_comes_next_is_told() -> None:
    (problem,) = went("lead", "won", with_next("lead", "talks, proposal")).refusals
    assert problem.message == "from lead a deal goes on to talks or proposal only"
    assert problem.hint == "pipe move acme talks"


EXIT = PIPELINE.replace("id: lead,", "id: lead, exit: [value > 0], checklist: {c: {text: x, required: true}},")
BOTH = ["gate-exit", "gate-checklist"]


@pytest.mark.parametrize(
    ("been", "source", "target", "expected"),
    [
        (["lead"], "delayed", "won", BOTH),
        (["lead"], "delayed", "talks", BOTH),
        (["lead"], "gone", "won", BOTH),
        (["lead"], "gone", "proposal", BOTH),
        (["lead", "delayed"], "gone", "won", BOTH),
        (["lead", "nowhere"], "delayed", "won", BOTH),
        (["lead"], "nowhere", "won", BOTH),
        (["lead"], "delayed", "lead", []),
        (["lead"], "gone", "lead", []),
        (["lead"], "delayed", "lost", []),
        (["lead", "won"], "delayed", "won", []),
        (["lead", "proposal"], "delayed", "won", []),
        (["proposal"], "delayed", "lead", []),
        ([], "delayed", "won", []),
    ],
)
def test_a_step_aside_gets_around_no_exit_criteria(
    been: list[str], source: str, target: str, expected: list[str]
) -> None:
    assert codes(source, target, EXIT, *been) == expected


def test_without_a_history_a_lost_deal_says_where_it_was() -> None:
    assert codes("gone", "won", EXIT, deal="outcome: {stage: lead}\n") == BOTH
    assert codes("gone", "won", EXIT, deal="outcome: {stage: talks}\n") == []


def test_a_way_through_another_pipeline_gets_around_nothing() -> None:
    facts = context(deal_in("lead").replace("sales", "other"), EXIT, pipelines__other=PIPELINE)
    plan = moved("won", replace(facts, stays={"acme": (("sales", "lead"), ("other", "lead"))}), pipeline="sales")
    assert [problem.code for problem in plan.refusals] == BOTH


@pytest.mark.parametrize(
    ("been", "source", "target", "expected"),
    [
        ("lead", "delayed", "talks", ["gate-skip"]),
        ("lead", "gone", "talks", ["gate-skip"]),
        ("talks", "delayed", "lead", ["gate-back"]),
        ("talks", "gone", "lead", []),
        ("lead", "delayed", "proposal", []),
        ("lead", "delayed", "lead", []),
    ],
)
def test_a_step_aside_neither_skips_nor_goes_back(been: str, source: str, target: str, expected: list[str]) -> None:
    assert codes(source, target, f"{PIPELINE}moves: {{skip: false, back: false}}\n", been) == expected


def test_a_step_aside_obeys_what_comes_next() -> None:
    pipeline = with_next("lead", "proposal")
    assert codes("delayed", "talks", pipeline, "lead") == ["gate-next"]
    assert codes("delayed", "proposal", pipeline, "lead") == []
    assert codes("delayed", "lead", pipeline, "lead") == []
    assert codes("delayed", "proposal", with_next("delayed", "lead"), "lead") == ["gate-next"]


def test_a_deal_that_was_put_on_hold_is_won_from_where_it_was() -> None:
    pipeline = f"{PIPELINE}moves: {{won_from: [talks]}}\n"
    assert codes("delayed", "won", pipeline, "talks") == []
    assert codes("delayed", "won", pipeline, "lead") == ["gate-won-from"]
    assert codes("nowhere", "won", pipeline, "lead") == ["gate-won-from"]


@pytest.mark.parametrize(
    ("moves", "target", "expected"),
    [
        ("create_in: [lead]", "lead", []),
        ("create_in: [lead]", "talks", ["gate-create"]),
        ("won_from: [talks]", "won", ["gate-won-from"]),
        ("won_from: [talks], create_in: [won]", "won", []),
        ("skip: true", "won", []),
    ],
)
def test_a_deal_from_another_pipeline_begins_where_deals_begin(moves: str, target: str, expected: list[str]) -> None:
    facts = context(deal_in("talks"), pipelines__other=f"{PIPELINE}moves: {{{moves}}}\n")
    assert [p.code for p in moved(target, facts, pipeline="other").refusals] == expected


HANDED = PIPELINE.replace("id: lead,", "id: lead, roles: {responsible: sdr, accountable: kim},").replace(
    "id: talks,",
    "id: talks, roles: {responsible: closer, accountable: kim}, handoff: {require: [contacts is set], owner: OWNER},",
)


@pytest.mark.parametrize(
    ("to", "owner", "written"),
    [("kim", "sam", "kim"), ("head", "sam", "kim"), ("closer", "noor", "noor"), ("closer", "alex", "alex")],
)
def test_a_hand_off_gives_the_deal_an_owner(to: str, owner: str, written: str) -> None:
    plan = went("lead", "talks", HANDED.replace("OWNER", to), deal=f"owner: {owner}\ncontacts: [jane]\n")
    assert plan.refusals == ()
    assert f"owner: {written}\n".encode() in plan.edits[0].content
    told = "" if owner == written else f", owner {owner} -> {written}"
    assert plan.edits[0].summary == f"lead -> talks{told}"


def test_a_hand_off_to_several_asks_to_whom() -> None:
    plan = went("lead", "talks", HANDED.replace("OWNER", "closer"), deal="owner: sam\n")
    assert [(problem.message, problem.hint) for problem in plan.refusals] == [
        ("to hand over to closer: contacts is set", "pipe set acme contacts+=…"),
        ("to hand over to closer: the owner is sam, not alex or noor", "pipe set acme owner=alex|noor"),
    ]
    assert b"owner: sam\n" in plan.edits[0].content


def test_a_hand_off_holds_where_the_responsible_changes() -> None:
    same = HANDED.replace("OWNER", "closer").replace("id: proposal,", "id: proposal, roles: {responsible: closer},")
    assert codes("proposal", "talks", same) == []
    assert codes("lead", "talks", same) == ["gate-handoff"] * 2
    assert codes("delayed", "talks", same, "proposal") == ["gate-handoff"] * 2


APPROVED = PIPELINE.replace("id: talks,", "id: talks, approve: head,")


def test_a_move_is_made_by_who_approves_it() -> None:
    (problem,) = went("lead", "talks", APPROVED, me="sam").refusals
    assert problem.message == "to enter talks: kim (head) has to approve it"
    assert went("lead", "talks", APPROVED, me="kim").refusals == ()
    assert went("lead", "talks", APPROVED.replace("approve: head", "approve: kim"), me="kim").refusals == ()
    assert went("lead", "proposal", APPROVED, me="sam").refusals == ()
    assert went("lead", "talks", APPROVED, me="sam", force="she is ill").refusals == ()


def test_what_a_deal_lacks_for_the_next_stage_names_hand_over_and_approval() -> None:
    pipeline = HANDED.replace("OWNER", "kim").replace("id: talks,", "id: talks, approve: head,")
    facts = context(DEAL, pipeline, SETTINGS, team=TEAM)
    sales = facts.workspace.pipelines["sales"]
    deal, (lead, _, talks, *_) = facts.workspace.deals["acme"], sales.stages
    assert [p.code for p in missing(deal, sales, lead, talks, facts)] == ["gate-handoff", "gate-approve"]
    assert [p.code for p in missing(deal, sales, lead, talks, facts, me="kim")] == ["gate-handoff"]
