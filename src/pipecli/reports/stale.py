"""Open deals that went quiet: dead, or rotting by the clock of their stage; the longest over the limit first.

Population: open as of the moment; deals on hold, and held ones until their day, are counted in a note, as are the
fresh, and those in a stage without a limit. Clock: the stage's `rot.clock`: the last activity that is no note
(`activity`), the entry of the present visit (`stage`), the last commit that changed the file (`update`), or the day
of creation (`created`); for dead deals the last two-way touch (`reply`).

Formula: quiet = today - the day from which the clock counts; over = quiet - limit. Rotting from `rot.after` on; dead
from the workspace's `dead_after` on, whatever the stage says. A clock that has nothing to count from begins with the
creation, or else the entry.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.core.table import Column, Table, Type
from pipecli.core.visit import Truncated
from pipecli.facts.rot import Quiet, Standing, standing
from pipecli.reports.stages import by_stage, counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.core.table import Cell
    from pipecli.reports.scope import Scope

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("deal", "deal", key=True),
    Column("title", "title", priority=5),
    Column("stage", "stage", priority=4),
    Column("rot", "rot"),
    Column("since", "since", Type.DAY, machine=True),
    Column("quiet", "quiet", Type.DAYS),
    Column("limit", "limit", Type.DAYS, priority=2),
    Column("over", "over", Type.DAYS, machine=True),
    Column("clock", "clock", priority=2),
    Column("owner", "owner", priority=1),
    Column("value", "value", Type.MONEY, priority=3),
    Column("currency", "currency", priority=3),
    Column("next_step", "next step", priority=4),
    Column("next_due", "due", Type.DAY, priority=4),
)
_TOLD = (Standing.DEAD, Standing.ROTTING)


def stale(scope: Scope) -> tuple[Table, ...]:
    """Return one table a pipeline, one row a deal; durations are timedeltas of whole days."""
    deals: dict[str, list[Deal]] = {}
    for deal in scope.workspace.deals.values():
        deals.setdefault(deal.pipeline, []).append(deal)
    tables = [_table(one, deals.get(one.id, ()), scope) for one in scope.pipelines()]
    return with_unplaced(tables, scope, Table("Stale deals", _COLUMNS, (), scope.facts("open as of", 0), name="stale"))


def _table(pipeline: Pipeline, deals: Sequence[Deal], scope: Scope) -> Table:
    context = scope.context()
    placed = by_stage(pipeline, deals)
    found = [(stage, deal, quiet) for stage, some in placed for deal in some if (quiet := standing(deal, context))]
    told = sorted((one for one in found if one[2].standing in _TOLD), key=_order)
    on_hold = sum(len(some) for stage, some in placed if stage.kind is Kind.ON_HOLD)
    return Table(
        title=f"Stale deals: {pipeline.name}",
        columns=_COLUMNS,
        rows=tuple(_row(*one, scope) for one in told),
        facts=scope.facts("open as of", len(found)),
        notes=(*_notes(found, on_hold), *_unseen(found, scope), *placed.notes("deal")),
        empty="no open deal is rotting or dead" if found else "no open deal",
        name="stale",
        incomplete=bool(placed.unknown),
    )


def _order(one: tuple[Stage, Deal, Quiet]) -> tuple[bool, timedelta, str]:
    _, deal, quiet = one
    return quiet.standing is not Standing.DEAD, -(quiet.over or timedelta()), deal.id


def _row(stage: Stage, deal: Deal, quiet: Quiet, scope: Scope) -> tuple[Cell, ...]:
    step = deal.next_step
    return (
        deal.pipeline,
        deal.id,
        deal.title,
        stage.id,
        str(quiet.standing),
        quiet.since,
        quiet.quiet,
        quiet.limit,
        quiet.over,
        quiet.clock,
        deal.owner,
        deal.value,
        scope.workspace.currency_of(deal) if deal.value is not None else None,
        step.do if step else None,
        step.due if step else None,
    )


def _notes(found: Sequence[tuple[Stage, Deal, Quiet]], on_hold: int) -> Iterator[str]:
    """Yield what is in no row, by the reason."""
    numbers = Counter(quiet.standing for _, _, quiet in found)
    if numbers[Standing.FRESH]:
        yield f"{counted(numbers[Standing.FRESH], 'deal')} fresh: below the limit of the stage"
    if on_hold:
        yield f"{counted(on_hold, 'deal')} on hold: no clock runs there"
    if numbers[Standing.HELD]:
        yield f"{counted(numbers[Standing.HELD], 'deal')} held until a day to come"
    if numbers[Standing.UNLIMITED]:
        names = _stages(found, Standing.UNLIMITED)
        yield f"{counted(numbers[Standing.UNLIMITED], 'deal')} not dead, in stages without a rot limit: {names}"
    if numbers[Standing.UNKNOWN]:
        number = counted(numbers[Standing.UNKNOWN], "deal")
        yield f"{number} without a day to count from: {_stages(found, Standing.UNKNOWN)}"


def _stages(found: Iterable[tuple[Stage, Deal, Quiet]], wanted: Standing) -> str:
    return ", ".join(dict.fromkeys(stage.id for stage, _, quiet in found if quiet.standing is wanted))


def _unseen(found: Iterable[tuple[Stage, Deal, Quiet]], scope: Scope) -> Iterator[str]:
    """Yield how many clocks began with an entry that nobody saw: the deals may be quiet for longer."""
    unseen = {v.deal for v in scope.visits if v.left is None and v.truncated is Truncated.START_UNKNOWN}
    late = [deal for _, deal, quiet in found if deal.id in unseen and quiet.since == scope.entered.get(deal.id)]
    if late:
        yield f"{counted(len(late), 'deal')} counted from when first seen: the entry is older than the history"
