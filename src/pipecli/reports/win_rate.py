"""Win rates by count and by value, with how far they may be off: all together, by source, owner and value.

Population: closed in period, by the present state of the files, as in won-lost; without `--period` all closed deals.
`--by` a text of the deals (owner, source, reason, fields.NAME …), stage (from which a deal was closed), value (its
band), competitor (that of the outcome, else the field of that name), or month, quarter, year or week of closing;
without it by source, owner, value, and fields.competitor where there is one. Beside it stands the close rate of the
`created` cohort (with a period, of those created in it). Clock: the days written in the files.

Formula: win rate = won ÷ (won + lost), the broad one: every loss counts, disqualified deals and those without a
decision among them. Of decided = won ÷ (won + lost) without the classes no_decision, unreachable, bad_fit and
duplicate. By value = won value ÷ (won + lost value). From, to = the 95 % interval of the rate by count (Wilson 1927):
two groups whose intervals overlap widely may differ by chance alone. Won in 90 d = of the deals created at least 90
days ago, those won within 90 days of it: still open ones are in it, which no win rate counts. Rates of fewer than
five deals are withheld. Currencies are never added.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pipecli.core.table import Column, Table, Type
from pipecli.metrics.interval import wilson
from pipecli.metrics.life import cohort, sound
from pipecli.metrics.win import Tally
from pipecli.reports import pricing
from pipecli.reports.closings import populations
from pipecli.reports.cohorts import cohorts_table
from pipecli.reports.division import VALUE, Division, division
from pipecli.reports.explained import behind, cells, ids
from pipecli.reports.groups import COMPETITOR, groups
from pipecli.reports.losses import NOT_GIVEN
from pipecli.reports.shares import interval
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pipecli.core.calendar import Period
    from pipecli.metrics.life import Life
    from pipecli.metrics.win import Closing
    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.explained import Row
    from pipecli.reports.scope import Scope

WITHIN = timedelta(days=90)
"""Within which time the cohort beside the rates is to be won."""
_OF_LOST = ("reason", "outcome")
"""The facts that a lost deal has, and a won one has not."""
_EXAMPLES = "source, owner, reason, competitor, value, stage, company, fields.NAME"
_CLOCK = "closed_on"

_PIPELINE = Column("pipeline", "pipeline", machine=True, key=True)
_BY = Column("by", "by", machine=True, key=True)
_COLUMNS = (
    Column("currency", "currency", priority=5, key=True),
    Column("closed", "closed", Type.INTEGER),
    Column("won", "won", Type.INTEGER, priority=2),
    Column("lost", "lost", Type.INTEGER, machine=True),
    Column("win_rate", "win rate", Type.SHARE),
    Column("low", "from", Type.SHARE, priority=2),
    Column("high", "to", Type.SHARE, priority=2),
    Column("value_rate", "by value", Type.SHARE),
    Column("valued", "closed deals with a value", Type.INTEGER, machine=True),
    Column("decided", "decided", Type.INTEGER, priority=6),
    Column("decided_rate", "of decided", Type.SHARE, priority=3),
    Column("decided_low", "of decided, from", Type.SHARE, machine=True),
    Column("decided_high", "of decided, to", Type.SHARE, machine=True),
    Column("decided_value_rate", "decided by value", Type.SHARE, priority=6),
    Column("won_value", "won value", Type.MONEY, priority=5),
    Column("lost_value", "lost value", Type.MONEY, priority=7),
    Column("cohort", "created 90 days ago or earlier", Type.INTEGER, machine=True),
    Column("cohort_won", "of them won within 90 days", Type.INTEGER, machine=True),
    Column("close_rate", f"won in {WITHIN.days} d", Type.SHARE, priority=4),
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is worked out once of the deals of a pipeline, by their ids: what they count as, and the cohort's lives."""

    closings: Mapping[str, Closing]
    lives: Mapping[str, Life]
    today: date


def win_rate(scope: Scope) -> tuple[Table, ...]:
    """Return for each pipeline a table of all together, one for each division, and the close rates of the cohorts.

    Raises `PipeError` for a period that cannot be read, and for what divides no rows.
    """
    period = scope.period()
    asked = division(scope, period, _EXAMPLES, bands=True) if scope.asked.by else None
    tables: list[Table] = []
    for found in populations(scope, period):
        known = _known(found, period, scope)
        tables.append(_together(found, known, scope))
        tables += [_divided(found, by, known, scope) for by in ([asked] if asked else _usual(found, scope))]
        tables.append(replace(cohorts_table(found, period, scope), name="win-rate-cohorts"))
    facts = scope.facts("closed in period", 0, clock=_CLOCK)
    return with_unplaced(tables, scope, Table("Win rate", (_PIPELINE, *_COLUMNS), (), facts, name="win-rate"))


def _usual(found: Population, scope: Scope) -> Iterator[Division]:
    """Yield what divides the deals unless told."""
    own = [f"fields.{COMPETITOR}"] if COMPETITOR in found.pipeline.fields else []
    for name in ("source", "owner", VALUE, *own):
        yield Division(name, None, scope.workspace.settings.fiscal_year_starts)


def _known(found: Population, period: Period | None, scope: Scope) -> _Known:
    today = scope.now.date()
    lives = ((one.deal.id, life) for one in found.all if (life := one.life()) and sound(life))
    return _Known(
        {one.deal.id: one.closing() for one in found.closed},
        {
            name: life
            for name, life in lives
            if (period is None or life.created in period) and today - life.created >= WITHIN
        },
        today,
    )


def _together(found: Population, known: _Known, scope: Scope) -> Table:
    rows = list(_lines(found, found.closed, found.all, known, scope))
    return Table(
        title=f"Win rate: {found.pipeline.name}",
        columns=(_PIPELINE, *_columns(rows)),
        rows=tuple((found.pipeline.id, *row) for row in cells(rows)),
        facts=scope.facts("closed in period", len(found.closed), clock=_CLOCK),
        notes=found.notes,
        name="win-rate",
        incomplete=found.incomplete,
        behind=behind(rows, scope),
    )


def _divided(found: Population, by: Division, known: _Known, scope: Scope) -> Table:
    members = groups(found, by, scope)
    named = [(name, row) for name, closed, beside in members for row in _lines(found, closed, beside, known, scope)]
    rows = [row for _, row in named]
    return Table(
        title=f"Win rate by {by.name}: {found.pipeline.name}",
        columns=(_PIPELINE, _BY, Column("group", by.name, key=True), *_columns(rows)),
        rows=tuple((found.pipeline.id, by.name, name or NOT_GIVEN, *row) for name, (row, _) in named),
        facts=scope.facts("closed in period", len(found.closed), clock=_CLOCK),
        notes=tuple(_notes(by, [name for name, _, _ in members if name])),
        empty="no deal was closed",
        name="win-rate-by",
        behind=behind(rows, scope),
    )


def _columns(rows: Iterable[Row]) -> tuple[Column, ...]:
    currency, *others = _COLUMNS
    several = len({row[0] for row in cells(rows)}) > 1
    return (replace(currency, priority=1) if several else currency, *others)


def _lines(
    found: Population, closed: Sequence[Entry], beside: Sequence[Entry] | None, known: _Known, scope: Scope
) -> Iterator[Row]:
    """Yield the rows of a group, one a currency; `beside` are all of its deals, None for a period of closing."""
    everyone = (*closed, *(one for one in beside or () if not one.closed))
    for currency in pricing.lines((one.worth.currency for one in everyone), pricing.home(found.pipeline, scope)):
        line = [one for one in closed if one.worth.currency == currency]
        own = None if beside is None else [one for one in beside if one.worth.currency == currency]
        figures, told = _figures(line, known)
        more, those = _cohort(own, known)
        yield (currency, *figures, *more), {**told, **those}


def _figures(line: Sequence[Entry], known: _Known) -> Row:
    closings = [known.closings[one.deal.id] for one in line]
    tally, decided = Tally(tuple(closings)), Tally(tuple(one for one in closings if one.decided))
    won = tally.count(won=True)
    figures = (
        len(line), won, len(line) - won,
        tally.rate(), *interval(wilson(won, len(line))),
        tally.value_rate(), len(tally.amounts(won=True)) + len(tally.amounts(won=False)),
        tally.decided(), tally.decided_rate(), *interval(wilson(won, tally.decided())), decided.value_rate(),
        tally.value(won=True), tally.value(won=False),
    )  # fmt: skip
    named = {
        "won": [one for one in line if one.won],
        "lost": [one for one in line if not one.won],
        "decided": [one for one, closing in zip(line, closings, strict=True) if closing.decided],
        "valued": [one for one in line if one.worth.amount is not None],
    }
    behind_all = dict.fromkeys(("closed", "win_rate"), ids(line))
    return figures, {**behind_all, **{name: ids(some) for name, some in named.items()}}


def _cohort(entries: Sequence[Entry] | None, known: _Known) -> Row:
    if entries is None:
        return (None, None, None), {}
    due = [(one, life) for one in entries if (life := known.lives.get(one.deal.id))]
    found = cohort([life for _, life in due], WITHIN, known.today)
    won = tuple(one.deal.id for one, life in due if life.won and life.length is not None and life.length <= WITHIN)
    those = ids(one for one, _ in due)
    return (found.created, found.won, found.rate()), {"cohort": those, "cohort_won": won, "close_rate": those}


def _notes(by: Division, names: Sequence[str]) -> Iterator[str]:
    example = by.example(names)
    if example:
        yield example
    if by.name in _OF_LOST:
        yield f"won deals have no {by.name}: pipe report losses has these of the lost ones"
