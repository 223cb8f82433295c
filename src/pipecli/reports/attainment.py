"""How everybody stands to the quota: the table below that of the report reps."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.money import added
from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.metrics.coverage import coverage
from pipecli.metrics.planned import NO_QUOTA
from pipecli.reports import pricing, quotas
from pipecli.reports.explained import behind, cells, ids
from pipecli.reports.openings import counting, due
from pipecli.reports.qualified import NO_QUALIFIED, qualified
from pipecli.reports.shares import times
from pipecli.reports.unplaced import SEVERAL, alone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from pipecli.reports.closings import Entry
    from pipecli.reports.explained import Row
    from pipecli.reports.scope import Scope
    from pipecli.reports.workload import Roster

NOBODY = Withheld("nobody")
CLOCK = "closed_on, expected_close"
PIPELINE = Column("pipeline", "pipeline", machine=True, key=True)
OWNER = Column("owner", "owner", key=True)
_QUOTA = (
    PIPELINE,
    OWNER,
    Column("quota", "quota", Type.MONEY),
    Column("won", "won", Type.INTEGER, priority=3),
    Column("won_value", "won value", Type.MONEY, priority=2),
    Column("attained", "attained", Type.SHARE),
    Column("due", "open, due", Type.INTEGER, priority=3),
    Column("due_value", "due value", Type.MONEY, priority=2),
    Column("coverage", "coverage", Type.NUMBER),
    Column("currency", "currency", priority=5, key=True),
)


def quota_table(team: Roster, given: Mapping[str, Decimal | Withheld], scope: Scope) -> Table:
    """Return one row a person who has a quota, or closed a deal; `given` has those that are withheld, too."""
    rows = [_quota_row(team, who, scope) for who in team.people() if who in team.due_to_win() or team.closed.get(who)]
    return Table(
        title=f"Quotas: {team.found.pipeline.name}",
        columns=_QUOTA,
        rows=cells(rows),
        facts=scope.facts("closed in period, won", sum(one.won for one in team.found.closed), clock=CLOCK),
        notes=tuple(quotas.notes(given)) if given else ("nobody has a quota: add them to team.yaml",),
        empty="nobody has a quota, or closed a deal",
        name="reps-quota",
        behind=behind(rows, scope),
    )


def _quota_row(team: Roster, who: str | None, scope: Scope) -> Row:
    pipeline, home = team.found.pipeline, pricing.home(team.found.pipeline, scope)
    quota = team.quotas.get(who or "", NO_QUOTA if alone(scope) else SEVERAL)
    won = [one for one in team.closed.get(who, ()) if one.won and one.worth.currency == home]
    stages = counting(pipeline)
    those = [
        one
        for one in team.every.get(who, ())
        if one.worth.currency == home and due(one.deal, pipeline.stage(one.deal.stage), stages, team.period)
    ]
    covered = coverage(valued(those), quota, valued(won)) if qualified(pipeline) else NO_QUALIFIED
    row: tuple[Cell, ...] = (
        pipeline.id, who or NOBODY, quota, len(won), valued(won), _attained(valued(won), quota),
        len(those), valued(those), times(covered), home,
    )  # fmt: skip
    return row, {
        **dict.fromkeys(("won", "won_value", "attained"), ids(won)),
        **dict.fromkeys(("due", "due_value", "coverage"), ids(those)),
    }


def _attained(won: Decimal, quota: Decimal | Withheld) -> Fraction | Withheld:
    """Return the part of the quota that is won; more than all of it where it is exceeded."""
    if isinstance(quota, Withheld):
        return quota
    return Fraction(won) / Fraction(quota) if quota > 0 else NO_QUOTA


def valued(entries: Sequence[Entry]) -> Decimal:
    """Return the sum of the values of deals of one currency."""
    return added(one.worth.amount for one in entries if one.worth.amount is not None)
