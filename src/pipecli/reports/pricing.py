"""What a deal is worth where a report adds up values: its price, and the currency of the line that it stands on.

Currencies are never added. A value is converted to the workspace's currency with the last rate on or before the
as-of day, or the day of closing for a closed deal. Where there is no such rate, or the workspace names no currency,
the deal stands on a line of its own currency.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.money import Price, convert
from pipecli.core.pipeline import Kind
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.reports.scope import Scope


@dataclass(frozen=True, slots=True)
class Priced:
    """A deal's price, None where it has no value; the currency of its line, and the amount in that."""

    price: Price | None
    currency: str
    amount: Decimal | None


def priced(deal: Deal, stage: Stage | None, scope: Scope) -> Priced:
    """Return what a deal in a stage is worth."""
    own, to = scope.workspace.currency_of(deal) or "", scope.workspace.settings.currency
    if deal.value is None:
        return Priced(None, to or own, None)
    closed = deal.closed_on if is_closed(stage) else None
    price = Price(deal.value, own, closed or scope.now.date())
    converted = None if to is None else convert(price.amount, own, to, scope.workspace.rates, price.day)
    return Priced(price, own, price.amount) if to is None or converted is None else Priced(price, to, converted)


def is_closed(stage: Stage | None) -> bool:
    """Return whether a stage is won or lost."""
    return stage is not None and stage.kind in (Kind.WON, Kind.LOST)


def home(pipeline: Pipeline, scope: Scope) -> str:
    """Return the currency of a pipeline's first line: the workspace's, else the pipeline's."""
    return scope.workspace.settings.currency or pipeline.currency or ""


def lines(currencies: Iterable[str], first: str) -> Sequence[str]:
    """Return each currency once, the first one first and the others by name; the first one where there is none."""
    return sorted({*currencies} or {first}, key=lambda name: (name != first, name))


def notes(found: Sequence[Priced], scope: Scope) -> Iterator[str]:
    """Yield the notes on the deals without a value, and on those that could not be converted."""
    valued = [one for one in found if one.price]
    if len(valued) < len(found):
        yield f"{counted(len(found) - len(valued), 'deal')} without a value: in the counts only"
    to = scope.workspace.settings.currency
    unpriced = Counter(one.currency for one in valued if to and one.currency != to)
    if unpriced:
        names = ", ".join(sorted(unpriced))
        yield f"{counted(unpriced.total(), 'deal')} without a usable rate to {to}: shown in {names}"
