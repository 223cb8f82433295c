"""The table of cohort close rates, which stands below won-lost: of the deals that were created, how many were won."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipecli.core.table import Column, Table, Type
from pipecli.metrics.life import cohort, sound
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.calendar import Period
    from pipecli.metrics.life import Cohort
    from pipecli.reports.closings import Population
    from pipecli.reports.scope import Scope

WITHIN = tuple(timedelta(days=days) for days in (30, 90, 180, 365))

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True),
    Column("within", "within", Type.DAYS),
    Column("created", "created", Type.INTEGER),
    Column("won", "won", Type.INTEGER),
    Column("rate", "close rate", Type.SHARE),
)


def cohorts_table(found: Population, period: Period | None, scope: Scope) -> Table:
    """Return one row a span of days: the deals created at least so long ago, and how many were won within it."""
    known = [life for one in found.all if (life := one.life())]
    due = [life for life in known if period is None or life.created in period]
    lives = [life for life in due if sound(life)]
    measured: list[tuple[timedelta, Cohort]] = [(within, cohort(lives, within, scope.now.date())) for within in WITHIN]
    return Table(
        title=f"Won of those created: {found.pipeline.name}",
        columns=_COLUMNS,
        rows=tuple((found.pipeline.id, within, one.created, one.won, one.rate()) for within, one in measured),
        facts=scope.facts("created", len(lives), clock="created"),
        notes=tuple(_notes(len(found.all) - len(known), len(due) - len(lives))),
        name="won-lost-cohorts",
    )


def _notes(unknown: int, negative: int) -> Iterator[str]:
    if unknown:
        yield f"{counted(unknown, 'deal')} in no cohort: without a day of creation, or closed without one of closing"
    if negative:
        yield f"{counted(negative, 'deal')} in no cohort: closed before the day of creation"
