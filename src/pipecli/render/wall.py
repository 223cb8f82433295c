"""A board in a page: the stages side by side, the deals in them as cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.money import added
from pipecli.core.table import Type
from pipecli.render.cell import shown
from pipecli.render.markup import NOTHING, element, isolated, joined

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from pipecli.core.board import Board, Card, Lane
    from pipecli.render.markup import Markup

_CLOSED = ("won", "lost")


def walls(boards: Sequence[Board]) -> Markup:
    """Return the section of all boards."""
    return element(
        "section",
        element("h2", "Board", id="board"),
        *(_wall(board, f"board-{place}") for place, board in enumerate(boards, 1)),
        aria_labelledby="board",
    )


def _wall(board: Board, key: str) -> Markup:
    lanes = [_lane(lane, f"{key}-{place}") for place, lane in enumerate(board.lanes, 1)]
    notes = [element("li", isolated(note)) for note in board.notes]
    return element(
        "div",
        element("h3", isolated(board.name), id=key),
        element("p", _summary(board), class_="sub"),
        element("div", *lanes, class_="board", role="region", tabindex="0", aria_label=f"Board: {board.name}"),
        element("ul", *notes, class_="notes") if notes else NOTHING,
        class_="wall",
    )


def _summary(board: Board) -> Markup:
    """Return what is open, in numbers."""
    standing = [lane for lane in board.lanes if lane.kind not in _CLOSED]
    worth: dict[str, list[Decimal]] = {}
    for lane in standing:
        for currency, value in lane.worth:
            worth.setdefault(currency, []).append(value)
    amounts = [_amount(added(values), currency) for currency, values in worth.items()]
    deals = sum(lane.deals for lane in standing)
    parts = [_counted(deals, "deal") + " open", *amounts, *([board.order] if board.order else [])]
    return joined(parts, " · ")


def _lane(lane: Lane, key: str) -> Markup:
    worth = [_amount(value, currency) for currency, value in lane.worth]
    more = lane.deals - len(lane.cards)
    rest = element("p", f"… and {more:,} more" if lane.cards else _counted(lane.deals, "deal"), class_="more")
    return element(
        "section",
        element("h4", isolated(lane.name), element("span", f"{lane.deals:,}", class_="count"), id=key),
        element("p", joined(worth, " · ") if worth else "no value", class_="worth"),
        element("ul", *map(_card, lane.cards)) if lane.cards else NOTHING,
        rest if more else NOTHING,
        class_=f"lane {lane.kind}",
        aria_labelledby=key,
    )


def _card(card: Card) -> Markup:
    value = "" if card.value is None else _amount(card.value, card.currency)
    since = f"closed {card.closed}" if card.closed else "" if card.age is None else f"{card.age.days:,} d"
    worth = element("span", value or "no value", class_="value" if value else "value none")
    owner = element("span", isolated(card.owner or "no owner"))
    parts = [
        element("p", isolated(card.title), class_="title"),
        element("p", worth, element("span", since, class_="since")),
        element("p", owner, _standing(card), class_="meta"),
    ]
    return element("li", *parts, class_=f"card {card.standing}".strip())


def _standing(card: Card) -> Markup:
    tone = "bad" if card.standing == "dead" else "warn"
    return element("span", card.standing, class_=f"tag {tone}") if card.standing else NOTHING


def _amount(value: Decimal, currency: str) -> str:
    """Return an amount without the places that are zero."""
    text = f"{value:,.0f}" if value == value.to_integral_value() else shown(value, Type.MONEY, currency)
    return f"{text} {currency}".strip()


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
