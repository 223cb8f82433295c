"""How long deals take from their creation until they are won or lost, and how many are won by when.

Population: the median cycles are of the deals that were closed in the period, without `--period` of all closed ones, by
the present state of the files. Time to won, and the table of the ages, are of the `created` cohort: all deals, with
`--period` those that were created in it, open and lost ones among them. Pipelines are never mixed. Clock: the days
`created` and `closed_on` that are written in the files; calendar days.

Formula: cycle = closed - created; its median is the middle one, or the mean of the two in the middle. It leaves out who
is still open, and so is too short while a team is young. Time to won = the age at which half (75 %, 90 %) of all deals
are won, by Kaplan-Meier (1958), with open and lost ones censored: as if a lost deal might still be won. Won by an age =
the cumulative incidence of Aalen and Johansen (1978), in which losing competes; won, lost and open are 1 together. Low
and high = its 95 % band (docs/metrics.md). At risk = deals still open and observed at that age. A figure that would
rest on fewer than five deals is withheld, and so is an age that no deal has been observed for.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Cell, Column, Table, Type
from pipecli.metrics.average import median
from pipecli.metrics.life import sound, time_to_won
from pipecli.metrics.sample import floored, quantiles
from pipecli.metrics.survival import Observation, kaplan_meier
from pipecli.reports.closings import population
from pipecli.reports.incidence import incidence_table
from pipecli.reports.stages import counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.core.record import Deal
    from pipecli.metrics.life import Life
    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.scope import Scope

CLOCK = "created, closed_on"
_QUANTILES = tuple(Fraction(share, 100) for share in (50, 75, 90))
_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("measure", "measure", key=True),
    Column("n", "n", Type.INTEGER),
    Column("ended", "ended", Type.INTEGER),
    Column("p50", "median", Type.DAYS),
    Column("p75", "p75", Type.DAYS, priority=2),
    Column("p90", "p90", Type.DAYS, priority=2),
)


def cycle(scope: Scope) -> tuple[Table, ...]:
    """Return two tables a pipeline: the lengths, and by age how many deals are won; lengths are timedeltas.

    Raises `PipeError` for a period that cannot be read.
    """
    deals: dict[str, list[Deal]] = {}
    for deal in scope.workspace.deals.values():
        deals.setdefault(deal.pipeline, []).append(deal)
    period = scope.period()
    tables: list[Table] = []
    for pipeline in scope.pipelines():
        found = population(pipeline, deals.get(pipeline.id, ()), period, scope)
        lives = _cohort(found, scope)
        tables.append(_lengths_table(found, lives, scope))
        tables.append(incidence_table(pipeline, lives, scope))
    nothing = Table("Sales cycle", _COLUMNS, (), scope.facts("closed in period", 0, clock=CLOCK), name="cycle")
    return with_unplaced(tables, scope, nothing)


def _cohort(found: Population, scope: Scope) -> Mapping[str, Life]:
    """Return the lives of the deals that were created in the period, by id, but for contradictions."""
    period = scope.period()
    known = ((one.deal.id, one.life()) for one in found.all)
    return {
        name: life
        for name, life in known
        if life and sound(life) and (period is None or life.created in period) and life.created <= scope.now.date()
    }


def _lengths_table(found: Population, lives: Mapping[str, Life], scope: Scope) -> Table:
    rows = [
        _closed("cycle of won", [one for one in found.closed if one.won]),
        _closed("cycle of lost", [one for one in found.closed if not one.won]),
        _time_to_won(lives, scope),
    ]
    return Table(
        title=f"Sales cycle: {found.pipeline.name}",
        columns=_COLUMNS,
        rows=tuple((found.pipeline.id, *cells) for cells, _ in rows),
        facts=scope.facts("closed in period; time to won: created", len(found.closed), clock=CLOCK),
        notes=tuple(_notes(found)),
        name="cycle",
        incomplete=found.incomplete,
        behind=tuple(deals for _, deals in rows) if scope.asked.explain else (),
    )


Row = tuple[tuple[Cell, ...], "Mapping[str, Sequence[str]]"]
"""The cells of a row but for the pipeline, and the deals behind them."""


def _closed(name: str, entries: Sequence[Entry]) -> Row:
    lengths = {one.deal.id: length for one in entries if (length := one.closing().cycle) is not None}
    curve = kaplan_meier(Observation(length, name) for length in lengths.values())
    middle = floored(len(lengths), lambda: median(list(lengths.values())))
    cells = (name, len(lengths), len(lengths), middle, *quantiles(curve, _QUANTILES[1:]))
    return cells, _behind(list(lengths), list(lengths))


def _time_to_won(lives: Mapping[str, Life], scope: Scope) -> Row:
    curve = time_to_won(lives.values(), scope.now.date())
    won = [name for name, life in lives.items() if life.won]
    return ("time to won", curve.n, len(won), *quantiles(curve, _QUANTILES)), _behind(list(lives), won)


def _behind(n: Sequence[str], ended: Sequence[str]) -> Mapping[str, Sequence[str]]:
    return {"n": n, "ended": ended, **dict.fromkeys(("p50", "p75", "p90"), n)}


def _notes(found: Population) -> Iterator[str]:
    lives = [(one, one.life()) for one in found.all]
    unknown = sum(life is None for _, life in lives)
    if unknown:
        yield f"{counted(unknown, 'deal')} left out: without a day of creation, or closed without one of closing"
    negative = sum(life is not None and not sound(life) for _, life in lives)
    if negative:
        yield f"{counted(negative, 'deal')} left out: closed before the day of creation"
