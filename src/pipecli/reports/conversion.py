"""How many of the deals that came to a stage went on to the next one, or with `--matrix` to every later one.

Population: entered stage. A deal counts once a stage, from its first visit on; one that was removed and made anew has
two lives, and each counts. With `--period`, those that came in it, whatever became of them later. Pipelines are never
mixed. Clock: that of the visits (effective unless `--clock recorded`).

Formula: rate = went on ÷ came, by `--mode`: `reached` (the default), of those that reached the stage (visited it or
any later open or won one), those that reached the other; `direct`, of those that entered it, those that came to the
other straight from it; `strict`, of those that entered it, those that visited every stage between, in order. Came =
went on + open + ended: open were never won, and are in a stage that is neither won nor lost, so they may still go on.
Matured = the same rate, of those deals only that came at least as long ago as the p90 of the time in the stage
(Kaplan-Meier 1958, as in stage-time); withheld where p90 is not reached. The last line is from the first stage to the
first won one. Rates of fewer than five deals are withheld.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.metrics import course
from pipecli.metrics.conversion import Coming, goal
from pipecli.metrics.funnel import Counting
from pipecli.reports.entered import Entered
from pipecli.reports.funnel import late_note, long_stay, mode_of
from pipecli.reports.matrix import matrix
from pipecli.reports.stages import by_stage
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.visit import Visit
    from pipecli.metrics.conversion import Conversion
    from pipecli.metrics.course import Funnel
    from pipecli.reports.scope import Scope

COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("from", "from", key=True),
    Column("to", "to", key=True),
    Column("n", "came", Type.INTEGER),
    Column("on", "went on", Type.INTEGER),
    Column("rate", "rate", Type.SHARE),
    Column("open", "open", Type.INTEGER, priority=2),
    Column("ended", "ended", Type.INTEGER, priority=3),
    Column("p90", "p90", Type.DAYS, priority=6),
    Column("matured_n", "matured", Type.INTEGER, priority=5),
    Column("matured_on", "matured on", Type.INTEGER, machine=True),
    Column("matured_rate", "matured rate", Type.SHARE, priority=4),
)


class Pair(NamedTuple):
    """Two places of a funnel, what became of the deals between them, and the p90 of the time in the first."""

    start: int
    end: int
    found: Conversion
    long: Cell


def conversion(scope: Scope) -> tuple[Table, ...]:
    """Return one table a pipeline, one row a stage and the next, or any later one where a matrix is asked for.

    Raises `PipeError` for an unknown mode, and for a period that cannot be read.
    """
    mode_of(scope.asked.mode)
    own: dict[str, list[Visit]] = {pipeline.id: [] for pipeline in scope.pipelines()}
    for visit in scope.visits:
        if visit.pipeline in own:
            own[visit.pipeline].append(visit)
    tables = [_table(pipeline, own[pipeline.id], scope) for pipeline in scope.pipelines()]
    nothing = Table("Conversion", COLUMNS, (), scope.facts("entered stage", 0), name="conversion")
    return with_unplaced(tables, scope, nothing)


def _table(pipeline: Pipeline, visits: Sequence[Visit], scope: Scope) -> Table:
    found, entered = by_stage(pipeline, visits), Entered(scope.period(), scope.now.tzinfo)
    mode = mode_of(scope.asked.mode)
    through = course.funnel(stage for stage, _ in found)
    ways = course.courses(visits, pipeline, through)
    long = {stage.id: long_stay(own, scope) for stage, own in found}
    cohorts = Coming(mode, entered.counts, scope.now).cohorts(ways, through, [long[one.id] for one in through.stages])
    size = Counting(mode, entered.counts, scope.now).size(ways, through)
    ends = _matrix(through) if scope.asked.matrix else _steps(through)
    pairs = [Pair(start, end, cohorts[start].to(goal(through, start, end)), cohorts[start].long) for start, end in ends]
    table = Table(
        title=f"Conversion: {pipeline.name}",
        columns=COLUMNS,
        rows=tuple(_row(pipeline, through, pair) for pair in pairs),
        facts=(*scope.facts("entered stage", size), ("mode", mode)),
        notes=(*late_note(ways), *entered.notes(visits), *found.notes("visit")),
        empty="the pipeline has no two stages that are open or won",
        name="conversion",
        behind=tuple(_behind(pair.found) for pair in pairs) if scope.asked.explain else (),
    )
    return matrix(table, through, pairs, [one.size() for one in cohorts]) if scope.asked.matrix else table


def _steps(through: Funnel) -> list[tuple[int, int]]:
    """Return each place with the next one, and the first with the first won one."""
    places = range(len(through.stages))
    steps = [(place, following.there.start) for place in places if (following := through.next(place))]
    whole = (0, through.won)
    return [*steps, whole] if through.win(0) and whole not in steps else steps


def _matrix(through: Funnel) -> list[tuple[int, int]]:
    return list(combinations(range(len(through.stages)), 2))


def _row(pipeline: Pipeline, through: Funnel, pair: Pair) -> tuple[Cell, ...]:
    found = pair.found
    unknown = isinstance(found.matured, Withheld)
    return (
        pipeline.id,
        through.stages[pair.start].id,
        through.stages[pair.end].id,
        len(found.came),
        len(found.on),
        found.rate(),
        len(found.current),
        len(found.ended),
        pair.long,
        None if unknown else len(found.matured),
        None if unknown else len(found.matured_on),
        found.matured_rate(),
    )


def _behind(found: Conversion) -> Mapping[str, Sequence[str]]:
    deals = {"n": found.came, "on": found.on, "rate": found.came, "open": found.current, "ended": found.ended}
    if isinstance(found.matured, Withheld):
        return deals
    return {**deals, "matured_n": found.matured, "matured_on": found.matured_on, "matured_rate": found.matured}
