from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from contexts import DEAL, PIPELINE, SETTINGS, TODAY, ZONE, context

from pipecli.core.problem import ExitCode, PipeError
from pipecli.edits.change import Intent, plan
from pipecli.edits.gates import missing
from pipecli.edits.message import message
from pipecli.edits.move import find_stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.edits.plan import Plan
    from pipecli.facts.derived import Context

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
ORDER = ("lead", "proposal", "talks", "won", "onboarded", "lost", "gone", "delayed")
OPEN, WON, LOST = ("lead", "proposal", "talks"), ("won", "onboarded"), ("lost", "gone")


def moved(target: str, facts: Context, deals: Sequence[str] = ("acme",), **wanted: Any) -> Plan:  # noqa: ANN401 -- an intent's
    return plan(facts.workspace, facts, Intent(deals=dict.fromkeys(deals, target), now=NOW, **wanted))


def deal_in(stage: str, more: str = "") -> str:
    closed = "closed_on: 2026-10-01\n" if stage in WON + LOST else ""
    return DEAL.replace("lead", stage) + closed + more


def after(
    target: str, deal: str = DEAL, pipeline: str = PIPELINE, reason: str | None = None, on: date | None = None
) -> str:
    result = moved(target, context(deal, pipeline), reason=reason, on=on)
    assert result.refusals == ()
    return result.edits[0].content.decode()


def against(
    target: str, deal: str = DEAL, pipeline: str = PIPELINE, settings: str = SETTINGS, reason: str | None = None
) -> list[str]:
    return [problem.code for problem in moved(target, context(deal, pipeline, settings), reason=reason).refusals]


def test_a_plan_says_what_would_be_written_and_writes_nothing() -> None:
    facts = context()
    result = moved("proposal", facts)
    assert [(e.path, e.summary) for e in result.edits] == [("deals/acme.yaml", "lead -> proposal")]
    assert result.edits[0].before == DEAL.encode() == facts.workspace.texts["deals/acme.yaml"]
    assert result.edits[0].content.decode() == DEAL.replace("lead", "proposal") + "stage_since: 2026-11-23\n"
    assert facts.workspace.deals["acme"].stage == "lead"
    assert moved("proposal", facts) == result


@pytest.mark.parametrize("target", ORDER)
@pytest.mark.parametrize("source", ORDER)
def test_without_rules_every_stage_leads_to_every_other(source: str, target: str) -> None:
    result = moved(target, context(deal_in(source)), reason="price")
    assert result.refusals == ()
    assert bool(result.already) == (source == target)
    assert all(said.startswith(f"acme is in {source} already") for said in result.already)
    assert len(result.edits) == (source != target)


@pytest.mark.parametrize("target", ORDER)
@pytest.mark.parametrize("source", ORDER)
def test_closed_on_is_there_in_closed_stages_only_and_kept_among_those_of_one_kind(source: str, target: str) -> None:
    if source == target:
        return
    text = after(target, deal_in(source), reason="price")
    same = (source in WON and target in WON) or (source in LOST and target in LOST)
    if target in WON + LOST:
        assert f"closed_on: {'2026-10-01' if same else '2026-11-23'}\n" in text
    else:
        assert "closed_on" not in text
    assert ("outcome" in text) is (target in LOST)


@pytest.mark.parametrize(("source", "target"), [(s, t) for s in ORDER for t in ORDER if s != t])
def test_exit_criteria_and_checklists_guard_the_way_forward_only(source: str, target: str) -> None:
    pipeline = PIPELINE
    for stage in ORDER:
        pipeline = pipeline.replace(
            f"id: {stage},", f"id: {stage}, exit: [value > 0], checklist: {{c-{stage}: {{text: x, required: true}}}},"
        )
    forward = source in OPEN and (target in WON or (target in OPEN and OPEN.index(target) > OPEN.index(source)))
    assert against(target, deal_in(source), pipeline, reason="price") == (
        ["gate-exit", "gate-checklist"] if forward else []
    )


def test_what_is_asked_for_and_there_is_no_reason_against() -> None:
    pipeline = PIPELINE.replace(
        "id: lead,",
        "id: lead, exit: [value > 0, stage = lead], checklist: {c: {text: x, required: true}, d: {text: y}},",
    )
    assert against("proposal", f"{DEAL}value: 5\nchecklist: {{c: 2026-11-20}}\n", pipeline) == []


@pytest.mark.parametrize(("source", "target"), [(s, t) for s in ORDER for t in ORDER if s != t])
def test_entry_criteria_guard_every_way_in(source: str, target: str) -> None:
    pipeline = PIPELINE.replace(f"id: {target},", f"id: {target}, entry: [owner = me, source is set],")
    assert against(target, deal_in(source), pipeline, reason="price") == ["gate-entry", "gate-entry"]
    ready = context(deal_in(source, "owner: sam\nsource: x\n"), pipeline)
    assert moved(target, ready, reason="price", me="sam").refusals == ()


def test_entry_criteria_see_the_deal_as_it_will_be_and_exit_criteria_where_it_was() -> None:
    pipeline = PIPELINE.replace("id: lead,", "id: lead, exit: [stage = lead, kind = open],").replace(
        "id: proposal,", "id: proposal, entry: [stage = proposal, old.stage = lead],"
    )
    assert against("proposal", DEAL, pipeline) == []


@pytest.mark.parametrize(("source", "target"), [(s, t) for s in ORDER for t in ORDER if s != t])
def test_moves_back_are_those_among_open_stages(source: str, target: str) -> None:
    back = source in OPEN and target in OPEN and OPEN.index(target) < OPEN.index(source)
    assert (
        against(target, deal_in(source), f"{PIPELINE}moves: {{back: false}}\n", reason="price") == ["gate-back"] * back
    )


@pytest.mark.parametrize(
    ("source", "target", "skips"),
    [
        ("lead", "proposal", False), ("lead", "talks", True), ("lead", "won", True), ("proposal", "won", True),
        ("talks", "won", False), ("talks", "onboarded", False), ("lead", "lost", False), ("lead", "delayed", False),
        ("delayed", "talks", False), ("lost", "talks", False), ("talks", "lead", False), ("won", "onboarded", False),
    ],
)  # fmt: skip
def test_a_skip_passes_over_open_stages_on_the_way_forward(source: str, target: str, skips: bool) -> None:
    assert (
        against(target, deal_in(source), f"{PIPELINE}moves: {{skip: false}}\n", reason="price") == ["gate-skip"] * skips
    )


def test_a_retired_stage_is_not_skipped_but_left_out() -> None:
    pipeline = PIPELINE.replace("name: Proposal,", "name: Proposal, retired: true,") + "moves: {skip: false}\n"
    assert against("talks", DEAL, pipeline) == []
    assert against("proposal", DEAL, pipeline) == ["gate-retired"]


@pytest.mark.parametrize(
    ("source", "target", "codes"),
    [("lead", "won", ["gate-won-from"]), ("proposal", "won", []), ("delayed", "won", ["gate-won-from"]),
     ("lost", "won", ["gate-won-from"]), ("won", "onboarded", []), ("onboarded", "won", []), ("lead", "talks", [])],
)  # fmt: skip
def test_deals_are_won_from_the_stages_that_are_named(source: str, target: str, codes: list[str]) -> None:
    assert against(target, deal_in(source), f"{PIPELINE}moves: {{won_from: [offer, talks]}}\n") == codes


def test_a_reason_is_asked_for_where_the_stage_lists_some() -> None:
    assert against("lost") == ["gate-reason"]
    assert against("lost", reason="pricing") == ["gate-reason", "unknown-reason"][:1]
    assert against("lost", reason="price") == []
    assert against("gone") == []
    assert against("lost", deal_in("gone")) == []


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("no decision", "outcome:\n  class: no_decision\n  reason: no decision\n  stage: lead\n"),
        ("bad fit", "outcome:\n  class: bad_fit\n  reason: bad fit\n  stage: lead\n"),
        ("price", "outcome:\n  reason: price\n  stage: lead\n"),
    ],
)
def test_a_loss_says_why_and_where_and_its_class_where_the_reason_is_one(reason: str, expected: str) -> None:
    assert expected in after("lost", reason=reason)


def test_a_loss_without_a_reason_says_where() -> None:
    assert "outcome:\n  stage: lead\n" in after("gone")


def test_lost_again_the_outcome_keeps_what_is_not_told_anew() -> None:
    deal = deal_in("gone", "outcome: {reason: price, competitor: Globex, stage: talks}\n")
    assert "outcome: {reason: price, competitor: Globex, stage: talks}\n" in after("lost", deal)
    assert "outcome: {reason: bad fit, class: bad_fit, competitor: Globex, stage: talks}\n" in after(
        "lost", deal, reason="bad fit"
    )


def test_a_day_is_written_as_given_and_a_moment_in_the_workspaces_day() -> None:
    assert "stage_since: 2026-11-20\nclosed_on: 2026-11-20\n" in after("won", on=date(2026, 11, 20))
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert "stage_since: 2026-11-20T23:30+00:00\nclosed_on: 2026-11-21\n" in after("won", on=late)


def test_nothing_leaves_a_stage_before_it_entered() -> None:
    facts = context(f"{DEAL}stage_since: 2026-11-10\n")
    assert [p.code for p in moved("proposal", facts, on=date(2026, 11, 9), force="x").refusals] == [
        "dates-out-of-order"
    ]
    assert moved("proposal", facts, on=date(2026, 11, 10)).refusals == ()


def test_policies_ask_of_every_change_that_they_are_about() -> None:
    when, require = "[new.kind = won, old.kind = open]", "[reason is set, owner = me]"
    settings = f"{SETTINGS}policies: [{{name: p, when: {when}, require: {require}}}]\n"
    assert against("won", DEAL, PIPELINE, settings) == ["gate-policy", "gate-policy"]
    assert against("proposal", DEAL, PIPELINE, settings) == []
    facts = context(f"{DEAL}owner: sam\n", PIPELINE, settings)
    assert moved("won", facts, reason="signed", me="sam").refusals == ()


def test_a_criterion_names_what_is_to_be_typed_to_meet_it() -> None:
    when, require = "[new.kind = won]", "[new.reason is set, checklist contains paid, owner is set]"
    settings = f"{SETTINGS}policies: [{{name: p, when: {when}, require: {require}}}]\n"
    assert [problem.hint for problem in moved("won", context(DEAL, PIPELINE, settings)).refusals] == [
        "--reason WHY",
        "when it is done: pipe check acme paid",
        "pipe set acme owner=…",
    ]


def test_a_policy_that_cannot_be_judged_stops_every_move() -> None:
    settings = f"{SETTINGS}policies: [{{name: p, when: [knd = won], require: [reason is set]}}]\n"
    assert against("proposal", DEAL, PIPELINE, settings) == ["gate-policy"]


def test_a_policy_on_the_field_of_another_pipeline_is_not_about_this_one() -> None:
    settings = f"{SETTINGS}policies: [{{name: p, when: [fields.seats > 0], require: [reason is set]}}]\n"
    other = "name: Other\nfields: {seats: {type: integer}}\nstages: [{id: won, name: Won, kind: won}]\n"
    result = moved("proposal", context(DEAL, PIPELINE, settings, pipelines__other=other))
    assert result.refusals == ()


def test_a_criterion_that_cannot_be_judged_is_not_met() -> None:
    (problem,) = moved(
        "proposal", context(DEAL, PIPELINE.replace("id: proposal,", "id: proposal, entry: [valeu > 0],"))
    ).refusals
    assert problem.message == "to enter proposal: the criterion 'valeu > 0' cannot be judged: there is no fact 'valeu'"


def test_force_passes_the_gates_and_no_error() -> None:
    pipeline = PIPELINE.replace("id: proposal,", "id: proposal, entry: [value > 0],")
    assert moved("proposal", context(DEAL, pipeline), force="x").refusals == ()
    retired = PIPELINE.replace("name: Proposal,", "name: Proposal, retired: true,")
    assert [p.code for p in moved("proposal", context(DEAL, retired), force="x").refusals] == ["retired-stage"]
    broken = moved("proposal", context(f"{DEAL}company: nobody\n", pipeline), force="x")
    assert [p.code for p in broken.refusals] == ["unknown-company"]


def test_several_deals_are_one_plan_and_each_counts_once() -> None:
    facts = context(DEAL, deals__birch=DEAL.replace("lead", "talks"), deals__dune=DEAL.replace("lead", "proposal"))
    result = moved("proposal", facts, deals=["acme", "birch", "acme", "dune"])
    assert [(m.deal, m.source, m.target, m.at) for m in result.moved] == [
        ("acme", "sales/lead", "sales/proposal", NOW),
        ("birch", "sales/talks", "sales/proposal", NOW),
    ]
    assert result.already == ("dune is in proposal already",)


def test_a_deal_whose_stage_is_named_by_its_alias_is_there_already() -> None:
    assert moved("proposal", context(deal_in("offer"))).already == ("acme is in proposal already",)
    assert moved("offer", context(deal_in("proposal"))).already == ("acme is in proposal already",)


@pytest.mark.parametrize(
    ("since", "on", "hint"),
    [
        ("2026-11-20", date(2026, 11, 19), "choose a later day for --on"),
        ("2026-11-20", date(2026, 11, 20), ""),
        ("2026-11-20", datetime(2026, 11, 20, 9, 0, tzinfo=ZONE), "give the day only: --on 2026-11-20"),
        ("2026-11-20", datetime(2026, 11, 21, 9, 0, tzinfo=ZONE), ""),
        ("2026-11-20T09:00+01:00", datetime(2026, 11, 20, 8, 59, tzinfo=ZONE), "choose a later moment for --on"),
        ("2026-11-20T09:00+01:00", datetime(2026, 11, 20, 9, 1, tzinfo=ZONE), ""),
        ("2026-11-20T09:00+01:00", date(2026, 11, 20), ""),
    ],
)
def test_no_stage_is_left_before_it_is_entered(since: str, on: date, hint: str) -> None:
    result = moved("proposal", context(f"{DEAL}stage_since: {since}\n"), on=on)
    assert [problem.hint for problem in result.refusals] == ([hint] if hint else [])


def test_a_deal_whose_stage_is_unknown_can_be_moved() -> None:
    assert "stage: talks\n" in after("talks", deal_in("nowhere"), f"{PIPELINE}moves: {{skip: false, back: false}}\n")


def test_into_another_pipeline_no_way_is_forward_or_back() -> None:
    other = PIPELINE.replace("id: proposal,", "id: offer-sent,") + "moves: {skip: false, back: false}\n"
    result = moved("lead", context(deal_in("talks"), pipelines__other=other), pipeline="other")
    assert result.refusals == ()
    assert b"pipeline: other\n\nstage: lead\n" in result.edits[0].content


@pytest.mark.parametrize("word", ["talks", "Talks", "TALKS", "offer", "proposal"])
def test_a_stage_is_found_by_id_alias_or_name(word: str) -> None:
    pipeline = context().workspace.pipelines["sales"]
    assert find_stage(pipeline, word).id in ("talks", "proposal")


def test_a_name_that_two_stages_have_is_no_name() -> None:
    pipeline = context(DEAL, PIPELINE.replace("name: Gone", "name: Lost")).workspace.pipelines["sales"]
    with pytest.raises(PipeError, match="there is no stage 'Lost deals'"):
        find_stage(pipeline, "Lost deals")
    assert find_stage(pipeline, "lost").id == "lost"


@pytest.mark.parametrize(
    ("files", "words", "code"),
    [
        ({"deals__acme": "title: x\n"}, "the file of acme cannot be read", ExitCode.PROBLEMS),
        ({"deals__old__acme": DEAL}, "more than one file has the id acme", ExitCode.PROBLEMS),
        ({"pipelines__sales": "name: x\n"}, "the pipeline sales cannot be read", ExitCode.PROBLEMS),
        ({"deals__acme": DEAL.replace("sales", "sale")}, "there is no pipeline 'sale'", ExitCode.USAGE),
    ],
)
def test_what_cannot_be_read_or_is_ambiguous_is_not_moved(files: dict[str, str], words: str, code: ExitCode) -> None:
    with pytest.raises(PipeError, match=words) as caught:
        moved("talks", context(**files))
    assert caught.value.code is code


def test_what_is_missing_for_the_next_stage_is_told_before_the_move() -> None:
    pipeline = PIPELINE.replace("id: lead,", "id: lead, exit: [value > 0],").replace(
        "id: proposal,", "id: proposal, entry: [owner is set],"
    )
    facts = context(DEAL, pipeline)
    sales = facts.workspace.pipelines["sales"]
    found = missing(facts.workspace.deals["acme"], sales, sales.stages[0], sales.stages[1], facts)
    assert [problem.message for problem in found] == ["to leave lead: value > 0", "to enter proposal: owner is set"]


def test_the_message_has_a_line_a_move_and_keeps_reasons_on_one_line() -> None:
    facts = context(DEAL, deals__birch=DEAL)
    result = moved("talks", facts, deals=["acme", "birch"], on=TODAY)
    text = message(result.subject, "01OP", moved=result.moved, reason="a\n b", force="c")
    assert text.splitlines() == [
        "Move 2 deals to talks",
        "",
        "Pipe-Move: acme sales/lead -> sales/talks @ 2026-11-23",
        "Pipe-Move: birch sales/lead -> sales/talks @ 2026-11-23",
        "Pipe-Reason: a b",
        "Pipe-Forced: c",
        "Pipe-Op: 01OP",
    ]
