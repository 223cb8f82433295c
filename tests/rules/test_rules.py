"""What the cases under tests/cases/errors do not show: where rules find nothing, and their corners."""

from __future__ import annotations

import pytest
from contexts import DEAL, PIPELINE, SETTINGS, context, found

from pipecli.core.problem import Severity
from pipecli.rules.registry import RULES, check, codes

TEAM = "members:\n  sam: {name: Sam Roe, roles: [sdr]}\n"


def test_nothing_is_found_in_a_workspace_that_is_right() -> None:
    assert found() == []


def test_codes_are_there_once() -> None:
    assert len(set(codes())) == len(RULES)


@pytest.mark.parametrize(("level", "severity"), [("error", Severity.ERROR), ("note", Severity.NOTE)])
def test_the_workspace_says_how_much_a_rule_matters(level: str, severity: Severity) -> None:
    (problem,) = check(
        context(f"{DEAL}expected_close: 2026-11-20\n", PIPELINE, f"{SETTINGS}rules: {{overdue-close: {level}}}\n")
    )
    assert (problem.code, problem.severity) == ("overdue-close", severity)


def test_a_rule_that_is_off_finds_nothing() -> None:
    assert found(f"{DEAL}expected_close: 2026-11-20\n", PIPELINE, f"{SETTINGS}rules: {{overdue-close: off}}\n") == []


def test_a_reference_to_a_broken_file_is_not_missing() -> None:
    assert found(f"{DEAL}company: acme\n", companies__acme="nme: Acme\n") == [
        ("missing-key", 1, 1),
        ("unknown-key", 1, 1),
    ]
    assert found(DEAL, "nam: Sales\n") == [("missing-key", 1, 1), ("missing-key", 1, 1), ("unknown-key", 1, 1)]


def test_where_no_contacts_are_kept_none_is_missed() -> None:
    assert found(f"{DEAL}contacts: [jane-doe]\n") == []
    assert found(f"{DEAL}contacts: [jane-doe]\n", contacts__joe="name: Joe\n") == [("unknown-contact", 5, 12)]


def test_without_a_team_anybody_may_own_a_deal() -> None:
    assert found(f"{DEAL}owner: sam\n") == []
    assert found(f"{DEAL}owner: kim\n", team=TEAM) == [("unknown-member", 5, 8)]


def test_everybody_who_does_something_is_a_member() -> None:
    deal = f"{DEAL}tasks: [{{id: t1, do: x, for: kim}}]\nactivities: [{{at: 2026-11-03T14:05Z, kind: call, by: kim}}]\n"
    assert found(deal, team=TEAM) == [("unknown-member", 5, 30), ("unknown-member", 6, 54)]
    assert found(DEAL, team=TEAM, companies__acme="name: Acme\nowner: kim\n") == [("unknown-member", 2, 8)]


def test_roles_are_judged_by_the_team_if_there_is_one() -> None:
    pipeline = PIPELINE.replace(
        "name: Talks", "name: Talks, roles: {responsible: sam, accountable: boss, consulted: [sdr], informed: [cfo]}"
    )
    assert found(DEAL, pipeline) == []
    assert found(DEAL, pipeline, team=TEAM) == [("unknown-role", 5, 69), ("unknown-role", 5, 104)]


def test_tomorrow_is_not_the_future() -> None:
    assert found(f"{DEAL}created: 2026-11-24\n") == []
    assert found(f"{DEAL}created: 2026-11-25\n") == [("date-in-future", 5, 10)]


def test_dates_of_the_same_day_are_in_order() -> None:
    deal = DEAL.replace(
        "stage: lead", "stage: won\nstage_since: 2026-11-03T00:30+01:00\nclosed_on: 2026-11-03\ncreated: 2026-11-03"
    )
    assert found(deal) == []


def test_a_stage_that_was_entered_before_midnight_of_the_workspace_is_before() -> None:
    deal = f"{DEAL}stage_since: 2026-11-02T22:30Z\ncreated: 2026-11-03\n"
    assert found(deal) == [("dates-out-of-order", 5, 14)]
    assert found(deal.replace("22:30Z", "23:30Z")) == []


def test_a_deal_closed_before_it_was_created_is_told() -> None:
    deal = DEAL.replace("stage: lead", "stage: won\nclosed_on: 2026-11-03\ncreated: 2026-11-05")
    assert found(deal) == [("dates-out-of-order", 5, 12)]


def test_a_deal_that_is_not_open_is_not_overdue() -> None:
    assert found(f"{DEAL}expected_close: 2026-11-20\n".replace("lead", "delayed")) == []


def test_the_stage_of_an_outcome_is_one_of_the_pipeline() -> None:
    deal = DEAL.replace("stage: lead", "stage: gone\nclosed_on: 2026-11-03\noutcome: {stage: prop}")
    assert found(deal) == [("unknown-stage", 6, 18)]


def test_a_lost_stage_without_reasons_asks_for_none() -> None:
    deal = DEAL.replace("stage: lead", "stage: gone\nclosed_on: 2026-11-03")
    assert found(deal) == []
    assert found(f"{deal}outcome: {{reason: anything}}\n") == []
    assert found(deal.replace("gone", "lost")) == [("loss-without-reason", 4, 8)]


def test_an_entry_criterion_about_the_change_is_judged_at_the_change_alone() -> None:
    pipeline = PIPELINE.replace("name: Talks", "name: Talks, entry: [owner = me, new.value > old.value, value > 0]")
    deal = DEAL.replace("lead", "talks")
    (problem,) = check(context(deal, pipeline))
    assert problem.message.endswith("does not meet its entry criterion: value > 0")


def test_conditions_of_policies_and_views_are_judged_over_all_pipelines() -> None:
    settings = (
        f"{SETTINGS}policies: [{{name: p, when: [fields.seats > 5], require: [valeu > 0]}}]\n"
        "views: {mine: {where: [ownr = me]}}\n"
    )
    pipeline = f"{PIPELINE}fields: {{seats: {{type: integer}}}}\n"
    assert found(DEAL, pipeline, settings) == [("invalid-condition", 4, 58), ("invalid-condition", 5, 24)]
    assert found(DEAL, PIPELINE, settings)[0] == ("invalid-condition", 4, 29)


def test_a_next_step_without_a_day_is_planned_and_one_of_yesterday_is_not() -> None:
    settings = f"{SETTINGS}rules: {{no-next-step: note}}\n"
    assert found(f"{DEAL}next_step: {{do: Call}}\n", PIPELINE, settings) == []
    assert found(f"{DEAL}next_step: {{do: Call, due: 2026-11-22}}\n", PIPELINE, settings) == [("no-next-step", 4, 8)]
    assert found(f"{DEAL}tasks: [{{id: t1, do: x, due: 2026-11-23}}]\n", PIPELINE, settings) == []
    assert found(f"{DEAL}tasks: [{{id: t1, do: x, done: 2026-11-20}}]\n", PIPELINE, settings) == [
        ("no-next-step", 4, 8)
    ]


def test_own_fields_are_inside_of_their_bounds_and_of_their_type() -> None:
    own = "seats: {type: integer, min: 1, max: 9}, ratio: {type: number}, vip: {type: flag}, note: {type: text}"
    pipeline = f"{PIPELINE}fields: {{{own}}}\n"
    assert found(f"{DEAL}fields: {{seats: 9, ratio: -0.5, vip: true, note: x}}\n", pipeline) == []
    assert found(f"{DEAL}fields: {{seats: 10, ratio: x, vip: yes}}\n", pipeline) == [
        ("invalid-field", 5, 17), ("invalid-field", 5, 28), ("invalid-field", 5, 36),
    ]  # fmt: skip
    assert found(f"{DEAL}fields: {{seats: 1.5}}\n", pipeline) == [("invalid-field", 5, 17)]


def test_a_retired_stage_may_stand_anywhere_and_repeat_no_id() -> None:
    pipeline = f"{PIPELINE}  - {{id: trial, name: Trial, retired: true}}\n"
    assert found(DEAL, pipeline) == []
    assert found(DEAL, pipeline.replace("id: trial", "id: offer")) == [("duplicate-stage", 11, 10)]


def test_a_probability_that_is_sure_may_be_written() -> None:
    assert found(DEAL, PIPELINE.replace("name: Won,", "name: Won, probability: 100%,")) == []
    assert found(DEAL, PIPELINE.replace("name: Gone,", "name: Gone, probability: 0,")) == []


def test_problems_are_in_the_order_of_files_and_lines() -> None:
    problems = check(
        context(
            f"{DEAL}company: x\nexpected_close: 2026-11-20\n",
            deals__zz=DEAL,
            deals__aa=f"{DEAL}closed_on: 2026-11-03\n",
        )
    )
    assert [(p.path, p.line) for p in problems] == [
        ("deals/aa.yaml", 5),
        ("deals/acme.yaml", 5),
        ("deals/acme.yaml", 6),
    ]


def test_a_view_is_not_blamed_for_a_field_of_a_pipeline_that_cannot_be_read() -> None:
    settings = f"{SETTINGS}views: {{mine: {{sort: '-fields.seats, value', columns: [id, fields.seats]}}}}\n"
    assert found(DEAL, "nam: Sales\n", settings).count(("invalid-view", 4, 23)) == 0
    assert [code for code, _, _ in found(DEAL, PIPELINE, settings)] == ["invalid-view"] * 2
