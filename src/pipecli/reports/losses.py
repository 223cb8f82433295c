"""The table of why deals were lost, which stands below won-lost: by class and reason, with the shares."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipecli.core.money import added
from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.metrics.sample import rate
from pipecli.reports import pricing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.scope import Scope

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True),
    Column("class", "class"),
    Column("reason", "reason"),
    Column("lost", "lost", Type.INTEGER),
    Column("share", "share", Type.SHARE),
    Column("of", "of", Type.INTEGER, machine=True),
    Column("currency", "currency", priority=2),
    Column("value", "value", Type.MONEY, priority=2),
)
NOT_GIVEN = Withheld("not given")

Why = tuple[str, str]
"""Class and reason, empty where they are not given."""


def losses_table(found: Population, scope: Scope) -> Table:
    """Return one row a class and reason, the most frequent first; a share is of all the deals that were lost."""
    lost = [one for one in found.closed if not one.won]
    counts = Counter(_why(one) for one in lost)
    order = sorted(counts, key=lambda why: (-counts[why], why))
    return Table(
        title=f"Why deals were lost: {found.pipeline.name}",
        columns=_COLUMNS,
        rows=tuple(row for why in order for row in _rows(found, why, lost, scope)),
        facts=scope.facts("closed in period, lost", len(lost), clock="closed_on"),
        empty="no deal was lost",
        name="won-lost-reasons",
    )


def _why(entry: Entry) -> Why:
    outcome = entry.deal.outcome
    return (str(outcome.cls or ""), outcome.reason or "") if outcome else ("", "")


def _rows(found: Population, why: Why, lost: Sequence[Entry], scope: Scope) -> Iterator[tuple[Cell, ...]]:
    own = [one for one in lost if _why(one) == why]
    for currency in pricing.lines((one.worth.currency for one in own), pricing.home(found.pipeline, scope)):
        line = [one for one in own if one.worth.currency == currency]
        amounts = [one.worth.amount for one in line if one.worth.amount is not None]
        yield (
            found.pipeline.id,
            why[0] or NOT_GIVEN,
            why[1] or NOT_GIVEN,
            len(line),
            rate(len(line), len(lost)),
            len(lost),
            currency,
            added(amounts) if amounts else None,
        )
