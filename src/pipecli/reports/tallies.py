"""The figures of won-lost: the columns, and their cells for a group of deals."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.table import Cell, Column, Type
from pipecli.metrics.life import lasting, time_to_won
from pipecli.metrics.sample import quantile
from pipecli.metrics.win import Tally
from pipecli.reports import pricing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.scope import Scope

HALF = Fraction(1, 2)

_COLUMNS = (
    Column("currency", "currency", priority=4, key=True),
    Column("won", "won", Type.INTEGER),
    Column("lost", "lost", Type.INTEGER),
    Column("win_rate", "win rate", Type.SHARE, bar=True),
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


class Line(NamedTuple):
    """One row of a currency: the cells of `columns`, and the deals behind them where these were asked for."""

    cells: tuple[Cell, ...]
    behind: Mapping[str, Sequence[str]]


def columns(rows: Iterable[Sequence[Cell]]) -> tuple[Column, ...]:
    """Return the columns of rows of `lines`; where these are of several currencies, that column is always shown."""
    currency, *others = _COLUMNS
    several = len({row[0] for row in rows}) > 1
    return (replace(currency, priority=1) if several else currency, *others)


def lines(found: Population, closed: Sequence[Entry], beside: Sequence[Entry] | None, scope: Scope) -> Iterator[Line]:
    """Yield one row a currency.

    `beside` are all deals of the group, whenever they were closed and open ones among them; None where the group is a
    period of closing, in which no open deal is.
    """
    counted = (*closed, *(one for one in beside or () if not one.closed))
    for currency in pricing.lines((one.worth.currency for one in counted), pricing.home(found.pipeline, scope)):
        line = [one for one in closed if one.worth.currency == currency]
        own = None if beside is None else [one for one in beside if one.worth.currency == currency]
        cells = (currency, *_figures(Tally(tuple(one.closing() for one in line))), *_beside(own, scope))
        yield Line(cells, {**_behind(line), **_behind_beside(own or (), scope)} if scope.asked.explain else {})


def _behind(line: Sequence[Entry]) -> Mapping[str, Sequence[str]]:
    """Return the deals behind the figures of a tally; behind a rate those that it is a share of."""
    ends = {True: "won", False: "lost"}
    counts = {name: [one for one in line if one.won is won] for won, name in ends.items()}
    valued = {f"{name}_valued": [one for one in some if one.worth.amount is not None] for name, some in counts.items()}
    timed = {name: [one for one in some if one.closing().cycle is not None] for name, some in counts.items()}
    decided = [one for one in line if one.closing().decided]
    entries = {
        **counts, **valued, "decided": decided, "decided_rate": decided, "win_rate": line,
        "value_rate": [one for some in valued.values() for one in some],
        "won_value": valued["won_valued"], "lost_value": valued["lost_valued"],
        "average": valued["won_valued"], "median": valued["won_valued"],
        "cycle": timed["won"], "cycle_n": timed["won"], "lost_cycle": timed["lost"], "lost_cycle_n": timed["lost"],
    }  # fmt: skip
    return {name: [one.deal.id for one in some] for name, some in entries.items()}


def _behind_beside(entries: Sequence[Entry], scope: Scope) -> Mapping[str, Sequence[str]]:
    """Return the open deals, and those whose time counts, be they won or not yet."""
    timed = [one.deal.id for one in entries if (life := one.life()) and lasting(life, scope.now.date())]
    opened = [one.deal.id for one in entries if not one.closed]
    return {"open": opened, "time_to_won": timed, "time_to_won_n": timed}


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
