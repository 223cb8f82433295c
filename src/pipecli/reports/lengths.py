"""How long the visits of a stage are: measured once, and the columns that the tables of stage-time share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Cell, Column, Type, Withheld
from pipecli.metrics.average import mean, median
from pipecli.metrics.band import quantile_interval
from pipecli.metrics.sample import NOT_REACHED, floored, quantiles
from pipecli.metrics.stay import Excluded, observe, stays
from pipecli.metrics.survival import kaplan_meier
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from pipecli.core.pipeline import Stage
    from pipecli.core.visit import Visit
    from pipecli.metrics.stay import Stays
    from pipecli.metrics.survival import Curve
    from pipecli.reports.daycount import DayCount

HALF = Fraction(50, 100)
QUANTILES = (HALF, Fraction(75, 100), Fraction(90, 100))

COLUMNS = (
    Column("completed", "completed", Type.INTEGER, priority=4),
    Column("still_there", "still there", Type.INTEGER, priority=2),
    Column("p50", "p50", Type.DAYS),
    Column("p50_low", "p50 from", Type.DAYS, priority=5),
    Column("p50_high", "p50 to", Type.DAYS, priority=5),
    Column("p75", "p75", Type.DAYS, priority=2),
    Column("p90", "p90", Type.DAYS, priority=3),
    Column("mean", "mean completed", Type.DAYS, priority=7),
    Column("median", "median completed", Type.DAYS, priority=6),
    Column("excluded", "excluded", Type.INTEGER, priority=4),
)


@dataclass(frozen=True, slots=True)
class Lengths:
    """Visits of one stage, how long they are, the Kaplan-Meier curve of it, and its `QUANTILES`."""

    visits: Sequence[Visit]
    stays: Stays
    curve: Curve
    quantiles: Sequence[timedelta | Withheld]

    def cells(self, count: DayCount) -> tuple[Cell, ...]:
        """Return the cells of `COLUMNS`."""
        completed = self.stays.completed
        p50, p75, p90 = self.quantiles
        interval = floored(self.curve.n, lambda: quantile_interval(self.curve, HALF))
        low, high = [interval] * 2 if isinstance(interval, Withheld) else map(_reached, interval)
        return (
            len(completed),
            self.stays.still_there,
            *map(count.cell, (p50, low, high, p75, p90)),
            count.cell(floored(len(completed), lambda: mean(completed))),
            count.cell(floored(len(completed), lambda: median(completed))),
            sum(self.stays.excluded.values()),
        )


def behind(visits: Iterable[Visit], now: datetime, count: DayCount) -> Mapping[str, Sequence[str]]:
    """Return the deals behind the cells of `COLUMNS` and the entries, each as often as it came."""
    found: dict[str, list[str]] = {"entries": [], "completed": [], "still_there": [], "excluded": []}
    for visit in visits:
        one = observe(visit, now, count.between)
        name = "excluded" if isinstance(one, Excluded) else "still_there" if one.cause is None else "completed"
        found["entries"].append(visit.deal)
        found[name].append(visit.deal)
    observed = [*found["completed"], *found["still_there"]]
    return {**found, "p50": observed, "p75": observed, "p90": observed, "mean": found["completed"],
            "median": found["completed"]}  # fmt: skip


def _reached(age: timedelta | None) -> timedelta | Withheld:
    return NOT_REACHED if age is None else age


def measured(visits: Sequence[Visit], now: datetime, count: DayCount) -> Lengths:
    """Return the visits of one stage, measured at the as-of moment."""
    found = stays(visits, now, count.between)
    curve = kaplan_meier(found.observations)
    return Lengths(visits, found, curve, quantiles(curve, QUANTILES))


def notes(found: Iterable[tuple[Stage, Lengths]]) -> Iterator[str]:
    """Yield the notes on the visits that enter late, and on those that are in no estimate."""
    excluded: Counter[Excluded] = Counter()
    late = 0
    for _, one in found:
        excluded.update(one.stays.excluded)
        late += one.stays.late
    if late:
        yield f"{counted(late, 'visit')} began before being observed, and entered at the age reached by then"
    for why in Excluded:
        if excluded[why]:
            yield f"{counted(excluded[why], 'visit')} left out: {why}"
