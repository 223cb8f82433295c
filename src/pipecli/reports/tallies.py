"""The figures of won-lost: the columns, and their cells for a group of deals."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Cell, Column, Type
from pipecli.metrics.life import time_to_won
from pipecli.metrics.sample import quantile
from pipecli.metrics.win import Tally
from pipecli.reports import pricing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.scope import Scope

HALF = Fraction(1, 2)

_COLUMNS = (
    Column("currency", "currency", priority=4),
    Column("won", "won", Type.INTEGER),
    Column("lost", "lost", Type.INTEGER),
    Column("win_rate", "win rate", Type.SHARE),
    Column("value_rate", "by value", Type.SHARE, priority=2),
    Column("decided", "decided", Type.INTEGER, machine=True),
    Column("decided_rate", "of decided", Type.SHARE, priority=8),
    Column("won_value", "won value", Type.MONEY, priority=3),
    Column("lost_value", "lost value", Type.MONEY, priority=7),
    Column("won_valued", "won deals with a value", Type.INTEGER, machine=True),
    Column("lost_valued", "lost deals with a value", Type.INTEGER, machine=True),
    Column("average", "average", Type.MONEY, priority=5),
    Column("median", "median", Type.MONEY, priority=6),
    Column("cycle", "cycle", Type.DAYS, priority=4),
    Column("cycle_n", "won deals with a cycle", Type.INTEGER, machine=True),
    Column("lost_cycle", "cycle of lost", Type.DAYS, machine=True),
    Column("lost_cycle_n", "lost deals with a cycle", Type.INTEGER, machine=True),
    Column("open", "open", Type.INTEGER, priority=5),
    Column("time_to_won", "time to won", Type.DAYS, priority=7),
    Column("time_to_won_n", "deals with a time", Type.INTEGER, machine=True),
)


def columns(rows: Iterable[Sequence[Cell]]) -> tuple[Column, ...]:
    """Return the columns of rows of `lines`; where these are of several currencies, that column is always shown."""
    currency, *others = _COLUMNS
    several = len({row[0] for row in rows}) > 1
    return (replace(currency, priority=1) if several else currency, *others)


def lines(
    found: Population, closed: Sequence[Entry], beside: Sequence[Entry] | None, scope: Scope
) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of `columns`, one row a currency.

    `beside` are all deals of the group, whenever they were closed and open ones among them; None where the group is a
    period of closing, in which no open deal is.
    """
    counted = (*closed, *(one for one in beside or () if not one.closed))
    for currency in pricing.lines((one.worth.currency for one in counted), pricing.home(found.pipeline, scope)):
        line = tuple(one.closing() for one in closed if one.worth.currency == currency)
        own = None if beside is None else [one for one in beside if one.worth.currency == currency]
        yield (currency, *_figures(Tally(line)), *_beside(own, scope))


def _figures(tally: Tally) -> tuple[Cell, ...]:
    return (
        tally.count(won=True),
        tally.count(won=False),
        tally.rate(),
        tally.value_rate(),
        tally.decided(),
        tally.decided_rate(),
        tally.value(won=True),
        tally.value(won=False),
        len(tally.amounts(won=True)),
        len(tally.amounts(won=False)),
        tally.average(),
        tally.median(),
        tally.cycle(won=True),
        len(tally.cycles(won=True)),
        tally.cycle(won=False),
        len(tally.cycles(won=False)),
    )


def _beside(entries: Sequence[Entry] | None, scope: Scope) -> tuple[Cell, ...]:
    """Return the number of open deals, the time to won and its n; nothing where there are no deals but closed ones."""
    if entries is None:
        return (None, None, None)
    curve = time_to_won([life for one in entries if (life := one.life())], scope.now.date())
    return (sum(not one.closed for one in entries), quantile(curve, HALF), curve.n)
