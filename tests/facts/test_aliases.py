"""A stage's alias means the stage, in conditions as in files."""

from __future__ import annotations

import pytest
from contexts import DEAL, PIPELINE, SETTINGS, context

from pipecli.core.condition import parse_condition
from pipecli.edits.gates import refusals
from pipecli.edits.step import Step
from pipecli.facts.aliases import unaliased
from pipecli.facts.registry import lookup
from pipecli.facts.where import conditions, meeting


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("stage = offer", "stage = proposal"), ("stage != offer", "stage != proposal"),
        ("new.stage in lead|offer", "new.stage in lead|proposal"), ("old.stage = offer", "old.stage = proposal"),
        ("stage = nowhere", "stage = nowhere"), ("owner = offer", "owner = offer"), ("stage is set", "stage is set"),
        ("stage contains offer", "stage contains offer"),
    ],
)  # fmt: skip
def test_the_present_ids_take_the_place_of_aliases(written: str, meant: str) -> None:
    pipeline = context().workspace.pipelines["sales"]
    assert str(unaliased(parse_condition(written), pipeline)) == meant
    assert str(unaliased(parse_condition({"not": [written]}), pipeline)) == f"not ({meant})"
    assert str(unaliased(parse_condition(written), None)) == written


@pytest.mark.parametrize("where", ["stage = offer", "stage = proposal", "stage in offer|talks"])
@pytest.mark.parametrize("stage", ["offer", "proposal"])
def test_a_deal_is_found_by_either_word_whichever_its_file_says(where: str, stage: str) -> None:
    facts = context(DEAL.replace("lead", stage))
    assert lookup(facts.workspace.deals["acme"], facts)("stage") == "proposal"
    assert [d.id for d in meeting(facts.workspace.deals.values(), conditions([where], facts), facts, "")] == ["acme"]


def test_an_alias_is_one_of_its_own_pipeline_only() -> None:
    other = PIPELINE.replace("aliases: [offer]", "aliases: [quote]").replace("id: talks", "id: offer")
    deals = {
        "deals__b": DEAL.replace("lead", "offer").replace("sales", "other"),
        "deals__c": DEAL.replace("lead", "proposal"),
    }
    facts = context(DEAL, PIPELINE, pipelines__other=other, **deals)
    found = meeting(facts.workspace.deals.values(), conditions(["stage = offer"], facts), facts, "")
    assert [deal.id for deal in found] == ["b", "c"]


def test_a_policy_that_names_an_alias_guards_the_stage() -> None:
    settings = f"{SETTINGS}policies:\n  - {{name: p, when: [new.stage = offer], require: [owner is set]}}\n"
    facts = context(DEAL, PIPELINE, settings, deals__new=DEAL.replace("lead", "proposal"))
    pipeline = facts.workspace.pipelines["sales"]
    old, new = facts.workspace.deals["acme"], facts.workspace.deals["new"]
    step = Step(old, new, pipeline, pipeline.stage("lead"), pipeline.stages[1])
    assert [problem.code for problem in refusals(step, facts)] == ["gate-policy"]
