"""The table of why deals were lost, which stands below won-lost: by class and reason, with the shares."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipecli.core.money import added
from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.metrics.sample import rate
from pipecli.reports import pricing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.scope import Scope

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("class", "class", key=True),
    Column("reason", "reason", key=True),
    Column("lost", "lost", Type.INTEGER),
    Column("share", "share", Type.SHARE, bar=True),
    Column("of", "of", Type.INTEGER, machine=True),
    Column("currency", "currency", priority=2, key=True),
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
    lines = [(why, *line) for why in order for line in _lines(found, why, lost, scope)]
    return Table(
        title=f"Why deals were lost: {found.pipeline.name}",
        columns=_COLUMNS,
        rows=tuple(_row(found, *line, len(lost)) for line in lines),
        facts=scope.facts("closed in period, lost", len(lost), clock="closed_on"),
        empty="no deal was lost",
        name="won-lost-reasons",
        behind=tuple(_behind(line, lost) for _, _, line in lines) if scope.asked.explain else (),
    )


def _why(entry: Entry) -> Why:
    outcome = entry.deal.outcome
    return (str(outcome.cls or ""), outcome.reason or "") if outcome else ("", "")


def _lines(found: Population, why: Why, lost: Sequence[Entry], scope: Scope) -> Iterator[tuple[str, Sequence[Entry]]]:
    """Yield each currency of the deals that were lost for one reason, with these."""
    own = [one for one in lost if _why(one) == why]
    for currency in pricing.lines((one.worth.currency for one in own), pricing.home(found.pipeline, scope)):
        yield currency, [one for one in own if one.worth.currency == currency]


def _row(found: Population, why: Why, currency: str, line: Sequence[Entry], of: int) -> tuple[Cell, ...]:
    amounts = [one.worth.amount for one in line if one.worth.amount is not None]
    return (
        found.pipeline.id,
        why[0] or NOT_GIVEN,
        why[1] or NOT_GIVEN,
        len(line),
        rate(len(line), of),
        of,
        currency,
        added(amounts) if amounts else None,
    )


def _behind(line: Sequence[Entry], lost: Sequence[Entry]) -> Mapping[str, Sequence[str]]:
    """Return the deals behind the figures of a row; `of` are all that were lost."""
    every = [one.deal.id for one in lost]
    own = {"lost": line, "value": [one for one in line if one.worth.amount is not None]}
    return {**{name: [one.deal.id for one in some] for name, some in own.items()}, "share": every, "of": every}
