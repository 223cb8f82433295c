"""How many of the deals that came to a stage went on, to the next one and to a won one; and how visits end.

Population: entered stage. A deal counts once a stage, from its first visit on; one that was removed and made anew
has two lives, and each counts. With `--period`, those that came in it, whatever became of them later. The ends are
of every visit, those of removed deals among them, and add up to the entries. Pipelines are never mixed. Clock: that
of the visits (effective unless `--clock recorded`).

Formula: entered = deals that visited the stage; reached = deals that visited it or any later open or won one. To
next, to won = deals that went on ÷ deals that came, by `--mode`: `reached` (the default), of those that reached the
stage, those that reached the other; `direct`, of those that entered it, those that came to the other straight from
it; `strict`, of those that entered it, those that visited every stage between, in order. Open = never won, and not
lost now: they may still go on. Matured = the same rates, of those deals only that came at least as long ago as the
p90 of the time in the stage (Kaplan-Meier, as in stage-time). Drop-off = deals lost from the stage ÷ entered. Rates
of fewer than five deals are withheld.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.core.visit import Truncated
from pipecli.metrics import course
from pipecli.metrics.course import Mode
from pipecli.metrics.funnel import Counting, Going
from pipecli.metrics.sample import quantile
from pipecli.metrics.stay import stays
from pipecli.metrics.survival import kaplan_meier
from pipecli.reports.ends import ends_table
from pipecli.reports.entered import Entered
from pipecli.reports.stages import by_stage, counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import timedelta

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.visit import Visit
    from pipecli.metrics.course import Course, Funnel
    from pipecli.metrics.funnel import Passage
    from pipecli.reports.scope import Scope
    from pipecli.reports.stages import ByStage

LONG = Fraction(90, 100)
"""The share of the visits which have ended when a deal should have left a stage."""

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("stage", "stage", key=True),
    Column("kind", "kind", machine=True),
    Column("entered", "entered", Type.INTEGER, priority=2),
    Column("reached", "reached", Type.INTEGER, bar=True),
    Column("next_stage", "next stage", machine=True),
    Column("next", "next", Type.INTEGER, priority=6),
    Column("next_rate", "to next", Type.SHARE),
    Column("won", "won", Type.INTEGER, priority=5),
    Column("won_rate", "to won", Type.SHARE),
    Column("open", "open", Type.INTEGER, priority=3),
    Column("matured", "matured", Type.INTEGER, priority=7),
    Column("matured_next", "matured next", Type.INTEGER, machine=True),
    Column("matured_next_rate", "matured next", Type.SHARE, priority=4),
    Column("matured_won", "matured won", Type.INTEGER, machine=True),
    Column("matured_won_rate", "matured won", Type.SHARE, priority=6),
    Column("lost", "lost", Type.INTEGER, priority=5),
    Column("drop_off", "drop-off", Type.SHARE, priority=2),
)


def funnel(scope: Scope) -> tuple[Table, ...]:
    """Return two tables a pipeline: one row a stage of the funnel; and one row a stage with the ends of its visits.

    Raises `PipeError` for an unknown mode, and for a period that cannot be read.
    """
    mode, entered = mode_of(scope.asked.mode), Entered(scope.period(), scope.now.tzinfo)
    own: dict[str, list[Visit]] = {pipeline.id: [] for pipeline in scope.pipelines()}
    for visit in scope.visits:
        if visit.pipeline in own:
            own[visit.pipeline].append(visit)
    tables: list[Table] = []
    for pipeline in scope.pipelines():
        found = by_stage(pipeline, own[pipeline.id])
        tables.append(_table(pipeline, found, own[pipeline.id], mode, entered, scope))
        tables.append(ends_table(pipeline, found, entered, scope))
    return with_unplaced(tables, scope, Table("Funnel", _COLUMNS, (), scope.facts("entered stage", 0), name="funnel"))


def mode_of(asked: str | None) -> Mode:
    """Return what going on to a stage means. Raises `PipeError` for an unknown mode."""
    if asked is not None and asked not in list(Mode):
        raise PipeError(f"there is no mode {asked!r}", hint="--mode reached, direct or strict", code=ExitCode.USAGE)
    return Mode(asked) if asked else Mode.REACHED


def _table(
    pipeline: Pipeline, found: ByStage[Visit], visits: Sequence[Visit], mode: Mode, entered: Entered, scope: Scope
) -> Table:
    counting = Counting(mode, entered.counts, scope.now)
    through = course.funnel(stage for stage, _ in found)
    ways = course.courses(visits, pipeline, through)
    long = {stage.id: long_stay(own, scope) for stage, own in found}
    return Table(
        title=f"Funnel: {pipeline.name}",
        columns=_COLUMNS,
        rows=tuple(
            _row(pipeline, through, place, counting.passage(ways, through, place, long[stage.id]))
            for place, stage in enumerate(through.stages)
        ),
        facts=(*scope.facts("entered stage", counting.size(ways, through)), ("mode", mode)),
        notes=(*late_note(ways), *entered.notes(visits)),
        empty="the pipeline has no stage that is open or won",
        name="funnel",
        behind=tuple(_behind(counting, ways, through, long)) if scope.asked.explain else (),
    )


def _behind(
    counting: Counting, ways: Sequence[Course], through: Funnel, long: Mapping[str, timedelta | Withheld]
) -> Iterator[Mapping[str, Sequence[str]]]:
    """Yield the deals behind the figures of each row; behind a rate those that came."""
    for place, stage in enumerate(through.stages):
        found = dict(counting.behind(ways, through, place, long[stage.id]))
        counted_ones = found.pop("counted")
        came = {"next_rate": counted_ones, "won_rate": counted_ones, "drop_off": found["entered"]}
        ripe = {"matured_next_rate": found["matured"], "matured_won_rate": found["matured"]}
        yield {**found, **came, **ripe}


def long_stay(visits: Iterable[Visit], scope: Scope) -> timedelta | Withheld:
    """Return the time after which all but a few deals have left a stage, or why it is not known."""
    return quantile(kaplan_meier(stays(visits, scope.now).observations), LONG)


def _row(pipeline: Pipeline, through: Funnel, place: int, passage: Passage) -> tuple[Cell, ...]:
    stage, following = through.stages[place], through.next(place)
    going = passage.going
    return (
        pipeline.id,
        stage.id,
        str(stage.kind),
        passage.entered,
        passage.reached,
        through.stages[following.there.start].id if following else None,
        going.following,
        going.following_rate(),
        going.won,
        going.won_rate(),
        passage.current if through.win(place) else None,
        *_matured(passage.matured, going),
        passage.lost,
        passage.drop_off(),
    )


def _matured(matured: Going | Withheld, going: Going) -> tuple[Cell, ...]:
    """Return n, and number and rate of those that went on and of those won; nothing where there is nowhere to go."""
    if isinstance(matured, Withheld):
        following, won = (None if one is None else matured for one in (going.following, going.won))
        return (None, following, following, won, won)
    of = None if matured.following is None and matured.won is None else matured.of
    return (of, matured.following, matured.following_rate(), matured.won, matured.won_rate())


def late_note(ways: Iterable[Course]) -> Iterator[str]:
    """Yield the note on the deals of which the begin is not known, if there are any."""
    late = sum(way.visits[0].truncated is not Truncated.NO for way in ways)
    if late:
        yield f"{counted(late, 'deal')} began before being observed: what came before is not known"
