"""The board: which cards a stage shows, in which order, and what it counts of the others."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from scopes import SALES, SUPPORT, deal, scope

from pipecli.core.record import Hold
from pipecli.reports.board import boards


def test_the_deals_worth_most_come_first_whatever_their_currency() -> None:
    deals = [
        deal("small", "lead", "100"),
        deal("dollars", "lead", "1000", currency="USD"),  # 900 EUR
        deal("large", "lead", "950"),
        deal("nothing", "lead"),
        deal("francs", "lead", "5000", currency="CHF"),  # without a rate
    ]
    (board,) = boards(scope(deals))
    lead = board.lanes[0]
    assert [card.deal for card in lead.cards] == ["large", "dollars", "small", "nothing", "francs"]
    assert lead.worth == (("EUR", Decimal(1950)), ("CHF", Decimal(5000)))
    assert (lead.name, lead.kind, lead.deals) == ("New lead", "open", 5)
    assert (lead.cards[1].value, lead.cards[1].currency) == (Decimal(1000), "USD")


def test_a_stage_shows_some_of_its_deals_and_counts_all() -> None:
    (board,) = boards(scope([deal(f"d{place}", "lead", str(place)) for place in range(9)]), most=2)
    assert [card.deal for card in board.lanes[0].cards] == ["d8", "d7"]
    assert board.lanes[0].deals == 9
    assert board.order


def test_closed_deals_are_told_by_their_day_and_retired_stages_only_where_they_are_used() -> None:
    deals = [
        deal("early", "won", "9", closed_on=date(2026, 1, 2)),
        deal("late", "won", "1", closed_on=date(2026, 2, 2)),
        deal("some-day", "won", "1"),
    ]
    (board,) = boards(scope(deals))
    assert [lane.stage for lane in board.lanes] == ["lead", "proposal", "won", "lost", "delayed"]
    won = board.lanes[2]
    assert [(card.deal, card.closed, card.age) for card in won.cards] == [
        ("late", date(2026, 2, 2), None),
        ("early", date(2026, 1, 2), None),
        ("some-day", None, None),
    ]


def test_a_card_says_how_long_and_how_its_deal_stands() -> None:
    held = Hold(date(2026, 3, 1), "budget")
    deals = [
        deal("a", "lead", "3", stage_since=date(2026, 1, 31), created=date(2026, 1, 31), owner="sam"),
        deal("b", "lead", "2", stage_since=date(2026, 2, 20), hold=held),
        deal("c", "lead", "1", created=date(2025, 1, 1)),
    ]
    (board,) = boards(scope(deals))
    assert [(card.age, card.standing, card.owner) for card in board.lanes[0].cards] == [
        (timedelta(days=10), "", "sam"),
        (None, "held", ""),
        (None, "dead", ""),
    ]


def test_what_is_on_no_board_is_told() -> None:
    found = boards(scope([deal("a", "nowhere"), deal("b", "lead", pipeline="gone")], pipelines=(SALES, SUPPORT)))
    assert found[0].notes == ("1 deal left out: in a stage that the pipeline lacks (nowhere)",)
    assert found[1].notes == ("1 deal left out: unknown pipeline 'gone'",)


def test_no_pipeline_no_board() -> None:
    assert boards(scope(pipelines=())) == ()
