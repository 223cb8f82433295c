from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.condition import (
    MAX_DEPTH,
    MAX_LENGTH,
    Comparison,
    FactType,
    Group,
    comparisons,
    depends_on_the_writer,
    faults,
    holds,
    parse_condition,
    parse_conditions,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipecli.core.condition import Condition, Fact

TODAY = date(2026, 11, 23)
TYPES = {
    "value": FactType.NUMBER,
    "owner": FactType.TEXT,
    "source": FactType.TEXT,
    "contacts": FactType.LIST,
    "close": FactType.DAY,
    "probability": FactType.SHARE,
    "age": FactType.SPAN,
    "fields.vip": FactType.FLAG,
}
FACTS: dict[str, Fact] = {
    "value": Decimal(500),
    "new.value": Decimal(500),
    "old.value": Decimal(1000),
    "owner": "sam",
    "contacts": ("jane-doe", "joe"),
    "close": date(2026, 12, 1),
    "probability": Decimal("0.5"),
    "age": timedelta(days=14),
    "fields.vip": True,
}


def is_met(text: object, facts: Mapping[str, Fact] = FACTS) -> bool:
    condition = parse_condition(text)
    assert list(faults(condition, TYPES)) == []
    return holds(condition, facts.get, TYPES, me="sam", today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "value > 0", "value >= 500", "value = 500.00", "value != 1", "value<501", "value <= 500", "value in 1|500",
        "owner = sam", "owner = me", "owner in kim | me", "owner != kim", "owner contains SA", "contacts is set",
        "contacts contains joe", "close > today", "close within next 8d", "close within next 2w", "close = 2026-12-01",
        "probability = 50%", "probability > 0", "age >= 2w", "age < 15d", "fields.vip = true", "source is empty",
        "source  is   empty", "source != referral", "new.value < old.value", "change.value = -50%",
        "change.value in -50%|-20%", "change.value = -500", "close in today|2026-12-01", "value in old.value|500",
        {"not": "value > 900"}, {"any": ["value > 900", "owner = me"]},
        {"all": ["value > 1", {"not": ["owner = kim"]}]},
    ],
    ids=str,
)  # fmt: skip
def test_a_condition_that_holds(text: object) -> None:
    assert is_met(text)


@pytest.mark.parametrize(
    "text",
    [
        "value > 500", "value in 1|2", "owner = kim", "owner contains x", "contacts is empty", "contacts contains jo",
        "close < today", "close within next 7d", "close within last 30d", "age > 14d", "fields.vip = false",
        "source = referral", "source in referral|inbound", "source contains a", "old.value < new.value",
        "change.value < -50%", "change.value > 0", {"not": ["value > 1"]}, {"all": ["value > 1", "owner = kim"]},
        {"any": ["value > 900", "owner = kim"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_condition_that_does_not_hold(text: object) -> None:
    assert not is_met(text)


@pytest.mark.parametrize("operator", ["=", "<", "<=", ">", ">=", "in"])
def test_a_fact_that_is_not_set_meets_no_comparison(operator: str) -> None:
    assert not is_met(f"value {operator} 0", {})


def test_a_fact_that_is_not_set_meets_is_empty_and_unequal() -> None:
    assert is_met("value is empty", {})
    assert is_met("value != 0", {})
    assert is_met("change.value != 0", {"old.value": None, "new.value": Decimal(1)})


def test_no_change_is_relative_to_nothing() -> None:
    assert not is_met("change.value > 10%", {"old.value": Decimal(0), "new.value": Decimal(5)})


@pytest.mark.parametrize(
    "raw",
    [
        "", "value", "value >", "> 5", "value 5", "value is", "value is there", "Value > 5", "value == 5", "value =< 5",
        "close within 90d", "close within next month", "close within next 123456d", "owner = sam and value > 5",
        "value > 0 or owner is set", "x" * (MAX_LENGTH + 1), None, [], {}, 5, {"any": []}, {"all": None},
        {"any": ["value > 1"], "all": ["value > 1"]}, {"some": ["value > 1"]}, {"not": {"not": ["?"]}},
    ],
    ids=lambda raw: repr(raw)[:40],
)  # fmt: skip
def test_what_is_no_condition_is_refused(raw: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- each has its own words
        parse_condition(raw)


def test_a_condition_is_nested_five_deep_at_most() -> None:
    raw: Any = "value > 0"
    for _ in range(MAX_DEPTH):
        raw = {"not": [raw]}
    assert isinstance(parse_condition(raw), Group)
    with pytest.raises(ValueError, match="one comparison"):
        parse_condition({"not": [raw]})


def test_a_list_of_conditions_is_a_list() -> None:
    assert parse_conditions(["value > 0"]) == (Comparison("value", ">", "0"),)
    with pytest.raises(ValueError, match="a list of conditions"):
        parse_conditions("value > 0")


def test_the_text_of_a_condition_is_that_of_its_parts() -> None:
    condition = parse_condition({"any": ["value>0", {"not": ["owner is   set", "source = a b"]}]})
    assert str(condition) == "(value > 0 or not (owner is set and source = a b))"
    assert [str(part) for part in comparisons(condition)] == ["value > 0", "owner is set", "source = a b"]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("valeu > 0", "there is no fact 'valeu'", "did you mean 'value'?"),
        ("owner > 5", "'>' does not apply to owner, a text", "use one of: !=, =, contains, in, is empty, is set"),
        ("contacts = joe", "'=' does not apply to contacts, a list", "use one of: contains, is empty, is set"),
        ("value > much", "value is a number: a number is written like 48000.00, without separators of thousands", ""),
        ("value > 10%", "value is a number: a number is written like 48000.00, without separators of thousands", ""),
        ("value > today", "today cannot be compared with value, a number", ""),
        ("close < me", "me cannot be compared with close, a day", ""),
        ("close in 2026-12-01|soon", "close is a day: a date is written like 2026-11-03", ""),
        ("value < old.owner", "old.owner cannot be compared with value, a number", ""),
        ("value in old.nothing|5", "old.nothing cannot be compared with value, a number", ""),
        ("change.owner = sam", "change.owner is of owner, which is no number", "compare old. with new."),
        ("fields.vip = yes", "fields.vip is a flag: write true or false", ""),
        ("age > 5", "age is a span: a duration is written like 14d, 4h or 3w", ""),
    ],
)
def test_what_can_never_be_judged_is_a_fault(text: str, message: str, hint: str) -> None:
    assert list(faults(parse_condition(text), TYPES)) == [(message, hint)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("owner = me", True), ("owner in kim|me", True), ("new.value < old.value", True), ("change.value < 0", True),
        ("old.owner is set", True), ("value > 0", False), ("close > today", False), ("new.value > 0", False),
    ],
)  # fmt: skip
def test_some_conditions_only_a_change_can_answer(text: str, *, expected: bool) -> None:
    assert depends_on_the_writer(parse_condition(text)) is expected


words = st.sampled_from([
    "value", "owner", "contacts", "close", "age", "fields.vip", "old.value", "new.owner", "change.value", "me",
    "today", "is", "set", "empty", "in", "contains", "within", "next", "last", "90d", "99999w", "5", "-20%",
    "2026-11-03", "true", "=", "!=", "<", ">=", "|", "and", "#", "x" * 200, "\u0663", "", " ", "\n", "change.owner",
    "probability", "change.age",
])  # fmt: skip
texts = st.lists(words, max_size=6).map(" ".join) | st.text(max_size=40)
raws = st.recursive(
    texts | st.none() | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["all", "any", "not", "x"]), inner, max_size=2)
    ),
    max_leaves=8,
)  # fmt: skip


@given(raws)
def test_reading_a_condition_raises_nothing_but_value_errors(raw: object) -> None:
    parsed(raw)


def parsed(raw: object) -> Condition | None:
    try:
        return parse_condition(raw)
    except ValueError:
        return None


def facts_of(kind: FactType) -> st.SearchStrategy[Fact]:
    by_kind: dict[FactType, st.SearchStrategy[Any]] = {
        FactType.TEXT: st.text(max_size=5),
        FactType.LIST: st.lists(st.text(max_size=3), max_size=2).map(tuple),
        FactType.NUMBER: st.decimals(-(10**6), 10**6, places=2),
        FactType.SHARE: st.decimals(0, 1, places=2),
        FactType.DAY: st.dates(date(1900, 1, 1), date(2199, 12, 31)),
        FactType.SPAN: st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
        FactType.FLAG: st.booleans(),
    }
    return st.none() | by_kind[kind]


comparable = st.builds(
    "{}{} {} {}".format,
    st.sampled_from(["", "old.", "new.", "change."]),
    st.sampled_from(sorted(TYPES)),
    st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "in", "contains", "within", "is"]),
    st.sampled_from([
        "set", "empty", "5", "-20%", "50%", "sam", "me", "today", "2026-11-03", "14d", "true", "next 90d", "5|6",
        "last 99999w", "-20%|3", "me|kim", "today|2026-11-03", "old.value", "new.owner", "old.close|today",
        "change.value",
    ]),
)  # fmt: skip


@given(comparable | texts, st.fixed_dictionaries({name: facts_of(kind) for name, kind in TYPES.items()}), st.booleans())
def test_what_has_no_fault_can_be_judged(text: str, facts: dict[str, Fact], is_new: bool) -> None:
    condition = parsed(text)
    if condition is not None and not list(faults(condition, TYPES)):

        def find(name: str) -> Fact:
            head, _, rest = name.partition(".")
            return facts.get(rest if head in ("old", "new") else name) if not (is_new and head == "old") else None

        assert holds(condition, find, TYPES, me="sam", today=TODAY) in (True, False)
