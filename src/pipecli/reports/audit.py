"""The visits of deals, as a table for machines and a timeline for people.

Population: every visit, of removed deals, too. Clock: effective unless `--clock recorded`. The columns are those
that analysts ask of a history: when a deal entered a stage and left it, who moved it, and where that stands. Days are
those of the calendar, or with `--business-days` working time; seconds are always those that passed.
"""

from __future__ import annotations

from collections import Counter
from functools import cache, partial
from typing import TYPE_CHECKING

from pipecli.core.table import Column, Table, Type
from pipecli.reports.daycount import CALENDAR
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime, tzinfo

    from pipecli.core.table import Cell
    from pipecli.core.visit import Visit
    from pipecli.core.workspace import Workspace
    from pipecli.history.event import Event, State
    from pipecli.reports.daycount import DayCount

COLUMNS = (
    Column("deal", "Deal"),
    Column("life", "Life", Type.INTEGER, machine=True),
    Column("pipeline", "Pipeline", priority=6),
    Column("stage", "Stage"),
    Column("stage_name", "Stage name", machine=True),
    Column("entered", "Entered", Type.MOMENT),
    Column("left", "Left", Type.MOMENT, priority=3),
    Column("seconds", "Seconds", Type.SECONDS, machine=True),
    Column("days", "Days", Type.DAYS, priority=1),
    Column("end", "End", priority=2),
    Column("by", "By", priority=4),
    Column("commit", "Commit", machine=True),
    Column("recorded", "Recorded", Type.MOMENT, machine=True),
    Column("clock", "Clock", priority=7),
    Column("truncated", "Truncated", machine=True),
    Column("ended_by", "Ended by", machine=True),
)


def visits_table(
    visits: Iterable[Visit],
    workspace: Workspace,
    zone: tzinfo,
    facts: tuple[tuple[str, str], ...],
    count: DayCount = CALENDAR,
) -> Table:
    """Return one row a visit."""
    named, member = cache(partial(_stage_name, workspace)), cache(workspace.member_by_email)
    rows = tuple(_row(visit, named, member, zone, count) for visit in visits)
    said = facts if count is CALENDAR else count.facts(facts)
    return Table("Visits", count.columns(COLUMNS), rows, said, empty="no deal has a history yet", name="visits")


def _row(
    visit: Visit, named: Callable[[str, str], str], member: Callable[[str], str], zone: tzinfo, count: DayCount
) -> tuple[Cell, ...]:
    return (
        visit.deal,
        visit.life,
        visit.pipeline,
        visit.stage,
        named(visit.pipeline, visit.stage),
        visit.entered.astimezone(zone),
        visit.left.astimezone(zone) if visit.left else None,
        visit.stay,
        count.cell(count.between(visit.entered, visit.left)) if visit.left else None,
        visit.end.value,
        member(visit.email) or visit.by,
        visit.commit,
        visit.recorded.astimezone(zone),
        visit.clock.value,
        visit.truncated.value,
        visit.ended_by,
    )


def _stage_name(workspace: Workspace, pipeline: str, stage: str) -> str:
    its = workspace.pipelines.get(pipeline)
    found = its.stage(stage) if its else None
    return found.name if found else stage


def timeline(
    visits: Iterable[Visit], workspace: Workspace, now: datetime, count: DayCount = CALENDAR, *, title: str
) -> Table:
    """Return one row a visit of one deal, in order, with how long it lasted or has lasted."""
    columns = (
        Column("entered", "Entered", Type.MOMENT),
        Column("stage", "Stage"),
        Column("days", "Days", Type.DAYS),
        Column("end", "End"),
        Column("by", "By", priority=2),
        Column("clock", "Clock", priority=4),
        Column("commit", "Commit", priority=3),
    )
    rows = tuple(
        (
            visit.entered.astimezone(now.tzinfo),
            _stage_name(workspace, visit.pipeline, visit.stage),
            count.cell(count.between(visit.entered, visit.left or now)),
            _end(visit),
            workspace.member_by_email(visit.email) or visit.by,
            str(visit.clock),
            visit.commit[:10] or "not committed",
        )
        for visit in visits
    )
    facts = () if count is CALENDAR else count.facts(())
    return Table(title, count.columns(columns), rows, facts, empty="no history yet: commit the deal", name="timeline")


def not_committed(changes: Sequence[tuple[State | None, Event]], *, recorded: bool) -> str:
    """Return which changes are not committed yet, and from when they count, by the recorded clock or the effective.

    `changes` are at least one: the state before, and the event, which has no commit.
    """
    kinds = Counter("removal" if not event.state else "move" if state else "new deal" for state, event in changes)
    what = " and ".join(counted(kinds[kind], kind) for kind in ("move", "new deal", "removal") if kinds[kind])
    dated = 0 if recorded else sum(event.effective != event.recorded for _, event in changes)
    when = "from now"
    if dated:
        when = "from stage_since" if dated == len(changes) else "from stage_since where it was changed, else from now"
    are, count = ("is", "it counts") if len(changes) == 1 else ("are", "they count")
    return f"{what} {are} not committed yet; {count} {when}"


def _end(visit: Visit) -> str:
    marks = [str(visit.end)]
    if visit.truncated:
        marks.append(f"began before the history, {visit.truncated}")
    if visit.life > 1:
        marks.append(f"life {visit.life}")
    return "; ".join(marks)
