"""How long new deals waited for our first outbound touch, and how many of them had it in time.

Population: the `created` cohort, with `--period` the deals that were created in it; by the present state of the files.
Clock: from the moment of creation, which is that of the deal's first visit where it was seen on the day `created`, else
the first second of that day; to the moment of the activity. With `--business-days` working time of the workspace's
calendar, in days as long as its hours. `--by` a text of the deals (owner, source, fields.NAME …), or month, quarter,
year or week of creation.

Formula: first response = first activity with `direction: out` that is no note - created. Median and p90 by Kaplan-Meier
(1958): who has no such activity waits until it was closed, or now, and is censored there. In time = answered within the
target `first_response` (hours, working ones with `--business-days`; 24, or one business day, unless told) ÷ those and
the ones that were answered later or have waited for longer; whoever waits for less is in neither, nor is a deal that
may be either, since the hour of its creation is not known. A response before the creation is left out. Figures of
fewer than five deals are withheld.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.table import Cell, Column, Table, Type
from pipecli.metrics.response import service, times
from pipecli.reports.bands import USUAL, band
from pipecli.reports.daycount import CALENDAR, day_count
from pipecli.reports.division import division, fact
from pipecli.reports.losses import NOT_GIVEN
from pipecli.reports.responses import Responses, responses
from pipecli.reports.stages import by_stage
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal
    from pipecli.metrics.response import Response
    from pipecli.reports.daycount import DayCount
    from pipecli.reports.division import Division
    from pipecli.reports.scope import Scope

CLOCK = "created, activities"
_SHARES = (Fraction(50, 100), Fraction(90, 100))
_PIPELINE = Column("pipeline", "pipeline", machine=True, key=True)
_COLUMNS = (
    Column("n", "created", Type.INTEGER),
    Column("answered", "answered", Type.INTEGER, priority=4),
    Column("waiting", "not yet", Type.INTEGER, priority=2),
    Column("p50", "median", Type.DAYS),
    Column("p90", "p90", Type.DAYS, priority=4),
    Column("met", "in time", Type.INTEGER, priority=3),
    Column("missed", "late", Type.INTEGER, priority=3),
    Column("share", "in time ÷ both", Type.SHARE, priority=2),
)


def first_response(scope: Scope) -> tuple[Table, ...]:
    """Return one table a pipeline, and another by what was asked for; durations are timedeltas, or business days.

    Raises `PipeError` for a period that cannot be read, and for what divides no rows.
    """
    count, by = day_count(scope), division(scope, scope.period()) if scope.asked.by else None
    deals: dict[str, list[Deal]] = {}
    for deal in scope.workspace.deals.values():
        deals.setdefault(deal.pipeline, []).append(deal)
    tables: list[Table] = []
    for pipeline in scope.pipelines():
        own = deals.get(pipeline.id, ())
        found = responses(pipeline, own, scope, count)
        tables.append(_total(pipeline, own, found, scope, count))
        if by:
            tables.append(_divided(pipeline, found, by, scope, count))
    columns = count.columns((_PIPELINE, *_COLUMNS))
    facts = count.facts(scope.facts("created", 0, clock=CLOCK))
    return with_unplaced(tables, scope, Table("First response", columns, (), facts, name="first-response"))


def limit(pipeline: Pipeline, scope: Scope, count: DayCount) -> timedelta:
    """Return within which time a deal should be answered: the target's upper end, else a day."""
    found = band("first_response", pipeline, scope)
    if found is None or found is USUAL["first_response"]:
        return count.day
    return timedelta(microseconds=int(found.high * 3_600_000_000))


def _total(pipeline: Pipeline, deals: Sequence[Deal], found: Responses, scope: Scope, count: DayCount) -> Table:
    allowed, placed = limit(pipeline, scope, count), by_stage(pipeline, deals)
    return Table(
        title=f"First response: {pipeline.name}",
        columns=count.columns((_PIPELINE, *_COLUMNS)),
        rows=((pipeline.id, *_cells(found.known, allowed, count)),),
        facts=(*count.facts(scope.facts("created", len(found.known), clock=CLOCK)), ("in time", _said(allowed, count))),
        notes=(*found.notes(), *placed.notes("deal")),
        name="first-response",
        incomplete=bool(placed.unknown),
        behind=(_behind(found.known, allowed),) if scope.asked.explain else (),
    )


def _divided(pipeline: Pipeline, found: Responses, by: Division, scope: Scope, count: DayCount) -> Table:
    allowed = limit(pipeline, scope, count)
    groups = _groups(found, by, scope)
    example = by.example([name for name, _ in groups if name])
    named = (Column("by", "by", machine=True), Column("group", by.name, key=True))
    return Table(
        title=f"First response by {by.name}: {pipeline.name}",
        columns=count.columns((_PIPELINE, *named, *_COLUMNS)),
        rows=tuple((pipeline.id, by.name, name or NOT_GIVEN, *_cells(own, allowed, count)) for name, own in groups),
        facts=(*count.facts(scope.facts("created", len(found.known), clock=CLOCK)), ("in time", _said(allowed, count))),
        notes=(example,) if example else (),
        empty="no deal was created",
        name="first-response-by",
        behind=tuple(_behind(own, allowed) for _, own in groups) if scope.asked.explain else (),
    )


def _groups(found: Responses, by: Division, scope: Scope) -> list[tuple[str | None, Sequence[Response]]]:
    """Return the groups: periods in their order; else those with the most deals first."""
    context = scope.context()
    groups: dict[str | None, list[Response]] = {}
    for one in found.known:
        deal = scope.workspace.deals[one.deal]
        name = by.of_day(found.days[one.deal]) if by.unit else fact(deal, by.name, context)
        groups.setdefault(name, []).append(one)
    if by.unit:
        return [(name, groups.get(name, [])) for name in by.in_order(found.days.values())]
    order = sorted(groups, key=lambda name: (name is None, -len(groups[name]), name))
    return [(name, groups[name]) for name in order]


def _cells(own: Sequence[Response], allowed: timedelta, count: DayCount) -> tuple[Cell, ...]:
    answered, served = sum(one.answered for one in own), service(own, allowed)
    return (
        len(own),
        answered,
        len(own) - answered,
        *map(count.cell, times(own, _SHARES)),
        len(served.met),
        len(served.missed),
        served.rate(),
    )


def _behind(own: Iterable[Response], allowed: timedelta) -> Mapping[str, Sequence[str]]:
    kept = list(own)
    everyone, served = [one.deal for one in kept], service(kept, allowed)
    return {
        "n": everyone,
        "answered": [one.deal for one in kept if one.answered],
        "waiting": [one.deal for one in kept if not one.answered],
        "p50": everyone,
        "p90": everyone,
        "met": served.met,
        "missed": served.missed,
        "share": [*served.met, *served.missed],
    }


def _said(allowed: timedelta, count: DayCount) -> str:
    """Return a limit in hours, or as one day where it is that."""
    kind = "" if count is CALENDAR else "business "
    hours = Fraction(allowed // timedelta.resolution, 3_600_000_000)
    return f"1 {kind}day" if allowed == count.day else f"{float(hours):g} {kind}hours"
