"""The order of deals: what is absent stands last, and money of two currencies is never compared."""

from __future__ import annotations

import pytest
from contexts import DEAL, PIPELINE, context

from pipecli.facts.sort import Key, keys, not_compared, ordered

FIELDS = f"{PIPELINE}fields: {{seats: {{type: integer}}}}\n"


def order(by: str, pipeline: str = FIELDS, **deals: str) -> list[str]:
    facts = context(DEAL, pipeline, **{f"deals__{name}": DEAL + more for name, more in deals.items()})
    found = [deal for deal in facts.workspace.deals.values() if deal.id != "acme"]
    return [deal.id for deal in ordered(found, keys(by), facts)]


def test_keys_are_read_one_after_another_with_their_direction() -> None:
    assert keys("owner, -value", "- title") == (Key("owner"), Key("value", falling=True), Key("title", falling=True))
    assert keys("", ",") == ()


@pytest.mark.parametrize(("by", "expected"), [("value", ["b", "a", "c"]), ("-value", ["a", "b", "c"])])
def test_what_is_absent_stands_last_either_way(by: str, expected: list[str]) -> None:
    assert order(by, a="value: 20\n", b="value: 3\n", c="") == expected


@pytest.mark.parametrize(
    ("by", "expected"), [("value", ["b", "a", "d", "c", "e"]), ("-value", ["a", "b", "c", "d", "e"])]
)
def test_amounts_are_compared_within_a_currency_the_own_one_first(by: str, expected: list[str]) -> None:
    money = {"a": "value: 5\n", "b": "value: 1\n", "c": "value: 9\ncurrency: CHF\n", "d": "value: 2\ncurrency: CHF\n"}
    assert order(by, **money, e="currency: CHF\n") == expected


def test_the_currencies_that_are_not_compared_are_named_where_amounts_order() -> None:
    facts = context(f"{DEAL}value: 1\n", deals__b=f"{DEAL}value: 2\ncurrency: CHF\n", deals__c=f"{DEAL}currency: USD\n")
    deals = list(facts.workspace.deals.values())
    assert not_compared(deals, keys("-value"), facts) == ["CHF", "EUR"]
    assert not_compared(deals, keys("title"), facts) == []
    assert not_compared(deals[:1], keys("value"), facts) == []


def test_equal_deals_are_in_the_order_of_the_next_key_and_last_of_their_ids() -> None:
    deals = {"c": "owner: kim\n", "b": "owner: kim\n", "a": "owner: sam\nvalue: 1\n", "d": "owner: kim\nvalue: 1\n"}
    assert order("owner, value", **deals) == ["d", "b", "c", "a"]
    assert order("-owner", **deals) == ["a", "b", "c", "d"]


def test_stages_are_in_the_order_of_their_pipeline_whatever_alias_a_file_says() -> None:
    late, alias = DEAL.replace("lead", "talks"), DEAL.replace("lead", "offer")
    facts = context(DEAL, deals__a=late, deals__b=alias)
    found = [deal.id for deal in ordered(facts.workspace.deals.values(), keys("stage"), facts)]
    assert found == ["acme", "b", "a"]


def test_words_with_an_order_of_their_own_keep_it() -> None:
    facts = context(DEAL, deals__a=DEAL.replace("lead", "won"), deals__b=DEAL.replace("lead", "delayed"))
    assert [deal.id for deal in ordered(facts.workspace.deals.values(), keys("kind"), facts)] == ["acme", "b", "a"]


def test_texts_are_ordered_without_regard_to_case_and_equal_ones_stay_together() -> None:
    deals = {"a": "source: ads\n", "b": "source: Ads\n", "c": "source: ads\n", "d": "source: Zoo\n"}
    assert order("source", **deals) == ["b", "a", "c", "d"]


def test_lists_and_own_fields_order_too() -> None:
    assert order("tags", a="tags: [b]\n", b="tags: [a, c]\n", c="") == ["b", "a", "c"]
    assert order("fields.seats", a="fields: {seats: 9}\n", b="fields: {seats: 10}\n") == ["a", "b"]


def test_fields_that_pipelines_type_differently_are_not_compared() -> None:
    other = PIPELINE + "fields: {seats: {type: text}}\n"
    number, text = f"{DEAL}fields: {{seats: 9}}\n", f"{DEAL}fields: {{seats: many}}\n".replace("sales", "other")
    facts = context(DEAL, FIELDS, pipelines__other=other, deals__a=number, deals__b=text)
    found = ordered(facts.workspace.deals.values(), keys("fields.seats"), facts)
    assert [deal.id for deal in found] == ["a", "b", "acme"]
