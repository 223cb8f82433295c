"""The curves behind the time in stage, to plot: how many are still there at each age, and how the others left.

Population: entered stage, over every visit, as in stage-time. Clock: that of the visits; days as in stage-time. CSV and
JSON have a row for every age at which somebody left; tables those of 1, 2, 5, 7, 14, 30, 60, 90, 180 and 365 days. It
is no part of the report all.

Formula: still there = S(age) by Kaplan-Meier (1958), with visits that are still there right-censored and late entries;
advanced, lost, back … = the share that left so by that age, by Aalen and Johansen (1978), in which the other ways to
leave compete: with S they are 1. Low and high = pointwise 95 % bands of log(-log share): S with Greenwood's variance
(1926), the others with that of Dinse and Larson (1986) and Gaynor et al. (1993). At risk = visits observed just before
the age; left = those that left since the row before. Shares and bands are computed in floats, right to the six places
that are given. A stage with fewer than five visits has no row.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from pipecli.core.table import Cell, Column, Table, Type
from pipecli.core.visit import End
from pipecli.metrics.band import Estimate, points
from pipecli.metrics.sample import FLOOR
from pipecli.metrics.survival import START, Step
from pipecli.reports.daycount import day_count
from pipecli.reports.shares import rounded
from pipecli.reports.stage_time import measured
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.metrics.band import Point
    from pipecli.reports.daycount import DayCount
    from pipecli.reports.lengths import Lengths
    from pipecli.reports.scope import Scope
    from pipecli.reports.stage_time import Measured

SHOWN = (1, 2, 5, 7, 14, 30, 60, 90, 180, 365)
"""The ages in days at which a person is shown the curve."""
_LEFT = tuple(end for end in End if end is not End.STILL_THERE)
_PRIORITY = {End.STILL_THERE: 1, End.ADVANCED: 4, End.LOST: 4, End.BACK: 5, End.HELD: 5}
_RARE = 6
"""The priority of the other ends: their columns give way first."""


def _share(end: End) -> Iterator[Column]:
    name = end.replace(" ", "_")
    yield Column(name, str(end), Type.SHARE, priority=_PRIORITY.get(end, _RARE))
    person = end is not End.STILL_THERE
    yield Column(f"{name}_low", "low", Type.SHARE, priority=3, machine=person)
    yield Column(f"{name}_high", "high", Type.SHARE, priority=3, machine=person)


_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("stage", "stage", key=True),
    Column("age", "age", Type.DAYS, key=True),
    Column("at_risk", "at risk", Type.INTEGER, priority=2),
    Column("left", "left", Type.INTEGER, priority=5),
    *(column for end in (End.STILL_THERE, *_LEFT) for column in _share(end)),
)


def survival(scope: Scope) -> tuple[Table, ...]:
    """Return one table a pipeline, one row a stage and age; ages are timedeltas, or fractions of business days.

    Raises `PipeError` for a period that cannot be read.
    """
    count = day_count(scope)
    tables = [_table(found, scope, count) for found in measured(scope, count)]
    facts = count.facts(scope.facts("entered stage", 0))
    return with_unplaced(tables, scope, Table("Still there", count.columns(_COLUMNS), (), facts, name="survival"))


def _table(found: Measured, scope: Scope, count: DayCount) -> Table:
    few = [stage.id for stage, own in found.timed if own.curve.n < FLOOR]
    drawn = [
        ((found.pipeline.id, stage.id), own, tuple(points(own.curve, _LEFT)))
        for stage, own in found.timed
        if own.curve.n >= FLOOR
    ]
    return Table(
        title=f"Still there: {found.pipeline.name}",
        columns=count.columns(_COLUMNS),
        rows=tuple((*head, *_cells(one.step, one, count)) for head, _, curve in drawn for one in curve),
        facts=count.facts(scope.facts("entered stage", found.n)),
        notes=(*([f"fewer than {FLOOR} visits, so no curve: {', '.join(few)}"] if few else []), *found.notes),
        empty="no stage has a curve",
        name="survival",
        digest=tuple((*head, *cells) for head, own, curve in drawn for cells in _digest(own, curve, count)),
    )


def _digest(own: Lengths, curve: Sequence[Point], count: DayCount) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of the ages that are shown, as far as anybody was observed without a gap."""
    durations = sorted(one.duration for one in own.stays.observations)
    late = sorted(one.entry for one in own.stays.observations if one.entry > START)
    steps, before = [one.step.age for one in curve], 0
    for age in (number * count.day for number in SHOWN):
        if age > durations[-1] or (own.curve.gap is not None and age >= own.curve.gap):
            return
        at_risk = len(durations) - bisect_left(durations, age) - (len(late) - bisect_left(late, age))
        at = bisect_right(steps, age)
        left = sum(one.step.leaving for one in curve[before:at])
        yield _cells(Step(age, at_risk, left, {}), curve[at - 1] if at else None, count)
        before = at


def _cells(step: Step, point: Point | None, count: DayCount) -> tuple[Cell, ...]:
    """Return the cells of an age; before the first at which anybody left there is no point, and all are still there."""
    still = point.survival if point else Estimate(1.0, None)
    shares = (still, *(point.incidence[end] if point else Estimate(0.0, None) for end in _LEFT))
    return (
        count.cell(step.age),
        step.at_risk,
        step.leaving,
        *(cell for share in shares for cell in (rounded(share.share), *map(rounded, share.band or (None, None)))),
    )
