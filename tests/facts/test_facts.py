from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from contexts import DEAL, PIPELINE, SETTINGS, TODAY, context

from pipecli.core.condition import FactType
from pipecli.core.promise import Promise
from pipecli.facts.registry import FACTS, TYPES, lookup, types

FULL = f"""{DEAL}stage_since: 2026-11-02T23:30Z
value: 1000.00
owner: sam
contacts: [jane-doe, joe]
created: 2026-10-24
expected_close: 2026-12-01
next_step: {{do: Call, due: 2026-11-25}}
checklist: {{budget: 2026-11-20}}
fields: {{seats: 12, start: 2027-01-01, vip: true, odd: x}}
activities:
  - {{at: 2026-11-03T23:30Z, kind: call, outcome: reached}}
  - {{at: 2026-11-10T09:00Z, kind: email, direction: out}}
  - {{at: 2026-11-12T09:00Z, kind: note}}
"""
FIELDS = f"{PIPELINE}fields: {{seats: {{type: integer}}, start: {{type: date}}, vip: {{type: flag}}}}\n"


def fact(name: str, deal: str = FULL, pipeline: str = FIELDS, settings: str = SETTINGS) -> object:
    facts = context(deal, pipeline, settings)
    return lookup(facts.workspace.deals["acme"], facts)(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("id", "acme"), ("title", "Annual renewal"), ("stage", "lead"), ("kind", "open"), ("currency", "EUR"),
        ("stage_since", date(2026, 11, 3)), ("stage_age", timedelta(days=20)), ("age", timedelta(days=30)),
        ("value", Decimal("1000.00")), ("probability", Decimal("0.1")), ("weighted", Decimal(100)),
        ("forecast", "pipeline"), ("owner", "sam"), ("contacts", ("jane-doe", "joe")), ("checklist", ("budget",)),
        ("next_step", "Call"), ("next_due", date(2026, 11, 25)), ("days_to_close", timedelta(days=8)),
        ("last_activity", date(2026, 11, 10)), ("last_reply", date(2026, 11, 4)), ("rot", "fresh"),
        ("fields.seats", Decimal(12)), ("fields.start", date(2027, 1, 1)), ("fields.vip", True), ("fields.odd", "x"),
        ("fields.none", None), ("source", None), ("reason", None), ("hold", None), ("outcome", None), ("nothing", None),
        ("old.value", None), ("new.value", Decimal("1000.00")),
    ],
)  # fmt: skip
def test_a_fact_of_a_deal(name: str, expected: object) -> None:
    assert fact(name) == expected


def test_every_fact_has_a_value_of_its_type_or_none() -> None:
    kinds = {
        FactType.TEXT: str, FactType.LIST: tuple, FactType.NUMBER: Decimal, FactType.SHARE: Decimal, FactType.DAY: date,
        FactType.SPAN: timedelta, FactType.FLAG: bool,
    }  # fmt: skip
    for name, kind in TYPES.items():
        assert isinstance(fact(name), kinds[kind] | None), name


def test_nothing_is_known_of_the_smallest_deal_but_what_follows_from_its_stage() -> None:
    known = {name for name in FACTS if fact(name, DEAL) not in (None, ())}
    assert known == {"id", "title", "pipeline", "stage", "currency", "kind", "probability", "forecast", "rot"}


def test_a_deal_of_an_unknown_pipeline_has_facts_too() -> None:
    deal = FULL.replace("pipeline: sales", "pipeline: other")
    assert fact("kind", deal) is None
    assert fact("probability", deal) is None
    assert fact("rot", deal) is None
    assert fact("fields.seats", deal) == "12"


@pytest.mark.parametrize(
    ("stage", "own", "share"),
    [("lead", "", "0.1"), ("lead", "probability: 0\n", "0"), ("won", "probability: 20%\n", "1"), ("lost", "", "0")],
)
def test_the_probability_is_the_deals_own_or_the_stages_and_closed_deals_are_sure(
    stage: str, own: str, share: str
) -> None:
    assert fact("probability", DEAL.replace("lead", stage) + own) == Decimal(share)


def test_the_weighted_value_needs_a_value_and_a_probability() -> None:
    assert fact("weighted", DEAL) is None
    assert fact("weighted", f"{DEAL}value: 5\n".replace("lead", "talks")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("created: 2026-11-20\n", "fresh"),
        ("created: 2026-11-09\n", "rotting"),
        ("created: 2026-11-10\n", "fresh"),
        ("created: 2026-09-24\n", "dead"),
        ("created: 2026-09-25\n", "rotting"),
        ("created: 2026-01-01\nactivities: [{at: 2026-11-22T09:00Z, kind: email, direction: in}]\n", "fresh"),
        ("created: 2026-01-01\nactivities: [{at: 2026-11-22T09:00Z, kind: email, direction: out}]\n", "dead"),
        ("created: 2026-01-01\nhold: {until: 2026-11-24, reason: x}\n", "fresh"),
        ("created: 2026-01-01\nhold: {until: 2026-11-23, reason: x}\n", "dead"),
        ("", "fresh"),
    ],
)
def test_a_deal_rots_by_the_clock_of_its_stage(text: str, expected: str) -> None:
    assert fact("rot", DEAL + text, PIPELINE) == expected


@pytest.mark.parametrize(
    ("clock", "expected"), [("stage", "rotting"), ("created", "fresh"), ("update", "fresh"), ("activity", "fresh")]
)
def test_each_clock_counts_from_its_day(clock: str, expected: str) -> None:
    pipeline = PIPELINE.replace("{after: 14d}", f"{{after: 14d, clock: {clock}}}")
    facts = replace(
        context(f"{DEAL}stage_since: 2026-11-01\ncreated: 2026-11-15\n", pipeline), updated={"acme": date(2026, 11, 20)}
    )
    assert lookup(facts.workspace.deals["acme"], facts)("rot") == expected


def test_only_open_deals_rot() -> None:
    assert fact("rot", f"{DEAL}created: 2026-01-01\n".replace("lead", "delayed")) is None


def test_the_entry_from_the_history_goes_before_the_one_in_the_file() -> None:
    facts = replace(context(FULL), entered={"acme": date(2026, 11, 22)})
    assert lookup(facts.workspace.deals["acme"], facts)("stage_age") == timedelta(days=1)
    assert facts.today == TODAY


def test_the_reason_of_a_move_goes_before_that_of_the_outcome_and_is_not_the_old_deals() -> None:
    facts = replace(context(DEAL.replace("lead", "lost") + "outcome: {reason: price}\n"), reason="timing")
    deal = facts.workspace.deals["acme"]
    find = lookup(deal, facts, old=deal)
    assert (find("reason"), find("new.reason"), find("old.reason")) == ("timing", "timing", "price")


def test_the_types_of_several_pipelines_are_those_of_all() -> None:
    facts = context(DEAL, FIELDS)
    sales = facts.workspace.pipelines["sales"]
    assert types() is types(None) is TYPES
    assert types(sales, None)["fields.seats"] is FactType.NUMBER


@pytest.mark.parametrize(
    ("told", "close", "number"),
    [
        ([], "2026-12-01", None),
        ([("2026-10-01", "Sam", "2026-11-01")], "2026-11-01", 0),
        ([("2026-10-01", "Sam", "2026-11-01")], "2026-12-01", 1),
        ([("2026-10-01", "Sam", "2026-11-01")], "2026-10-20", 0),
        ([("2026-10-01", "Sam", "2026-11-01"), ("2026-10-02", "Sam", "2026-12-01")], "2027-01-01", 2),
        ([("2026-10-01", "Sam", "2026-11-01"), ("2026-10-01", "Sam", "2026-12-01")], "2026-12-01", 0),
        ([("2026-10-01", "Sam", "2026-11-01"), ("2026-10-01", "Kim", "2026-12-01")], "2026-12-01", 1),
        ([("2026-10-01", "Sam", "2026-11-01"), ("2026-10-02", "Sam", None)], "2026-10-15", 0),
        ([("2026-10-01", "Sam", "2026-11-01"), ("2026-10-02", "Sam", None)], "2026-11-15", 1),
        ([("2026-10-01", "Sam", "2026-11-01"), ("2026-11-23", "Sam", "2026-12-01")], "2027-01-01", 1),
        ([("2026-10-01", "Sam", "2026-11-01"), ("2026-11-23", "Kim", "2026-12-01")], "2027-01-01", 2),
        ([("2026-10-01", "Sam", "2026-12-01"), ("2026-11-23", "Sam", "2027-12-01")], "2026-11-01", 0),
    ],
)
def test_a_push_is_a_later_day_and_those_of_one_person_on_one_day_are_one(
    told: list[tuple[str, str, str | None]], close: str, number: int | None
) -> None:
    promises = [
        Promise(datetime.fromisoformat(f"{on}T12:00+00:00"), by, date.fromisoformat(day) if day else None)
        for on, by, day in told
    ]
    facts = context(f"{DEAL}expected_close: {close}\n")
    known = replace(facts, promises={"acme": promises} if promises else {}, author=lambda: "Sam")
    assert FACTS["pushes"].value(facts.workspace.deals["acme"], known) == number
