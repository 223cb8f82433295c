"""The value bands of deals: 1 to 2, 2 to 5, 5 to 10, 10 to 20 and so on, in one currency each.

The ends are the same in every workspace and every period, so that reports can be compared.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from pipecli.reports import pricing

if TYPE_CHECKING:
    from pipecli.core.record import Deal
    from pipecli.reports.scope import Scope

_STEPS = (1, 2, 5, 10)


class Bracket(NamedTuple):
    """A band of values from `low`, and to less than the next; `label` is its name."""

    currency: str
    low: Decimal
    label: str


def bracket(deal: Deal, scope: Scope) -> Bracket | None:
    """Return the band of a deal's value, converted as in the report pipeline; None where it has no value."""
    worth = pricing.priced(deal, scope.workspace.stage_of(deal), scope)
    if worth.amount is None:
        return None
    low, high = ends(worth.amount)
    return Bracket(worth.currency, low, _label(low, high))


def ends(amount: Decimal) -> tuple[Decimal, Decimal]:
    """Return the least value of a band and that of the next; 0 stands alone, and below it all are one (-1, 0)."""
    if amount <= 0:
        return (Decimal(0), Decimal(0)) if amount == 0 else (Decimal(-1), Decimal(0))
    unit = Decimal(1).scaleb(amount.adjusted())
    at = max(place for place, step in enumerate(_STEPS) if step * unit <= amount)
    return _STEPS[at] * unit, _STEPS[at + 1] * unit


def _label(low: Decimal, high: Decimal) -> str:
    if low <= 0:
        return "0" if low == 0 else "below 0"
    return f"{low:,f} to {high:,f}"
