from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from contexts import DEAL, PIPELINE, SEEN, SETTINGS, ZONE, context

from pipecli.core.problem import PipeError
from pipecli.edits.assignment import read
from pipecli.edits.change import Intent, plan

if TYPE_CHECKING:
    from pipecli.edits.plan import Plan
    from pipecli.facts.derived import Context

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
POLICY = f"{SETTINGS}policies: [{{name: p, when: [new.value < old.value], require: [reason is set, owner = me]}}]\n"


def given(*words: str, facts: Context | None = None, stage: str | None = None, **wanted: Any) -> Plan:  # noqa: ANN401 -- an intent's
    facts = facts or context()
    deals = wanted.pop("deals", ["acme"])
    sets = [read(word, SEEN) for word in words]
    return plan(facts.workspace, facts, Intent(deals=dict.fromkeys(deals, stage), sets=sets, now=NOW, **wanted))


def test_values_are_one_edit_that_says_what_it_does() -> None:
    result = given("value=5", "owner=sam", "tags+=big")
    assert result.edits[0].content.decode() == f"{DEAL}\nvalue: 5\n\nowner: sam\n\ntags: [big]\n"
    assert result.edits[0].summary == "value (not set) -> 5, owner (not set) -> sam, tags + big"
    assert (result.subject, result.moved, result.refusals) == ("Set value, owner and tags of acme", (), ())


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        (["value=5"], "Set value of acme"),
        (["next_step.do=x", "next_step.due=today"], "Set next_step of acme"),
        (["checklist.a=today", "fields.b=x"], "Set checklist.a and fields.b of acme"),
        (["title="], "Remove title of acme"),
    ],
)
def test_the_subject_names_what_is_set(words: list[str], subject: str) -> None:
    assert given(*words).subject == subject


def test_what_is_so_already_is_told_and_left() -> None:
    facts = context(f"{DEAL}value: 5\n", deals__birch=DEAL)
    result = given("value=5", facts=facts, deals=["acme", "birch"])
    assert result.already == ("acme already has value 5",)
    assert [edit.path for edit in result.edits] == ["deals/birch.yaml"]
    assert result.subject == "Set value of birch"
    assert given("value=5", "source=", "tags-=x", facts=facts).already == (
        "acme already has value 5 and no source and no x in tags",
    )


def test_later_values_see_the_earlier_ones() -> None:
    facts = context(f"{DEAL}tags: [a]\n")
    assert given("tags=", "tags+=b", facts=facts).edits[0].content.decode().endswith("tags: [b]\n")


@pytest.mark.parametrize("words", [["tags=", "tags+=a"], ["tags+=b", "tags-=b"], ["tags-=a", "tags+=a"]])
def test_values_that_come_to_what_is_there_change_nothing(words: list[str]) -> None:
    result = given(*words, facts=context(f"{DEAL}tags: [a]\n"))
    assert (result.edits, result.subject, result.already) == ((), "", ("acme has these values already",))


def test_policies_are_asked_and_the_gates_of_a_move_are_not() -> None:
    pipeline = PIPELINE.replace("id: lead,", "id: lead, entry: [source is set], exit: [source is set], retired: true,")
    facts = context(f"{DEAL}value: 5\n", pipeline, POLICY)
    assert [problem.code for problem in given("value=4", facts=facts).refusals] == [
        "gate-policy", "gate-policy", "retired-stage",
    ]  # fmt: skip
    facts = context(f"{DEAL}value: 5\nowner: sam\n", PIPELINE, POLICY)
    assert given("value=6", facts=facts).refusals == ()
    assert given("value=4", facts=facts, reason="x", me="sam").refusals == ()
    assert given("value=4", facts=facts, force="x").refusals == ()


def test_a_result_that_is_wrong_is_refused_with_every_reason_and_cannot_be_forced() -> None:
    facts = context(deals__birch=DEAL)
    result = given("company=nowhere", "created=2027-01-01", facts=facts, deals=["acme", "birch"], force="x")
    codes = ["unknown-company", "date-in-future"]
    assert [problem.code for problem in result.refusals] == [*codes, *codes]
    assert [problem.path for problem in result.refusals] == ["deals/acme.yaml"] * 2 + ["deals/birch.yaml"] * 2


@pytest.mark.parametrize(
    ("word", "message"),
    [("title=", "the key 'title' is missing"), ("hold.until=+3d", "hold: the key 'reason' is missing")],
)
def test_a_deal_that_would_lack_a_key_is_refused(word: str, message: str) -> None:
    assert [problem.message for problem in given(word).refusals] == [message]


def test_a_deal_in_a_stage_that_is_not_there_is_refused_and_not_judged() -> None:
    facts = context(DEAL.replace("lead", "nowhere"), PIPELINE, POLICY)
    assert [problem.code for problem in given("value=4", facts=facts).refusals] == ["unknown-stage"]


def test_a_move_takes_values_along_in_one_edit() -> None:
    result = given("hold.until=+2w", "hold.reason=Fair", stage="delayed")
    assert result.edits[0].content.decode() == (
        DEAL.replace("lead", "delayed") + "stage_since: 2026-11-23\nhold:\n  until: 2026-12-07\n  reason: Fair\n"
    )
    assert result.subject == "Move acme to delayed"
    assert result.edits[0].summary.startswith("lead -> delayed, hold.until (not set) -> 2026-12-07")


def test_a_deal_that_is_there_already_gets_its_values_all_the_same() -> None:
    result = given("value=5", stage="lead")
    assert (result.moved, result.already, result.subject) == ((), (), "Set value of acme")


def test_a_broken_file_is_not_touched() -> None:
    with pytest.raises(PipeError, match="the file of acme cannot be read"):
        given("value=5", facts=context("title: x\n"))


def test_all_that_stands_in_the_file_stays_as_it_is() -> None:
    before = "# the biggest\n'title': \"x\"   # so called\npipeline:   sales\nstage: lead\n# money\nvalue: 1e5\n"
    facts = context(before.replace("1e5", "5"))
    after = given("value=6", facts=facts).edits[0].content.decode()
    assert after == before.replace("1e5", "6")
