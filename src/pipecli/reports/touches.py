"""How many follow-up touches deals had before they were won or lost, and how many of them had as many as they should.

Population: closed in period, by the present state of the files, without `--period` all closed deals; the lines `open`
and `all` are of all time. Clock: the moments of the activities, as they are written; those up to the end of the day of
closing count (`closed_on`, else the entry of the stage).

Formula: outbound = activities with `direction: out`; two-way = meetings and demos, and whatever came in or has
`outcome: reached`. Notes are no touches; one activity may be both. Median = the middle number, or the mean of the two
in the middle. In band = deals with an outcome whose number is in the target `touches` ÷ all of them. An open deal may
be touched again: the line `open` has its touches so far, and the median of `all` is by Kaplan-Meier (1958) with open
deals censored at their number. Figures of fewer than five deals are withheld.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.pipeline import Kind
from pipecli.core.table import Cell, Column, Table, Type
from pipecli.facts.touch import is_touch, outbound, two_way
from pipecli.metrics.touches import Touches, middle
from pipecli.reports.bands import USUAL, band
from pipecli.reports.stages import by_stage, counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pipecli.core.calendar import Period
    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal
    from pipecli.core.value import Band
    from pipecli.reports.scope import Scope

CLOCK = "activities"
_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("outcome", "outcome", key=True),
    Column("n", "deals", Type.INTEGER),
    Column("outbound", "outbound", Type.NUMBER),
    Column("outbound_within", "within", Type.INTEGER, machine=True),
    Column("outbound_share", "in band", Type.SHARE),
    Column("two_way", "two-way", Type.NUMBER, priority=2),
    Column("two_way_within", "within", Type.INTEGER, machine=True),
    Column("two_way_share", "in band", Type.SHARE, priority=2),
)


class Touched(NamedTuple):
    """One deal, whether it was won (None while it is open), and how often it was touched by then."""

    deal: str
    won: bool | None
    outbound: int
    two_way: int


def touches(scope: Scope) -> tuple[Table, ...]:
    """Return one table a pipeline, one row an outcome. Raises `PipeError` for a period that cannot be read."""
    deals: dict[str, list[Deal]] = {}
    for deal in scope.workspace.deals.values():
        deals.setdefault(deal.pipeline, []).append(deal)
    scope.period()
    tables = [_table(one, deals.get(one.id, ()), scope) for one in scope.pipelines()]
    facts = scope.facts("closed in period", 0, clock=CLOCK)
    return with_unplaced(tables, scope, Table("Follow-up touches", _COLUMNS, (), facts, name="touches"))


def touched(pipeline: Pipeline, deals: Iterable[Deal], period: Period | None, scope: Scope) -> Iterator[Touched]:
    """Yield the deals that were closed in a period, and those that are open; not those closed on an unknown day."""
    zone = scope.now.tzinfo
    kinds = {stage.id: stage.kind for stage in pipeline.stages}
    for deal in deals:
        stage = pipeline.stage(deal.stage)
        if stage is None:
            continue
        closed = kinds[stage.id] in (Kind.WON, Kind.LOST)
        day = _closing_day(deal, scope) if closed else scope.now.date()
        if day is None or (closed and period is not None and day not in period):
            continue
        done = [one for one in deal.activities if is_touch(one) and one.at.astimezone(zone).date() <= day]
        won = stage.kind is Kind.WON if closed else None
        yield Touched(deal.id, won, sum(map(outbound, done)), sum(map(two_way, done)))


def _closing_day(deal: Deal, scope: Scope) -> date | None:
    return deal.closed_on or scope.entered.get(deal.id)


def _table(pipeline: Pipeline, deals: Sequence[Deal], scope: Scope) -> Table:
    placed = by_stage(pipeline, deals)
    found = list(touched(pipeline, deals, scope.period(), scope))
    target = band("touches", pipeline, scope) or USUAL["touches"]
    of_all_time = found if scope.period() is None else list(touched(pipeline, deals, None, scope))
    lines = [_line(name, of_all_time if None in own else found, target) for name, own in _LINES.items()]
    undated = [deal for stage, own in placed if stage.kind in (Kind.WON, Kind.LOST) for deal in own]
    unknown = sum(_closing_day(deal, scope) is None for deal in undated)
    note = (f"{counted(unknown, 'deal')} left out: closed, and without a day of closing",) if unknown else ()
    return Table(
        title=f"Follow-up touches: {pipeline.name}",
        columns=_COLUMNS,
        rows=tuple((pipeline.id, *cells) for cells, _ in lines),
        facts=(
            *scope.facts("closed in period", sum(one.won is not None for one in found), clock=CLOCK),
            ("band", f"{target.low} to {target.high}"),
        ),
        notes=(*note, *placed.notes("deal")),
        name="touches",
        incomplete=bool(placed.unknown),
        behind=tuple(behind for _, behind in lines) if scope.asked.explain else (),
    )


_LINES: Mapping[str, tuple[bool | None, ...]] = {
    "won": (True,),
    "lost": (False,),
    "closed": (True, False),
    "open": (None,),
    "all": (True, False, None),
}
"""The lines, and of what outcomes each is."""

Line = tuple[tuple[Cell, ...], "Mapping[str, Sequence[str]]"]
"""The cells of a row but for the pipeline, and the deals behind them."""


def _line(name: str, found: Sequence[Touched], target: Band) -> Line:
    own = [one for one in found if one.won in _LINES[name]]
    cells: list[Cell] = [name, len(own)]
    behind: dict[str, Sequence[str]] = {"n": [one.deal for one in own]}
    for which in ("outbound", "two_way"):
        numbers = _numbers(own, which)
        ended = name in ("won", "lost", "closed")
        within = numbers.within(target)
        cells.append(
            numbers.median() if ended else numbers.median_of_all() if name == "all" else middle(numbers.open_so_far)
        )
        cells += [len(within), numbers.share_within(target)] if ended else [None, None]
        behind |= {which: behind["n"], f"{which}_within": within, f"{which}_share": behind["n"]}
    return tuple(cells), behind


def _numbers(own: Iterable[Touched], which: str) -> Touches:
    closed: dict[str, int] = {}
    going: dict[str, int] = {}
    for one in own:
        number = one.outbound if which == "outbound" else one.two_way
        (going if one.won is None else closed)[one.deal] = number
    return Touches(closed, going)
