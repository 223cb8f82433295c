"""Moves that can never be made, and the order of what stages promise."""

from __future__ import annotations

import pytest
from contexts import DEAL, PIPELINE, SETTINGS, context, found

from pipecli.rules.registry import check

STAGES = PIPELINE.replace("name: Sales\n", "")


def judged(moves: str = "", stages: str = STAGES) -> list[str]:
    text = f"name: Sales\n{f'moves: {{{moves}}}{chr(10)}' if moves else ''}{stages}"
    problems = check(context(DEAL.replace("lead", "delayed"), text))
    return [f"{p.code}: {p.message}" for p in problems]


def retired(*names: str) -> str:
    text = STAGES
    for name in names:
        text = text.replace(f"id: {name},", f"id: {name}, retired: true,")
    return text


def test_moves_that_leave_a_way_are_no_problem() -> None:
    assert judged("create_in: [lead, won], won_from: [proposal, talks, lost, delayed], skip: true, back: false") == []
    assert judged("skip: false, won_from: [talks]") == []
    assert judged("skip: false, won_from: [delayed, lost]") == []
    assert judged("create_in: [delayed]") == []


def test_a_stage_is_named_by_its_alias_too() -> None:
    stages = retired("proposal")
    assert judged("create_in: [lead, offer]", stages) == [
        "useless-move-stage: no deal can begin in 'proposal': it is retired"
    ]


def test_unknown_stages_are_another_problem() -> None:
    assert [line.split(":")[0] for line in judged("create_in: [x], won_from: [y]")] == ["unknown-move-stage"] * 2


@pytest.mark.parametrize("gone", [["talks"], ["proposal", "talks"]])
def test_retired_stages_are_skipped_by_every_move(gone: list[str]) -> None:
    stages = retired(*gone)
    first = "proposal" if gone == ["talks"] else "lead"
    assert judged(f"skip: false, won_from: [{first}]", stages) == []


def test_the_next_won_stage_that_is_in_use_counts() -> None:
    stages = retired("won")
    assert judged("skip: false, won_from: [talks]", stages) == []


def test_nothing_can_be_won_where_every_won_stage_is_retired() -> None:
    assert judged("", retired("won", "onboarded")) == ["no-way-to-win: no deal can be won: every won stage is retired"]


def test_a_pipeline_out_of_use_is_no_problem() -> None:
    everything = retired("lead", "proposal", "talks", "won", "onboarded", "lost", "gone", "delayed")
    problems = judged("create_in: [won]", everything)
    assert [line.split(":")[0] for line in problems] == ["retired-stage", "useless-move-stage"]


def test_who_names_retired_or_won_stages_only_can_win_nothing() -> None:
    problems = judged("won_from: [won, proposal]", retired("proposal"))
    assert [line.split(":")[0] for line in problems] == ["no-way-to-win", "useless-move-stage", "useless-move-stage"]


def test_no_deal_can_begin_open_in_closed_and_retired_stages() -> None:
    message = "no-way-in: no open deal can begin in the stages that 'create_in' names"
    assert judged("create_in: [won, lost]") == [message]
    assert message in judged("create_in: [proposal]", retired("proposal"))


def probabilities(*shares: str) -> list[str]:
    names = ("lead", "proposal", "talks")
    stages = STAGES.replace(" probability: 10%,", "").replace(" probability: 50%,", "")
    for name, share in zip(names, shares, strict=True):
        stages = stages.replace(f"id: {name},", f"id: {name}, probability: {share}," if share else f"id: {name},")
    return judged("", stages)


def test_probabilities_may_rise_stay_or_be_absent() -> None:
    assert probabilities("10%", "10%", "50%") == []
    assert probabilities("50%", "", "50%") == []
    assert probabilities("", "", "0") == []


def test_a_probability_is_compared_with_the_last_one_that_is_written() -> None:
    assert probabilities("50%", "", "12.5%") == [
        "falling-probability: the probability falls from 50% in 'lead' to 12.5% here"
    ]
    assert probabilities("50%", "0", "25%") == [
        "falling-probability: the probability falls from 50% in 'lead' to 0% here"
    ]


def test_stages_that_are_not_on_the_way_may_have_any_probability() -> None:
    assert judged("", STAGES.replace("name: Delayed,", "name: Delayed, probability: 5%,")) == []
    assert probabilities("50%", "25%", "60%") != []
    assert judged("", retired("proposal").replace("probability: 50%", "probability: 5%")) == []


def forecasts(*categories: str) -> list[str]:
    names = ("lead", "proposal", "talks")
    stages = STAGES.replace(" forecast: pipeline,", "")
    for name, category in zip(names, categories, strict=True):
        stages = stages.replace(f"id: {name},", f"id: {name}, forecast: {category}," if category else f"id: {name},")
    return judged("", stages)


def test_the_forecast_rises_from_omitted_to_closed() -> None:
    assert forecasts("omitted", "pipeline", "best_case") == []
    assert forecasts("pipeline", "", "pipeline") == []
    assert forecasts("best_case", "", "omitted") == [
        "falling-forecast: the forecast falls from best_case in 'lead' to omitted here"
    ]


CRITERIA = """\
name: Sales
fields:
  seats: {type: integer, min: 1, max: 500}
  plan: {type: choice, choices: [starter, team]}
stages:
  - {id: lead, name: Lead, checklist: {budget: {text: Budget}}, exit: [EXIT]}
  - {id: talks, name: Talks, entry: [ENTRY]}
  - {id: won, name: Won, kind: won, entry: [WON]}
  - {id: lost, name: Lost, kind: lost, entry: [LOST]}
"""


def impossible(**at: str) -> list[str]:
    text = CRITERIA
    for key in ("EXIT", "ENTRY", "WON", "LOST"):
        text = text.replace(f"[{key}]", f"[{at.get(key, '')}]")
    return [p.message.partition(": ")[2] for p in check(context(DEAL, text)) if p.code == "impossible-criteria"]


@pytest.mark.parametrize(
    "condition",
    [
        "stage = lead", "pipeline = other", "kind = won", "closed_on is set", "outcome is set",
        "competitor = Globex",
        "fields.seats > 500", "fields.seats < 1", "fields.plan = teams", "checklist contains buget",
        "probability > 100%", "forecast = best-case", "rot = rotten",
    ],
)  # fmt: skip
def test_what_no_deal_can_be_is_no_criterion(condition: str) -> None:
    assert impossible(ENTRY=condition) == [f"nothing meets '{condition}'"]


@pytest.mark.parametrize(
    "condition",
    [
        "stage = talks", "pipeline = sales", "kind = open", "closed_on is empty", "outcome is empty",
        "probability > 99%",
        "probability is empty", "fields.seats is empty", "fields.seats = 500", "fields.plan is empty",
        "fields.plan != x",
        "checklist contains budget", "checklist is empty", "forecast = best_case", "rot != dead", "owner = me",
        "old.stage = lead", "old.kind = won", "old.closed_on is set", "old.checklist contains other",
        "value > old.value",
    ],
)  # fmt: skip
def test_what_a_deal_can_be_is_a_criterion(condition: str) -> None:
    assert impossible(ENTRY=condition) == []


def test_what_a_move_writes_is_there_at_the_entry() -> None:
    assert impossible(WON="closed_on is set, kind = won", LOST="outcome = competitor, closed_on is set") == []
    assert impossible(WON="closed_on is empty") == ["nothing meets 'closed_on is empty'"]
    assert impossible(EXIT="closed_on is set, kind = open, stage = lead") == []


def test_criteria_that_cannot_be_judged_are_another_problem() -> None:
    assert impossible(ENTRY="valeu > 5, value > 5, value < 3") == []


def test_a_retired_stage_has_no_entry() -> None:
    text = CRITERIA.replace("name: Talks,", "name: Talks, retired: true,").replace("[ENTRY]", "[kind = won]")
    for key in ("EXIT", "WON", "LOST"):
        text = text.replace(f"[{key}]", "[]")
    assert [p.code for p in check(context(DEAL, text))] == []


def test_a_policy_for_no_change_is_told() -> None:
    settings = f"{SETTINGS}policies: [{{name: p, when: [value > 5, new.value < 3], require: [reason is set]}}]\n"
    assert found(DEAL, PIPELINE, settings) == [("impossible-criteria", 4, 40)]
    settings = f"{SETTINGS}policies: [{{name: p, when: [value > 5, old.value < 3], require: [value < 0]}}]\n"
    assert found(DEAL, PIPELINE, settings) == []


def test_stages_that_come_next_are_there_and_of_use() -> None:
    stages = STAGES.replace("id: lead,", "id: lead, next: [lead, propsal, talks, won],")
    assert judged("won_from: [talks]", stages.replace("name: Talks", "name: Talks, retired: true")) == [
        "no-way-to-win: no deal can be won from the stages that 'won_from' names",
        "useless-move-stage: no deal is won from 'talks': it is retired",
        "useless-move-stage: no deal goes on from 'lead' to 'lead': it is there",
        "unknown-move-stage: there is no stage 'propsal' in sales",
        "useless-move-stage: no deal goes on from 'lead' to 'talks': it is retired",
        "useless-move-stage: no deal goes on from 'lead' to 'won': 'won_from' does not name it",
    ]


def test_a_deal_can_be_won_from_a_stage_after_which_it_can() -> None:
    stages = STAGES
    for stage in ("lead", "proposal", "talks"):
        stages = stages.replace(f"id: {stage},", f"id: {stage}, next: [lead, proposal, talks],")
    stages = stages.replace("id: lead, next: [lead, ", "id: lead, next: [").replace("[lead, proposal, talks]", "[lead]")
    assert [line.split(":")[0] for line in judged("", stages) if "win" in line] == ["no-way-to-win"]
    assert judged("", STAGES.replace("id: talks,", "id: talks, next: [won],")) == []
