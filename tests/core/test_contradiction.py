"""Which conditions exclude each other; by hand, and against every value that one can think of."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipecli.core.condition import Fact, FactType, holds, parse_conditions
from pipecli.core.contradiction import contradiction

if TYPE_CHECKING:
    from random import Random

KINDS = {
    "value": FactType.NUMBER, "created": FactType.DAY, "age": FactType.SPAN, "probability": FactType.SHARE,
    "owner": FactType.TEXT, "kind": FactType.TEXT, "tags": FactType.LIST, "checklist": FactType.LIST,
    "fields.vip": FactType.FLAG,
}  # fmt: skip
WORDS = {"kind": ["open", "won"], "checklist": ["budget", "decision"]}

EXCLUDING: list[tuple[list[Any], tuple[int, ...]]] = [
    (["value > 5", "value < 3"], (0, 1)),
    (["value > 5", "owner is set", "value <= 5"], (0, 2)),
    (["value > 5", "value is empty"], (0, 1)),
    (["value = 5", "value != 5"], (0, 1)),
    (["value in 1|2", "value > 2"], (0, 1)),
    (["value in 1|2", "value != 1", "value != 2"], (0, 1, 2)),
    (["value >= 5", "value <= 5", "value != 5"], (0, 1, 2)),
    (["new.value > 5", "value < 5"], (0, 1)),
    (["old.value > 5", "old.value < 5"], (0, 1)),
    (["owner is set", "owner is empty"], (0, 1)),
    (["owner = me", "owner is empty"], (0, 1)),
    (["owner = sam", "owner = kim"], (0, 1)),
    (["owner contains sam", "owner = kim"], (0, 1)),
    (["created within last 30d", "created is empty"], (0, 1)),
    (["created > 2026-11-03", "created < 2026-11-04"], (0, 1)),
    (["created = 2026-11-03", "created in 2026-11-04|2026-11-05"], (0, 1)),
    (["age > 14d", "age < 2w"], (0, 1)),
    (["probability > 50%", "probability < 50%"], (0, 1)),
    (["tags is empty", "tags contains vip"], (0, 1)),
    (["tags contains vip", {"not": "tags contains vip"}], (0, 1)),
    (["fields.vip = true", "fields.vip = false"], (0, 1)),
    (["fields.vip != true", "fields.vip != false", "fields.vip is set"], (0, 1, 2)),
    (["kind = lost"], (0,)),
    (["kind in opne|lost"], (0,)),
    (["checklist contains buget"], (0,)),
    ([{"all": ["value > 5", "value < 3"]}], (0,)),
    ([{"all": ["value > 5", "owner is set"]}, {"all": ["value < 3", "owner is set"]}], (0, 1)),
    ([{"not": "value > 5"}, {"not": "value <= 5"}, "value is set"], (0, 1, 2)),
    ([{"not": ["value > 5", "owner = sam"]}, "value = 6", "owner = sam"], (0, 1, 2)),
    (["value > 5", {"any": ["value < 3", "value < 4"]}], (0, 1)),
    (["value > 5", "owner is empty", {"any": ["value < 3", "owner = sam"]}], (0, 1, 2)),
]

TOGETHER: list[list[Any]] = [
    [],
    ["value > 3", "value < 5"],
    ["value > 4", "value < 5"],
    ["value >= 5", "value <= 5"],
    ["value != 5", "value is empty"],
    ["value > 5", "change.value < 3"],
    ["value > 5", "old.value < 3"],
    ["value > old.value", "value < 3"],
    ["value != old.value", "value is empty"],
    ["owner != sam", "owner != kim", "owner is set"],
    ["owner contains a", "owner contains b", "owner != ab", {"not": "owner contains a b"}],
    ["owner contains sam", "owner != sam"],
    ["owner contains SAM", "owner = sam"],
    ["created > 2026-11-03", "created < 2026-11-05"],
    ["created within next 30d", "created > 2027-11-03"],
    ["created within next 30d", "created within last 30d"],
    ["created < today", "created > 2199-11-03"],
    ["tags contains a", "tags contains b", {"not": "tags contains c"}],
    ["tags is empty", {"not": "tags contains c"}],
    [f"tags contains {letter}" for letter in "abcdefghij"],
    ["value < 0", *(f"value > {number}" for number in range(10_000))],
    ["kind != open"],
    ["kind != open", "kind != won"],
    ["checklist contains budget", "checklist contains decision"],
    [{"any": ["value > 5", "value < 3"]}, "value is set"],
    ["value > 5", {"any": ["value < 3", "owner = sam"]}],
    [{"not": ["value > 5", "value <= 5"]}, "value is set"],
    [{"not": "value > 5"}, {"not": "value <= 5"}],
    [{"not": ["value > 5", "owner = sam"]}, "value = 6"],
    [{"not": {"all": ["value > 5", "owner = sam"]}}, "value > 5"],
    [{"any": ["value < old.value", "value > 5"]}, "value < 3"],
]  # fmt: skip


@pytest.mark.parametrize(("written", "places"), EXCLUDING, ids=str)
def test_what_excludes_each_other_is_found_with_as_few_as_possible(written: list[Any], places: tuple[int, ...]) -> None:
    assert contradiction(parse_conditions(written), KINDS, words=WORDS) == places


@pytest.mark.parametrize("written", TOGETHER, ids=str)
def test_what_may_hold_together_is_none(written: list[Any]) -> None:
    assert contradiction(parse_conditions(written), KINDS, words=WORDS) == ()


def test_what_is_given_is_never_named() -> None:
    (given_here,) = parse_conditions(["value > 5"])
    wanted = parse_conditions(["owner is set", "value < 3"])
    assert contradiction(wanted, KINDS, given=[given_here]) == (1,)


NUMBERS = st.sampled_from(["0", "1", "1.5", "2", "-3"])
DAYS = st.sampled_from(["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-09"])
TEXTS = st.sampled_from(["a", "b", "ab", "a b", "B"])
STATES = st.sampled_from(["is set", "is empty"])


def compared(name: str, operands: st.SearchStrategy[str], operators: list[str]) -> st.SearchStrategy[Any]:
    listed = st.lists(operands, min_size=1, max_size=3).map("|".join)
    return st.one_of(
        st.tuples(st.sampled_from(operators), operands).map(lambda pair: f"{name} {pair[0]} {pair[1]}"),
        *([listed.map(lambda words: f"{name} in {words}")] if "=" in operators else []),
        STATES.map(lambda state: f"{name} {state}"),
    )


COMPARISONS = st.one_of(
    compared("value", NUMBERS, ["=", "!=", "<", "<=", ">", ">="]),
    compared("created", DAYS, ["=", "!=", "<", "<=", ">", ">="]),
    compared("owner", TEXTS, ["=", "!=", "contains"]),
    compared("tags", TEXTS, ["contains"]),
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.tuples(st.sampled_from(["all", "any", "not"]), st.lists(inner, min_size=1, max_size=3)).map(
        lambda pair: {pair[0]: pair[1]}
    ),
    max_leaves=4,
)
VALUES: dict[str, list[Fact]] = {
    "value": [None, *(Decimal(n) / 4 for n in range(-16, 13))],
    "created": [None, *(date(2026, 10, 30) + timedelta(days=n) for n in range(14))],
    "owner": [None, "a", "b", "ab", "a b", "b a", "B", "ba", "abc", "c"],
    "tags": [(), ("a",), ("b",), ("a", "b"), ("ab", "a b", "B"), ("a", "b", "ab", "a b", "B")],
}


@given(st.lists(CONDITIONS, max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_no_deal_meets_what_is_said_to_exclude_each_other(written: list[Any], random: Random) -> None:
    conditions = parse_conditions(written)
    named = [conditions[at] for at in contradiction(conditions, KINDS)]
    for _ in range(60 if named else 0):
        deal = {name: random.choice(values) for name, values in VALUES.items()}
        assert not all(holds(one, deal.__getitem__, KINDS, me="", today=date.min) for one in named)


@given(st.lists(COMPARISONS, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_plain_comparisons_that_no_value_meets_are_always_found(written: list[Any]) -> None:
    conditions = parse_conditions(written)

    def possible(name: str) -> bool:
        of_it = [one for one in conditions if getattr(one, "field", "") == name]
        many = [*VALUES[name], "z a b", "aB", "bAb a b"] if name == "owner" else VALUES[name]
        return any(
            all(holds(one, lambda _, v=value: v, KINDS, me="", today=date.min) for one in of_it)  # type: ignore[misc]  # mypy types no lambda's default
            for value in many
        )

    assert bool(contradiction(conditions, KINDS)) == (not all(map(possible, VALUES)))
