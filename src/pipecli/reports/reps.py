"""What everybody has open, won and did in a period, and how it stands to the quota.

Population: open as of the moment; won, lost, win rate and cycle are of the deals closed in the period, without
`--period` in the current quarter. One row an owner, whoever has a quota, or did or has to do something; deals without
an owner have a row, too. Clock: the days written in the files.

Formula: weighted, win rate, cycle: as in the reports pipeline and won-lost. Activities = those in the period, but for
notes: of who did them, or else of the deal's owner. Overdue = tasks and next steps that were due before today, of
deals that are open. Attained = value won in the period ÷ quota; coverage = open qualified value due in the period ÷
(quota - won), as in the report coverage. Quotas are those of team.yaml that make up the period. Rates and medians of
fewer than five deals are withheld. Currencies are never added.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.money import added, product
from pipecli.core.pipeline import Kind
from pipecli.core.table import Column, Table, Type
from pipecli.facts.derived import probability
from pipecli.metrics.win import Tally
from pipecli.reports import pricing, quotas
from pipecli.reports.attainment import CLOCK, NOBODY, OWNER, PIPELINE, quota_table, valued
from pipecli.reports.closings import populations
from pipecli.reports.explained import behind, cells, ids
from pipecli.reports.moments import in_period
from pipecli.reports.stages import counted
from pipecli.reports.unplaced import alone, with_unplaced
from pipecli.reports.workload import roster

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.reports.closings import Entry
    from pipecli.reports.explained import Row
    from pipecli.reports.scope import Scope
    from pipecli.reports.workload import Piece, Roster

_COLUMNS = (
    PIPELINE,
    OWNER,
    Column("open", "open", Type.INTEGER, priority=2),
    Column("value", "value", Type.MONEY),
    Column("weighted", "weighted", Type.MONEY, priority=2),
    Column("currency", "currency", priority=5, key=True),
    Column("won", "won", Type.INTEGER),
    Column("lost", "lost", Type.INTEGER, priority=2),
    Column("win_rate", "win rate", Type.SHARE),
    Column("cycle", "cycle", Type.DAYS, priority=4),
    Column("cycle_n", "won deals with a cycle", Type.INTEGER, machine=True),
    Column("activities", "activities", Type.INTEGER, priority=3),
    Column("overdue", "overdue", Type.INTEGER, priority=2),
)
_POPULATION = "open as of, and closed in period"


def reps(scope: Scope) -> tuple[Table, ...]:
    """Return two tables a pipeline, one row an owner: what each has, won and did; and how it stands to the quota.

    Raises `PipeError` for a period that cannot be read.
    """
    scope, period = in_period(scope)
    given = quotas.quotas(scope, period)
    tables: list[Table] = []
    for found in populations(scope, period):
        team = roster(found, period, given if alone(scope) else {}, scope)
        tables.append(_table(team, scope))
        tables.append(quota_table(team, given, scope))
    nothing = Table("Reps", _COLUMNS, (), scope.facts(_POPULATION, 0, clock=CLOCK), name="reps")
    return with_unplaced(tables, scope, nothing)


def _table(team: Roster, scope: Scope) -> Table:
    did, undone = (_pieces(some) for some in (team.did, team.undone))
    rows = [row for who in team.people() for row in _rows(team, who, did.get(who, ()), undone.get(who, ()), scope)]
    several = len({row[5] for row in cells(rows)}) > 1
    open_ones = [one for one in team.found.all if one.kind is Kind.OPEN]
    return Table(
        title=f"Reps: {team.found.pipeline.name}",
        columns=tuple(replace(one, priority=1) if several and one.name == "currency" else one for one in _COLUMNS),
        rows=cells(rows),
        facts=scope.facts(_POPULATION, len(open_ones) + len(team.found.closed), clock=CLOCK),
        notes=tuple(_notes(team, open_ones, scope)),
        empty="nobody has a deal",
        name="reps",
        incomplete=team.found.incomplete,
        behind=behind(rows, scope),
    )


def _pieces(found: Sequence[Piece]) -> Mapping[str | None, Sequence[str]]:
    """Return by person the deal of each piece of work."""
    groups: dict[str | None, list[str]] = {}
    for who, deal in found:
        groups.setdefault(who, []).append(deal)
    return groups


def _rows(team: Roster, who: str | None, did: Sequence[str], undone: Sequence[str], scope: Scope) -> Iterator[Row]:
    """Yield the rows of a person, one a currency; what is of no currency stands on the first one."""
    home, context = pricing.home(team.found.pipeline, scope), scope.context()
    open_ones = [one for one in team.every.get(who, ()) if one.kind is Kind.OPEN]
    closed = team.closed.get(who, ())
    for currency in pricing.lines((home, *(one.worth.currency for one in (*open_ones, *closed))), home):
        line, ended = ([one for one in some if one.worth.currency == currency] for some in (open_ones, closed))
        tally = Tally(tuple(one.closing() for one in ended))
        work = (len(did), len(undone)) if currency == home else (None, None)
        weighted = [
            product(one.worth.amount, share)
            for one in line
            if one.worth.amount is not None and (share := probability(one.deal, context)) is not None
        ]
        yield (
            (
                team.found.pipeline.id, who or NOBODY, len(line), valued(line), added(weighted), currency,
                tally.count(won=True), tally.count(won=False), tally.rate(), tally.cycle(won=True),
                len(tally.cycles(won=True)), *work,
            ),
            {
                "open": ids(line), "value": ids(line), "weighted": ids(line), "win_rate": ids(ended),
                **dict.fromkeys(("cycle", "cycle_n"), ids(one for one in ended if one.won and one.closing().cycle)),
                "won": ids(one for one in ended if one.won), "lost": ids(one for one in ended if not one.won),
                **({"activities": did, "overdue": undone} if currency == home else {}),
            },
        )  # fmt: skip


def _notes(team: Roster, open_ones: Sequence[Entry], scope: Scope) -> Iterator[str]:
    context = scope.context()
    yield from pricing.notes([one.worth for one in (*open_ones, *team.found.closed)], scope)
    unweighted = sum(probability(one.deal, context) is None for one in open_ones if one.worth.price)
    if unweighted:
        yield f"{counted(unweighted, 'deal')} without a probability: in no weighted value"
    strangers = Counter(one.deal.owner for one in open_ones if one.deal.owner not in scope.workspace.team.members)
    strangers.pop(None, None)
    if strangers and scope.workspace.team.members:
        yield f"not in team.yaml: {', '.join(sorted(filter(None, strangers)))}"
    yield from (note for note in team.found.notes if "left out" in note)
