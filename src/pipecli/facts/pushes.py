"""How often the day on which a deal is expected to close was moved to a later one."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context


def pushes(deal: Deal, context: Context) -> Decimal | None:
    """Return the number of pushes, the one of this change among them; None where no day was ever committed.

    Several changes by one person on one day are one: from the day before the first to that after the last. A day that
    was taken away counts as the one it was, until there is another.
    """
    if not context.promises.get(deal.id):
        return None
    number, expected = 0, None
    for _, changes in groupby(_changes(deal, context), key=lambda change: change[:2]):
        days = [day for *_, day in changes if day]
        if days and expected and days[-1] > expected:
            number += 1
        expected = days[-1] if days else expected
    return Decimal(number)


def _changes(deal: Deal, context: Context) -> Iterator[tuple[date, str, date | None]]:
    """Yield on which day who expected which day, as it was committed; last what is not committed yet."""
    told: date | None = None
    for promise in context.promises[deal.id]:
        told = promise.expected_close
        yield promise.recorded.astimezone(context.zone).date(), promise.by, told
    if deal.expected_close != told:
        yield context.today, context.author(), deal.expected_close
