"""Why deals are lost, from which stage and by whom: how many, and what value; and by month.

Population: closed in period, lost, by the present state of the files; without `--period` all lost deals. `--by` adds
one more table: by a text of the deals (source, competitor, fields.NAME …), value (its band as in stage-time), or month,
quarter, year or week of closing. Clock: the days written in the files.

Formula: share = lost in the row ÷ all that were lost; value share = value lost in the row ÷ all value that was lost in
that currency. Stage = the one from which a deal was lost. By month: of closed = lost ÷ (won + lost) of that month, and
the reason that was given most often. Shares of fewer than five deals are withheld. Currencies are never added: values
are converted as in the report pipeline, with the last rate on or before the day of closing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.calendar import Unit
from pipecli.core.money import added
from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.metrics.sample import floored, rate
from pipecli.metrics.win import NO_VALUE
from pipecli.reports import pricing
from pipecli.reports.closings import populations
from pipecli.reports.division import Division, division
from pipecli.reports.explained import behind, cells, ids
from pipecli.reports.groups import groups
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.explained import Row
    from pipecli.reports.scope import Scope

_PIPELINE = Column("pipeline", "pipeline", machine=True, key=True)
_BY = Column("by", "by", machine=True, key=True)
_CURRENCY = Column("currency", "currency", priority=2, key=True)
_WHY = (
    Column("class", "class", key=True),
    Column("reason", "reason", key=True),
    Column("lost", "lost", Type.INTEGER),
    Column("share", "share", Type.SHARE, bar=True),
    Column("of", "of", Type.INTEGER, machine=True),
    _CURRENCY,
    Column("value", "value", Type.MONEY, priority=2),
)
_FIGURES = (
    Column("lost", "lost", Type.INTEGER),
    Column("share", "share", Type.SHARE),
    Column("of", "of", Type.INTEGER, machine=True),
    _CURRENCY,
    Column("value", "value", Type.MONEY),
    Column("value_share", "of value", Type.SHARE, priority=2),
)
_OVER_TIME = (
    Column("closed", "closed", Type.INTEGER, priority=3),
    Column("of_closed", "of closed", Type.SHARE, priority=3),
    Column("main_reason", "most often", priority=4),
    Column("main_reason_lost", "lost for it", Type.INTEGER, machine=True),
)
_POPULATION, _CLOCK = "closed in period, lost", "closed_on"
_EXAMPLES = "source, competitor, value, company, fields.NAME"
NOT_GIVEN = Withheld("not given")

Why = tuple[str, str]
"""Class and reason, empty where they are not given."""


def losses(scope: Scope) -> tuple[Table, ...]:
    """Return for each pipeline the losses by reason, by stage, by owner, by what was asked for, and by month.

    Raises `PipeError` for a period that cannot be read, and for what divides no rows.
    """
    period, starts = scope.period(), scope.workspace.settings.fiscal_year_starts
    asked = division(scope, period, _EXAMPLES, bands=True) if scope.asked.by else None
    month = Division(str(Unit.MONTH), Unit.MONTH, starts)
    tables: list[Table] = []
    for found in populations(scope, period):
        tables.append(replace(losses_table(found, scope), name="losses", notes=_notes(found, scope)))
        tables += [
            _divided(found, Division(name, None, starts), f"losses-{name}", scope) for name in ("stage", "owner")
        ]
        tables += [_divided(found, asked, "losses-by", scope)] if asked else []
        tables.append(_divided(found, month, "losses-month", scope))
    facts = scope.facts(_POPULATION, 0, clock=_CLOCK)
    return with_unplaced(tables, scope, Table("Losses", (_PIPELINE, *_WHY), (), facts, name="losses"))


def losses_table(found: Population, scope: Scope) -> Table:
    """Return one row a class and reason, the most frequent first; a share is of all the deals that were lost."""
    lost = [one for one in found.closed if not one.won]
    members: dict[Why, list[Entry]] = {}
    for one in lost:
        members.setdefault(_why(one), []).append(one)
    order = sorted(members, key=lambda why: (-len(members[why]), why))
    rows = [row for why in order for row in _rows(found, why, members[why], lost, scope)]
    return Table(
        title=f"Why deals were lost: {found.pipeline.name}",
        columns=(_PIPELINE, *_WHY),
        rows=cells(rows),
        facts=scope.facts(_POPULATION, len(lost), clock=_CLOCK),
        empty="no deal was lost",
        name="won-lost-reasons",
        behind=behind(rows, scope),
    )


def _why(entry: Entry) -> Why:
    outcome = entry.deal.outcome
    return (str(outcome.cls or ""), outcome.reason or "") if outcome else ("", "")


def _rows(found: Population, why: Why, own: Sequence[Entry], lost: Sequence[Entry], scope: Scope) -> Iterator[Row]:
    for currency in pricing.lines((one.worth.currency for one in own), pricing.home(found.pipeline, scope)):
        line = [one for one in own if one.worth.currency == currency]
        head = (found.pipeline.id, why[0] or NOT_GIVEN, why[1] or NOT_GIVEN)
        yield (*head, len(line), rate(len(line), len(lost)), len(lost), currency, _value(line)), _behind(line, lost)


def _divided(found: Population, by: Division, called: str, scope: Scope) -> Table:
    lost = [one for one in found.closed if not one.won]
    only = replace(found, closed=found.closed if by.unit else tuple(lost))
    members = groups(only, by, scope)
    rows = [row for name, closed, _ in members for row in _figures(found, name, closed, lost, by, scope)]
    example = by.example([name for name, _, _ in members if name])
    return Table(
        title=f"Losses by {by.name}: {found.pipeline.name}",
        columns=(_PIPELINE, _BY, Column("group", by.name, key=True), *_FIGURES, *(_OVER_TIME if by.unit else ())),
        rows=cells(rows),
        facts=scope.facts(_POPULATION, len(lost), clock=_CLOCK),
        notes=(example,) if example else (),
        empty="no deal was lost",
        name=called,
        behind=behind(rows, scope),
    )


def _figures(
    found: Population, name: str | None, closed: Sequence[Entry], lost: Sequence[Entry], by: Division, scope: Scope
) -> Iterator[Row]:
    """Yield the rows of a group, one a currency; of a period its share of all that were closed then, too."""
    for currency in pricing.lines((one.worth.currency for one in closed), pricing.home(found.pipeline, scope)):
        every = [one for one in closed if one.worth.currency == currency]
        line = [one for one in every if not one.won]
        whole = [one for one in lost if one.worth.currency == currency]
        own = (len(line), rate(len(line), len(lost)), len(lost), currency, _value(line), _value_share(line, whole))
        more = (len(every), rate(len(line), len(every)), *_main(line)) if by.unit else ()
        told = {"closed": ids(every), "of_closed": ids(every)} if by.unit else {}
        said = {**_behind(line, lost), "value_share": _valued(line), **told, **_main_behind(line, by)}
        yield (found.pipeline.id, by.name, name or NOT_GIVEN, *own, *more), said


def _main(line: Sequence[Entry]) -> tuple[Cell, Cell]:
    """Return the reason that was given most often, and how often."""
    reasons = Counter(one.deal.outcome.reason for one in line if one.deal.outcome and one.deal.outcome.reason)
    main = min(reasons, key=lambda reason: (-reasons[reason], reason), default=None)
    return main, reasons[main] if main else None


def _main_behind(line: Sequence[Entry], by: Division) -> dict[str, tuple[str, ...]]:
    main = _main(line)[0] if by.unit else None
    named = [one for one in line if main and one.deal.outcome and one.deal.outcome.reason == main]
    return {"main_reason_lost": ids(named)} if by.unit else {}


def _behind(line: Sequence[Entry], lost: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    return {"lost": ids(line), "share": ids(lost), "of": ids(lost), "value": _valued(line)}


def _valued(line: Sequence[Entry]) -> tuple[str, ...]:
    return ids(one for one in line if one.worth.amount is not None)


def _value(line: Sequence[Entry]) -> Cell:
    amounts = [one.worth.amount for one in line if one.worth.amount is not None]
    return added(amounts) if amounts else None


def _value_share(line: Sequence[Entry], whole: Sequence[Entry]) -> Cell:
    """Return the value of a line as a share of the whole; withheld where no share can be told."""
    part, of = ([one.worth.amount for one in some if one.worth.amount is not None] for some in (line, whole))
    total = added(of)
    if total <= 0 or min(of) < 0:
        return NO_VALUE
    return floored(len(of), lambda: Fraction(added(part)) / Fraction(total))


def _notes(found: Population, scope: Scope) -> tuple[str, ...]:
    """Return the notes on the values of those that were lost, and on those that are in no row."""
    undated = [note for note in found.notes if "without a day of closing" in note and "left out" in note]
    unknown = [note for note in found.notes if "that the pipeline lacks" in note]
    return (*pricing.notes([one.worth for one in found.closed if not one.won], scope), *undated, *unknown)
