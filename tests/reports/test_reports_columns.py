"""Columns of any facts, each with its type, so that CSV and JSON are right."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from contexts import DEAL, PIPELINE, context

from pipecli.core.pipeline import Kind
from pipecli.core.problem import PipeError
from pipecli.core.table import Type
from pipecli.facts.registry import FACTS
from pipecli.facts.sort import keys
from pipecli.render.csv import text as csv
from pipecli.render.medium import Medium
from pipecli.render.table import text
from pipecli.reports.columns import USUAL, columns, known_facts, names, refuse_unknown, row
from pipecli.reports.deals import Listing, deals_table, sections
from pipecli.reports.lanes import grouped, lanes

if TYPE_CHECKING:
    from pipecli.core.table import Table
    from pipecli.facts.derived import Context

FIELDS = f"""{PIPELINE}fields: {{seats: {{type: integer}}, hours: {{type: number}}, start: {{type: date}},
  vip: {{type: flag}}, plan: {{type: choice, choices: [a, b]}}}}
"""
FULL = f"""{DEAL}value: 10
fields: {{seats: 12, hours: 2.50, start: 2027-01-01, vip: true, plan: a}}
tags: [x, y]
created: 2026-11-20
"""


@pytest.mark.parametrize(
    ("name", "kind", "cell"),
    [
        ("title", Type.TEXT, "Annual renewal"), ("value", Type.MONEY, Decimal(10)),
        ("weighted", Type.MONEY, Decimal("1.0")), ("probability", Type.SHARE, Decimal("0.1")),
        ("age", Type.DAYS, timedelta(days=3)), ("created", Type.DAY, date(2026, 11, 20)), ("tags", Type.TEXT, "x, y"),
        ("fields.seats", Type.INTEGER, 12), ("fields.hours", Type.NUMBER, Decimal("2.50")),
        ("fields.start", Type.DAY, date(2027, 1, 1)), ("fields.vip", Type.FLAG, True), ("fields.plan", Type.TEXT, "a"),
        ("owner", Type.TEXT, None),
    ],
)  # fmt: skip
def test_a_column_has_the_type_of_its_fact(name: str, kind: Type, cell: object) -> None:
    facts = context(FULL, FIELDS)
    shown = columns([name], facts)
    assert (shown[0].name, shown[0].type) == (name, kind)
    assert row(facts.workspace.deals["acme"], shown, facts)[0] == cell


def test_every_fact_can_be_a_column() -> None:
    facts = context(FULL, FIELDS)
    table = deals_table(facts.workspace.deals.values(), facts, Listing(columns=tuple(FACTS)))
    assert [column.name for column in table.columns] == list(FACTS)
    assert len(csv([table], Medium()).splitlines()) == 2


def test_amounts_bring_their_currency_once() -> None:
    facts = context(FULL, FIELDS)
    assert [c.name for c in columns(["weighted", "value", "owner"], facts)] == [
        "weighted",
        "value",
        "currency",
        "owner",
    ]
    assert [c.name for c in columns(["currency", "value"], facts)] == ["currency", "value"]
    assert [c.heading for c in columns(["currency", "value"], facts)] == ["Currency", "Value"]
    assert [c.name for c in columns(["id"], facts)] == ["id"]
    assert [c.name for c in columns(tuple(USUAL), facts)] == list(USUAL)


def test_a_field_that_pipelines_type_differently_is_text() -> None:
    other = f"{PIPELINE}fields: {{seats: {{type: flag}}}}\n"
    flagged = f"{DEAL}fields: {{seats: true}}\n".replace("sales", "other")
    facts = context(FULL, FIELDS, pipelines__other=other, deals__b=flagged)
    shown = columns(["fields.seats"], facts)
    assert shown[0].type is Type.TEXT
    assert [row(deal, shown, facts)[0] for deal in facts.workspace.deals.values()] == ["12", "true"]


def test_names_are_read_one_after_another_each_once() -> None:
    assert names(" id, title,,id ") == ("id", "title")


def test_an_unknown_fact_is_told_with_the_nearest() -> None:
    with pytest.raises(PipeError, match="there is no fact") as told:
        refuse_unknown(["id", "fields.seat"], context(FULL, FIELDS), "--columns")
    assert "did you mean 'fields.seats'?" in told.value.hint


def test_the_list_of_facts_says_what_each_is() -> None:
    rows = {line[0]: line[1:] for line in known_facts(context(FULL, FIELDS)).rows}
    assert rows["fields.seats"] == ("number", "a field of your own")
    assert rows.keys() > FACTS.keys()
    assert all(about for _, about in rows.values())


def in_groups(facts: Context, listing: Listing) -> tuple[Table, ...]:
    return sections(grouped(facts.workspace.deals.values(), listing.group, listing.sort, facts), facts, listing)


def test_groups_are_sections_with_their_sums_and_a_limit_counts_over_all() -> None:
    deals = {f"deals__{n}": f"{DEAL}value: {n}0\ncurrency: {c}\nowner: {o}\n" for n, c, o in (
        (1, "EUR", "sam"), (2, "CHF", "sam"), (3, "EUR", "kim"), (4, "JPY", "sam"),
    )}  # fmt: skip
    facts = context(DEAL, **deals)
    tables = in_groups(facts, Listing(columns=("id", "owner"), group="owner"))
    assert [(table.title, dict(table.facts)) for table in tables] == [
        ("Owner: kim", {"n": "1", "value": "30.00 EUR"}),
        ("Owner: sam", {"n": "3", "value": "20.00 CHF, 10.00 EUR, 40 JPY"}),
        ("Owner: none", {"n": "1"}),
    ]
    assert [[column.name for column in table.columns] for table in tables] == [["id"]] * 3
    limited = in_groups(facts, Listing(group="owner", limit=2))
    assert [len(table.rows) for table in limited] == [1, 1]
    assert limited[-1].notes[0].startswith("2 of 5 deals;")


def test_a_group_tells_the_median_and_the_longest_time_in_the_stage() -> None:
    deals = {f"deals__{n}": f"{DEAL}stage_since: 2026-11-{n}\n" for n in (10, 13, 21, 22)}
    facts = context(f"{DEAL}stage_since: 2026-11-23\n", **deals)
    (table,) = in_groups(facts, Listing(group="stage"))
    assert dict(table.facts)["in stage"] == "median 2 d, longest 13 d"


def test_lanes_are_those_of_stages_without_a_deal_too_and_share_a_limit() -> None:
    deals = {f"deals__{n}": DEAL for n in range(9)}
    facts = context(DEAL, **deals)
    groups = grouped(facts.workspace.deals.values(), "stage", (), facts)
    found = lanes(groups, "stage", (Kind.OPEN, Kind.WON), 8, facts)
    assert [(lane.title, lane.facts[0], len(lane.cards), lane.more) for lane in found][:2] == [
        ("lead", "10 deals", 3, 7), ("proposal", "0 deals", 0, 0),
    ]  # fmt: skip
    assert "lost" not in [lane.title for lane in found]


def test_the_same_stage_of_two_pipelines_is_two_groups() -> None:
    facts = context(DEAL, pipelines__other=PIPELINE, deals__b=DEAL.replace("sales", "other"))
    found = in_groups(facts, Listing(group="stage"))
    assert [table.title for table in found] == ["Stage: other/lead", "Stage: sales/lead"]


def test_a_group_by_the_only_column_still_shows_which_deals() -> None:
    facts = context(DEAL)
    (table,) = in_groups(facts, Listing(columns=("owner",), group="owner"))
    assert [column.name for column in table.columns] == ["id"]


def test_a_limit_is_told_and_so_are_currencies_that_are_not_compared() -> None:
    facts = context(f"{DEAL}value: 1\n", deals__b=f"{DEAL}value: 2\ncurrency: CHF\n")
    table = deals_table(facts.workspace.deals.values(), facts, Listing(sort=keys("-value"), limit=1))
    assert len(table.rows) == 1
    assert table.facts == (("n", "2"),)
    assert "1 of 2 deals" in table.notes[0]
    assert "CHF, EUR" in table.notes[1]
    assert deals_table(facts.workspace.deals.values(), facts).notes == ()


@pytest.mark.parametrize("width", [40, 60, 80])
def test_an_amount_never_stands_without_its_currency(width: int) -> None:
    facts = context(FULL, FIELDS)
    wanted = ("id", "title", "owner", "stage", "value", "tags", "created")
    shown = text([deals_table(facts.workspace.deals.values(), facts, Listing(columns=wanted))], Medium(width=width))
    assert ("10.00" in shown) == ("EUR" in shown)
    assert max(map(len, shown.splitlines())) <= width
