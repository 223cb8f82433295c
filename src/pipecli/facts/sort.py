"""`--sort` and saved views: the order of deals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from pipecli.core.pipeline import Forecast, Kind
from pipecli.facts.registry import MONEY, lookup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context

_RISING: Mapping[str, Sequence[str]] = {
    "kind": tuple(Kind),
    "forecast": tuple(Forecast),
    "rot": ("fresh", "rotting", "dead"),
}
"""The words that have an order of their own, where others are ordered by the alphabet."""


@dataclass(frozen=True, slots=True)
class Key:
    """A fact to order by, rising or `falling`."""

    name: str
    falling: bool = False


BY_STAGE = (Key("stage"), Key("value", falling=True))
"""The order of deals unless told: by pipeline and stage, the largest first."""


def keys(*texts: str) -> tuple[Key, ...]:
    """Return the keys in texts like `owner` or `stage, -value`; the first one orders first."""
    words = [word.strip() for text in texts for word in text.split(",")]
    return tuple(Key(word.removeprefix("-").strip(), falling=word.startswith("-")) for word in words if word)


def ordered(deals: Iterable[Deal], by: Sequence[Key], context: Context) -> list[Deal]:
    """Return the deals in the order of the keys, then by id; those without such a fact last, rising or falling.

    Stages and words like the kind have the order of their pipeline and of their list. Amounts are compared within a
    currency only: the workspace's own goes first, then the others by their codes.
    """
    result = sorted(deals, key=lambda deal: deal.id)
    for key in reversed(by):
        result = _sorted(result, key, context)
    return result


def not_compared(deals: Iterable[Deal], by: Iterable[Key], context: Context) -> list[str]:
    """Return the currencies of the amounts that the keys order by, where there are several; else none."""
    names = [key.name for key in by if key.name in MONEY]
    found = {
        context.workspace.currency_of(deal) or "no currency"
        for deal in deals
        if any(lookup(deal, context)(name) is not None for name in names)
    }
    return sorted(found) if len(found) > 1 else []


def _sorted(deals: Iterable[Deal], key: Key, context: Context) -> list[Deal]:
    ranked = [(_rank(deal, key.name, context), deal) for deal in deals]
    there = sorted([pair for pair in ranked if pair[0] is not None], key=itemgetter(0), reverse=key.falling)
    if key.name in MONEY:
        there.sort(key=lambda pair: _rank(pair[1], "currency", context) or ())
    return [deal for _, deal in there] + [deal for rank, deal in ranked if rank is None]


def _rank(deal: Deal, name: str, context: Context) -> tuple[Any, ...] | None:
    """Return what a deal is compared by, alike for all deals that have the fact; None for one that has not."""
    value: Any = lookup(deal, context)(name)
    if value in (None, "", ()):
        return None
    if name == "stage":
        pipeline = context.workspace.pipelines.get(deal.pipeline)
        return deal.pipeline, pipeline.index(deal.stage) if pipeline else -1
    if name == "currency":
        return value != context.workspace.settings.currency, value
    if value in _RISING.get(name, ()):
        return (_RISING[name].index(value),)
    kind = "" if isinstance(value, Decimal) else type(value).__name__  # fields of one name may differ by pipeline
    if isinstance(value, str | tuple):
        return kind, [word.casefold() for word in ([value] if isinstance(value, str) else value)], value
    return kind, value
