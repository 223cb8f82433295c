"""The table of cohort close rates, which stands below won-lost: of the deals that were created, how many were won."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipecli.core.table import Column, Table, Type
from pipecli.metrics.life import cohort, in_cohort, sound, won_within
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from pipecli.core.calendar import Period
    from pipecli.metrics.life import Cohort, Life
    from pipecli.reports.closings import Population
    from pipecli.reports.scope import Scope

WITHIN = tuple(timedelta(days=days) for days in (30, 90, 180, 365))

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("within", "within", Type.DAYS, key=True),
    Column("created", "created", Type.INTEGER),
    Column("won", "won", Type.INTEGER),
    Column("rate", "close rate", Type.SHARE, bar=True),
)


def cohorts_table(found: Population, period: Period | None, scope: Scope) -> Table:
    """Return one row a span of days: the deals created at least so long ago, and how many were won within it."""
    known = [(one.deal.id, life) for one in found.all if (life := one.life())]
    due = [(deal, life) for deal, life in known if period is None or life.created in period]
    lives = [(deal, life) for deal, life in due if sound(life)]
    today = scope.now.date()
    measured: list[tuple[timedelta, Cohort]] = [
        (within, cohort((life for _, life in lives), within, today)) for within in WITHIN
    ]
    return Table(
        title=f"Won of those created: {found.pipeline.name}",
        columns=_COLUMNS,
        rows=tuple((found.pipeline.id, within, one.created, one.won, one.rate()) for within, one in measured),
        facts=scope.facts("created", len(lives), clock="created"),
        notes=tuple(_notes(len(found.all) - len(known), len(due) - len(lives))),
        name="won-lost-cohorts",
        behind=tuple(_behind(lives, within, today) for within in WITHIN) if scope.asked.explain else (),
    )


def _behind(lives: Sequence[tuple[str, Life]], within: timedelta, today: date) -> Mapping[str, Sequence[str]]:
    old = [(deal, life) for deal, life in lives if in_cohort(life, within, today)]
    created, won = [deal for deal, _ in old], [deal for deal, life in old if won_within(life, within)]
    return {"created": created, "won": won, "rate": created}


def _notes(unknown: int, negative: int) -> Iterator[str]:
    if unknown:
        yield f"{counted(unknown, 'deal')} in no cohort: without a day of creation, or closed without one of closing"
    if negative:
        yield f"{counted(negative, 'deal')} in no cohort: closed before the day of creation"
