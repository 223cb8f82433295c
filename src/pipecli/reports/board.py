"""The board of a pipeline: its stages side by side, and of each the deals that are worth most.

Population: open as of the moment; closed stages stand beside them with every deal in them, those closed last first.
Clock: the age is in whole days, from the entry of the present visit.

Formula: a stage is worth the sum of its deals' values, converted as in the report pipeline, by currency where a value
cannot be. A deal's own value is told in its own currency.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pipecli.core.board import Board, Card, Lane
from pipecli.core.money import added
from pipecli.facts.derived import stage_age
from pipecli.facts.rot import Standing, standing
from pipecli.reports import pricing
from pipecli.reports.stages import by_stage
from pipecli.reports.unplaced import unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context
    from pipecli.reports.pricing import Priced
    from pipecli.reports.scope import Scope

MOST = 6
"""Cards of one stage; the others are counted."""
_TOLD = (Standing.DEAD, Standing.ROTTING, Standing.HELD)

_Priced = tuple["Deal", "Priced"]


def boards(scope: Scope, most: int = MOST) -> tuple[Board, ...]:
    """Return a board a pipeline, with so many cards a stage at most."""
    deals: dict[str, list[Deal]] = {}
    for deal in scope.workspace.deals.values():
        deals.setdefault(deal.pipeline, []).append(deal)
    found = [_board(one, deals.get(one.id, ()), scope, most) for one in scope.pipelines()]
    left_out = unplaced(scope.workspace) if scope.pipeline is None else ""
    if left_out and found:
        last = found[-1]
        found[-1] = Board(last.pipeline, last.name, last.lanes, last.order, (*last.notes, left_out))
    return tuple(found)


def _board(pipeline: Pipeline, deals: Iterable[Deal], scope: Scope, most: int) -> Board:
    found, context = by_stage(pipeline, deals), scope.context()
    lanes = tuple(_lane(stage, own, scope, context, most) for stage, own in found)
    cut = any(lane.deals > len(lane.cards) for lane in lanes)
    order = "the deals worth most first, closed ones by their day" if cut else ""
    return Board(pipeline.id, pipeline.name, lanes, order, tuple(found.notes("deal")))


def _lane(stage: Stage, deals: Sequence[Deal], scope: Scope, context: Context, most: int) -> Lane:
    priced = [(deal, pricing.priced(deal, stage, scope)) for deal in deals]
    home, worth = scope.workspace.settings.currency or "", dict[str, list[Decimal]]()
    for _, one in priced:
        if one.amount is not None:
            worth.setdefault(one.currency, []).append(one.amount)
    order = _by_day if pricing.is_closed(stage) else _by_worth
    first = sorted(priced, key=lambda one: (one[1].currency != home, order(one), one[0].id))[:most]
    return Lane(
        stage.id,
        stage.name or stage.id,
        str(stage.kind),
        len(deals),
        tuple((name, added(worth[name])) for name in pricing.lines(worth, home) if name in worth),
        tuple(_card(deal, stage, scope, context) for deal, _ in first),
    )


def _by_worth(one: _Priced) -> tuple[str, Decimal]:
    """Return what puts the largest amount first within each currency, and what has none last."""
    priced = one[1]
    return priced.currency, Decimal(1) if priced.amount is None else -abs(priced.amount)


def _by_day(one: _Priced) -> timedelta:
    return date.max - (one[0].closed_on or date.min)


def _card(deal: Deal, stage: Stage, scope: Scope, context: Context) -> Card:
    closed, quiet = pricing.is_closed(stage), standing(deal, context)
    age = None if closed else stage_age(deal, context)
    return Card(
        deal=deal.id,
        title=deal.title,
        owner=deal.owner or "",
        value=deal.value,
        currency=scope.workspace.currency_of(deal) or "",
        age=None if age is None or age < timedelta() else age,
        closed=deal.closed_on if closed else None,
        standing=str(quiet.standing) if quiet and quiet.standing in _TOLD else "",
    )
