from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from contexts import DEAL, PIPELINE, SETTINGS, ZONE, context
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.value import ID
from pipecli.edits.new import ALPHABET, NewDeal, plan, slug

if TYPE_CHECKING:
    from pipecli.edits.plan import Plan

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
OTHER = "name: Other\nstages: [{id: won, name: Won, kind: won}]\n"


def planned(
    title: str = "More seats",
    pipeline: str = PIPELINE,
    files: dict[str, str] | None = None,
    **wanted: Any,  # noqa: ANN401 -- a new deal's
) -> Plan:
    facts = context(DEAL, pipeline, SETTINGS, **(files or {}))
    return plan(facts.workspace, facts, NewDeal(title=title, ending="k7m2", now=NOW, **wanted))


def test_a_new_deal_begins_in_the_first_open_stage() -> None:
    result = planned()
    (edit,) = result.edits
    assert (edit.path, edit.before, edit.summary) == ("deals/2026-11/more-seats-k7m2.yaml", None, "new in lead")
    assert (
        edit.content.decode()
        == "title: More seats\npipeline: sales\n\nstage: lead\nstage_since: 2026-11-23\n\ncreated: 2026-11-23\n"
    )
    assert [(m.deal, m.source, m.target, m.at) for m in result.moved] == [("more-seats-k7m2", "new", "sales/lead", NOW)]
    assert result.refusals == ()


def test_all_that_is_told_is_written_and_read_back() -> None:
    result = planned(
        "No: #1", stage="proposal", value=Decimal("48000.00"), source="null", tags=["a, b"], fields={"seats": "12"},
        expected_close=date(2026, 12, 31), pipeline=PIPELINE + "fields: {seats: {type: integer}}\n",
    )  # fmt: skip
    assert result.refusals == ()
    assert result.edits[0].content.decode().splitlines()[-10:] == [
        "value: 48000.00", "currency: EUR", "", "source: 'null'", "created: 2026-11-23", "expected_close: 2026-12-31",
        "", "tags: ['a, b']", "fields:", "  seats: 12",
    ]  # fmt: skip


def test_a_deal_that_is_won_at_once_is_closed_today() -> None:
    assert b"stage: won\nstage_since: 2026-11-23\nclosed_on: 2026-11-23\n" in planned(stage="won").edits[0].content


def test_it_begins_where_the_pipeline_says() -> None:
    pipeline = f"{PIPELINE}moves: {{create_in: [offer]}}\n"
    assert planned(pipeline=pipeline).moved[0].target == "sales/proposal"
    assert planned(pipeline=pipeline, stage="proposal").refusals == ()
    assert [p.code for p in planned(pipeline=pipeline, stage="lead").refusals] == ["gate-create"]
    assert planned(pipeline=pipeline, stage="lead", force="x").refusals == ()


def test_entry_criteria_and_reasons_are_asked_of_a_new_deal() -> None:
    pipeline = PIPELINE.replace("id: lead,", "id: lead, entry: [source is set],")
    assert [p.code for p in planned(pipeline=pipeline).refusals] == ["gate-entry"]
    assert planned(pipeline=pipeline, source="x").refusals == ()
    assert [p.code for p in planned(stage="lost").refusals] == ["gate-reason"]


def test_errors_that_the_deal_would_have_are_reasons_against_it() -> None:
    assert [p.code for p in planned(company="globex", fields={"seats": "1"}, force="x").refusals] == [
        "unknown-company",
        "unknown-field",
    ]


@pytest.mark.parametrize("name", ["../x", "a/b", "A", "", "x" * 64, "a.b", "-a"])
def test_an_id_of_choice_is_an_id(name: str) -> None:
    if name:
        with pytest.raises(PipeError, match="cannot be an id") as caught:
            planned(name=name)
        assert caught.value.code is ExitCode.USAGE
    else:
        assert planned(name=name).moved[0].deal == "more-seats-k7m2"


@pytest.mark.parametrize(("name", "code"), [("con", "reserved-id"), ("acme", "duplicate-id")])
def test_an_id_of_choice_is_free(name: str, code: str) -> None:
    with pytest.raises(PipeError, match="the deal cannot be added") as caught:
        planned(name=name)
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"title": ""}, "the title is blank"),
        ({"files": {"pipelines__other": OTHER}}, "which pipeline"),
        ({"files": {"pipelines__other": OTHER}, "pipeline": PIPELINE}, "which pipeline"),
        ({"stage": "nowhere"}, "there is no stage 'nowhere'"),
        ({"pipeline": OTHER}, "sales has no open stage"),
    ],
)
def test_what_is_left_open_or_unknown_is_asked(wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(PipeError, match=message) as caught:
        planned(**wanted)
    assert caught.value.code is ExitCode.USAGE
    assert caught.value.hint


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Annual platform renewal", "annual-platform-renewal"),
        ("Größe & Co", "grosse-co"),
        ("  --More!!  seats--", "more-seats"),
        ("東京", "deal"),
        ("x" * 60, "x" * 40),
        ("Ünïcode №5", "unicode-no5"),
    ],
)
def test_a_title_becomes_the_beginning_of_an_id(title: str, expected: str) -> None:
    assert slug(title) == expected


@given(st.text(max_size=80))
def test_every_title_becomes_an_id(title: str) -> None:
    assert ID.fullmatch(f"{slug(title)}-{ALPHABET[:4]}")


def test_where_there_is_a_schema_the_file_names_it_from_its_folder() -> None:
    edit = planned(schema=True).edits[0]
    first, rest = edit.content.decode().split("\n", 1)
    assert first == "# yaml-language-server: $schema=../../.pipe/schema/deal.json"
    assert edit.path.count("/") == 2
    assert rest.encode() == planned().edits[0].after
