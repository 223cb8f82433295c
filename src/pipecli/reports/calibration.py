"""Whether the probability of each stage is right: what is configured beside what the history tells, with its interval.

Population: entered stage: the deals that visited an open stage, each once; with `--period`, those whose first visit
of it began in the period. A deal that skipped the stage is not among them: the probability is that of deals that are
in it. Pipelines are never mixed. Clock: that of the visits (effective unless `--clock recorded`).

Formula: measured = won ÷ (won + lost), of the deals that are closed now; one that was reopened counts as what it is
at last. From and to = the 95 % interval of that share (Wilson 1927). `differs` where the configured probability lies
outside: chance alone explains it no more. Open deals are in no share; where deals are lost sooner than won, or the
other way round, the closed ones mislead while many are open. Beside it, with open = won ÷ (won + lost) by the
Aalen-Johansen incidence since the first visit, in which open deals are censored and removed ones compete, as far as
anybody was observed. Shares of fewer than five closed deals are withheld.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.metrics.calibration import Fates, fates
from pipecli.metrics.passage import Result
from pipecli.reports.entered import Entered
from pipecli.reports.odds import visits_by_pipeline
from pipecli.reports.stages import by_stage, counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.visit import Visit
    from pipecli.metrics.band import Band
    from pipecli.reports.scope import Scope

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("stage", "stage", key=True),
    Column("configured", "configured", Type.SHARE),
    Column("measured", "measured", Type.SHARE),
    Column("low", "from", Type.SHARE, priority=3),
    Column("high", "to", Type.SHARE, priority=3),
    Column("n", "closed", Type.INTEGER),
    Column("won", "won", Type.INTEGER, priority=3),
    Column("open", "open", Type.INTEGER, priority=3),
    Column("with_open", "with open", Type.SHARE, priority=2),
    Column("differs", "differs", Type.FLAG, priority=2),
)
NOT_CONFIGURED = Withheld("not configured")


def calibration(scope: Scope) -> tuple[Table, ...]:
    """Return a table a pipeline, one row an open stage. Raises `PipeError` for a period that cannot be read."""
    entered, visits = Entered(scope.period(), scope.now.tzinfo), visits_by_pipeline(scope)
    tables = [_table(one, visits.get(one.id, ()), entered, scope) for one in scope.pipelines()]
    nothing = Table("Calibration", _COLUMNS, (), scope.facts("entered stage", 0), name="calibration")
    return with_unplaced(tables, scope, nothing)


def _table(pipeline: Pipeline, visits: Sequence[Visit], entered: Entered, scope: Scope) -> Table:
    found = by_stage(pipeline, visits)
    every = fates(visits, pipeline, scope.now, entered.counts)
    rows = [(stage, every[stage.id]) for stage, _ in found if stage.id in every]
    return Table(
        title=f"Calibration: {pipeline.name}",
        columns=_COLUMNS,
        rows=tuple(_row(pipeline, stage, own) for stage, own in rows),
        facts=scope.facts("entered stage", len({one.deal for _, own in rows for one in own.all})),
        notes=(*_notes([own for _, own in rows]), *entered.notes(visits), *found.notes("visit")),
        empty="the pipeline has no open stage",
        name="calibration",
        behind=tuple(_behind(own) for _, own in rows) if scope.asked.explain else (),
    )


def _row(pipeline: Pipeline, stage: Stage, own: Fates) -> tuple[Cell, ...]:
    interval = own.interval()
    low, high = [interval] * 2 if isinstance(interval, Withheld) else map(Fraction, interval)
    return (
        pipeline.id,
        stage.id,
        NOT_CONFIGURED if stage.probability is None else stage.probability,
        own.share(),
        low,
        high,
        own.closed,
        own.won,
        len(own.of(None)),
        own.with_open(),
        _differs(stage.probability, interval),
    )


def _differs(configured: Decimal | None, interval: Band | Withheld) -> Cell:
    if configured is None or isinstance(interval, Withheld):
        return None
    return not interval.low <= float(configured) <= interval.high


def _behind(own: Fates) -> Mapping[str, Sequence[str]]:
    closed = own.of(Result.WON, Result.LOST)
    shares = dict.fromkeys(("measured", "low", "high", "n"), closed)
    return {**shares, "won": own.of(Result.WON), "open": own.of(None), "with_open": own.of(*Result, None)}


def _notes(found: Iterable[Fates]) -> Iterator[str]:
    every = {one.deal: one for own in found for one in own.all}
    gone = Counter(one.result for one in every.values())[Result.GONE]
    if gone:
        yield f"{counted(gone, 'deal')} in no share: removed, or gone to another pipeline"
    late = sum(one.late for one in every.values())
    if late:
        yield f"{counted(late, 'deal')} only in the share of the closed: the first visit began before being observed"
