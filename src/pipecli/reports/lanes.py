"""Deals in groups by a fact, with what is told of each group: how many, what they are worth, how long they wait.

Population: the deals that are given, as the files have them. No clock but today: an age is that in the present stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pipecli.core.lane import Lane
from pipecli.core.money import Price, rounded, total
from pipecli.facts.derived import stage_age
from pipecli.facts.registry import lookup, types
from pipecli.facts.sort import Key, ordered
from pipecli.reports.columns import heading, worded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from pipecli.core.pipeline import Kind, Stage
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context

_LEAST = 3
"""So many cards of a lane are shown, however many lanes there are."""


@dataclass(frozen=True, slots=True)
class Group:
    """The deals of which a fact is the same, in order; `title` names the fact and its value."""

    title: str
    deals: tuple[Deal, ...]


def grouped(deals: Iterable[Deal], fact: str, sort: Sequence[Key], context: Context) -> list[Group]:
    """Return the groups in the order of the fact, each with its deals in the order of the keys."""
    chosen = ordered(deals, (Key(fact), *sort), context)
    titles = _titles(chosen, fact, context)
    return [Group(title, tuple(members)) for title, members in groupby(chosen, key=titles)]


def told(deals: Sequence[Deal], context: Context) -> tuple[tuple[str, str], ...]:
    """Return the facts of a group: how many, the sum of their values by currency, and the time in their stage."""
    return (("n", str(len(deals))), *_worth(deals, context), *_waiting(deals, context))


def lanes(
    groups: Sequence[Group], fact: str, kinds: Collection[Kind], limit: int | None, context: Context
) -> list[Lane]:
    """Return the groups as lanes of cards; of stages also those of these kinds in which no deal is.

    With a limit each lane has a like share of it, and says how many deals it has no room for.
    """
    full = _with_empty(groups, kinds, context) if fact == "stage" else list(groups)
    most = None if limit is None else max(_LEAST, limit // max(len(full), 1))
    return [_lane(group, fact, most, context) for group in full]


def _lane(group: Group, fact: str, most: int | None, context: Context) -> Lane:
    count = "1 deal" if len(group.deals) == 1 else f"{len(group.deals):,} deals"
    facts = [text if name == "value" else f"{name} {text}" for name, text in told(group.deals, context)[1:]]
    cards = tuple((deal.title, _card(deal, fact, context)) for deal in group.deals[:most])
    return Lane(group.title.partition(": ")[2], (count, *facts), cards, len(group.deals) - len(cards))


def _card(deal: Deal, fact: str, context: Context) -> str:
    currency, age = context.workspace.currency_of(deal) or "", stage_age(deal, context)
    worth = [f"{rounded(deal.value, currency):,f} {currency}".strip()] if deal.value is not None else []
    since = [f"{age.days} d"] if age is not None else []
    owner = [deal.owner] if deal.owner and fact != "owner" else []
    return " · ".join([*worth, *since, *owner])


def _with_empty(groups: Sequence[Group], kinds: Collection[Kind], context: Context) -> list[Group]:
    """Return the groups of the stages of all pipelines that have a deal here, in their order, those without one too."""
    found = {_stage(group, context): group for group in groups}
    pipelines = [context.workspace.pipelines[name] for name, _ in found if name in context.workspace.pipelines]
    several = len(dict(found.keys())) > 1
    wanted: dict[tuple[str, str], Group] = {}
    for pipeline in {one.id: one for one in pipelines}.values():
        for stage in pipeline.stages:
            name = f"{pipeline.id}/{stage.id}" if several else stage.id
            place = pipeline.id, stage.id
            if place in found or _is_shown(stage, kinds):
                wanted[place] = found.get(place) or Group(f"{heading('stage')}: {name}", ())
    return [*wanted.values(), *(group for place, group in found.items() if place not in wanted)]


def _stage(group: Group, context: Context) -> tuple[str, str]:
    first = group.deals[0]
    stage = context.workspace.stage_of(first)
    return first.pipeline, stage.id if stage else first.stage


def _is_shown(stage: Stage, kinds: Collection[Kind]) -> bool:
    return stage.kind in kinds and not stage.retired


def _titles(deals: Sequence[Deal], fact: str, context: Context) -> Callable[[Deal], str]:
    """Return the function that says of a deal which group it is in; a stage's id may be that of several pipelines'."""
    kind = types(*context.workspace.pipelines.values())[fact]
    several = fact == "stage" and len({deal.pipeline for deal in deals}) > 1

    def title(deal: Deal) -> str:
        before = f"{deal.pipeline}/" if several else ""
        return f"{heading(fact)}: {before}{worded(lookup(deal, context)(fact), kind) or 'none'}"

    return title


def _worth(deals: Iterable[Deal], context: Context) -> Iterator[tuple[str, str]]:
    """Yield the sum of the deals' values in each currency as a fact; nothing where no deal has a value."""
    currency = context.workspace.currency_of
    prices = [Price(deal.value, currency(deal) or "", context.today) for deal in deals if deal.value is not None]
    sums = total(prices, None, {}).amounts
    if sums:
        yield "value", ", ".join(f"{rounded(sums[c], c):,f} {c}".strip() for c in sorted(sums))


def _waiting(deals: Iterable[Deal], context: Context) -> Iterator[tuple[str, str]]:
    """Yield how long the deals have been in their stage: the one, or the median and the longest."""
    days = sorted(age.days for deal in deals if (age := stage_age(deal, context)) is not None)
    if len(days) == 1:
        yield "in stage", f"{days[0]} d"
    elif days:
        middle = (days[(len(days) - 1) // 2] + days[len(days) // 2]) / 2
        yield "in stage", f"median {middle:g} d, longest {days[-1]} d"
