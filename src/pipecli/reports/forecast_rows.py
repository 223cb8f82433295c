"""The rows of a forecast: one a month and currency, or a group of deals in it, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.calendar import Unit
from pipecli.core.money import added
from pipecli.core.pipeline import Forecast
from pipecli.core.table import Cell, Column, Type
from pipecli.metrics.forecast import cumulative, single, value, weighted
from pipecli.reports import pricing
from pipecli.reports.division import Division, division, fact
from pipecli.reports.due import OVERDUE, UNDATED
from pipecli.reports.losses import NOT_GIVEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pipecli.facts.derived import Context
    from pipecli.reports.due import Due, Entry
    from pipecli.reports.scope import Scope

Behind = dict[str, tuple[str, ...]]

_PIPELINE = Column("pipeline", "pipeline", machine=True, key=True)
_CURRENCY = Column("currency", "currency", priority=4, key=True)
_LONG = 24
"""Of so many months all are shown from the first to the last, of more only those in which something is due."""

AMOUNTS = (
    Column("deals", "deals", Type.INTEGER),
    Column("value", "value", Type.MONEY, priority=2),
    Column("weighted", "weighted", Type.MONEY),
    Column("won", "won", Type.INTEGER, priority=3),
    Column("won_value", "won value", Type.MONEY, priority=2),
    Column("expected", "expected", Type.MONEY, priority=3),
)
_OF_CATEGORY: Mapping[Forecast, Column] = {
    Forecast.CLOSED: Column("closed", "closed", Type.MONEY),
    Forecast.COMMIT: Column("commit", "commit", Type.MONEY),
    Forecast.BEST_CASE: Column("best_case", "best case", Type.MONEY, priority=2),
    Forecast.PIPELINE: Column("pipeline_category", "pipeline", Type.MONEY, priority=2),
    Forecast.OMITTED: Column("omitted", "omitted", Type.MONEY, priority=2),
}
CATEGORIES = (Column("roll_up", "roll-up", key=True), *_OF_CATEGORY.values())


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the cells that name it, and its deals, which are of one currency."""

    key: tuple[Cell, ...]
    currency: str
    standing: tuple[Entry, ...]
    won: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """How a forecast is divided: by a unit of time, and by a fact of the deals where one was asked for."""

    unit: Division
    fact: str | None

    @classmethod
    def asked(cls, scope: Scope) -> Rows:
        """Return what was asked for; months otherwise. Raises `PipeError` for what divides no rows."""
        months = Division(str(Unit.MONTH), Unit.MONTH, scope.workspace.settings.fiscal_year_starts)
        if scope.asked.by is None:
            return cls(months, None)
        found = division(scope, None)
        return cls(found, None) if found.unit else cls(months, found.name)

    def columns(self) -> tuple[Column, ...]:
        """Return the columns that name a row, but for its currency."""
        by = (Column("by", "by", machine=True), Column("group", self.fact, key=True)) if self.fact else ()
        return (_PIPELINE, *by, Column(self.unit.name, self.unit.name, key=True))

    def lines(self, found: Due, scope: Scope) -> Sequence[Line]:
        """Return the rows of one pipeline: the groups with the most open deals first, each by time."""
        return tuple(
            line
            for group, open_ones, won in self._groups(found, scope)
            for line in self._of_group(group, open_ones, won, found, scope)
        )

    def example(self, lines: Iterable[Line]) -> str | None:
        """Return what the first of the periods means, where the fiscal year is not the calendar's."""
        apart = {OVERDUE, UNDATED}
        return self.unit.example([str(line.key[-2]) for line in lines if line.key[-2] not in apart])

    def group(self, one: Entry, context: Context) -> tuple[Cell, ...]:
        """Return the cells that name the group of a deal; none where the rows are not divided by a fact."""
        return () if self.fact is None else (self.fact, fact(one.deal, self.fact, context) or NOT_GIVEN)

    def _groups(self, found: Due, scope: Scope) -> Iterator[tuple[tuple[Cell, ...], list[Entry], list[Entry]]]:
        context = scope.context()
        groups: dict[tuple[Cell, ...], tuple[list[Entry], list[Entry]]] = {} if self.fact else {(): ([], [])}
        for one in (*found.standing, *found.won):
            groups.setdefault(self.group(one, context), ([], []))[one.won].append(one)
        for group in in_order({group: len(both[0]) for group, both in groups.items()}):
            yield (group, *groups[group])

    def _of_group(
        self, group: tuple[Cell, ...], open_ones: Sequence[Entry], won: Sequence[Entry], found: Due, scope: Scope
    ) -> Iterator[Line]:
        today = scope.now.date()
        members: dict[str, tuple[list[Entry], list[Entry]]] = {}
        for one in (*open_ones, *won):
            members.setdefault(self.row(one, today), ([], []))[one.won].append(one)
        every = [one.day for one in (*open_ones, *won) if one.day and not one.overdue(today)]
        for name in self._in_order(members, every):
            of_row = members.get(name, ([], []))
            worth = (one.worth.currency for both in of_row for one in both)
            for currency in pricing.lines(worth, pricing.home(found.pipeline, scope)):
                own = [tuple(one for one in some if one.worth.currency == currency) for some in of_row]
                yield Line((found.pipeline.id, *group, name, currency), currency, *own)

    def row(self, one: Entry, today: date) -> str:
        """Return the name of the row in which a deal is counted: a period of time, overdue, or no date."""
        if one.day is None:
            return UNDATED
        return OVERDUE if one.overdue(today) else self.unit.of_day(one.day) or UNDATED

    def _in_order(self, members: Mapping[str, object], days: Sequence[date]) -> Iterator[str]:
        if OVERDUE in members:
            yield OVERDUE
        names = self.unit.in_order((min(days), max(days))) if days else []
        yield from names if len(names) <= _LONG else (name for name in names if name in members)
        if UNDATED in members:
            yield UNDATED


def in_order(groups: Mapping[tuple[Cell, ...], int]) -> Sequence[tuple[Cell, ...]]:
    """Return groups by how many open deals they have, the most first; what is not given stands last."""
    return sorted(groups, key=lambda group: (NOT_GIVEN in group, -groups[group], group[1:]))


def columns(named: Iterable[Column], others: Iterable[Column], currencies: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of a table: those that name a row, its currency, always shown if there are several, others."""
    several = len(set(currencies)) > 1
    return (*named, replace(_CURRENCY, priority=1) if several else _CURRENCY, *others)


def amounts(line: Line) -> tuple[tuple[Cell, ...], Behind]:
    """Return the cells of `AMOUNTS`, and the ids of the deals behind each."""
    open_ones, won = ([one.stake for one in some] for some in (line.standing, line.won))
    likely, came = weighted(open_ones), value(won)
    parts = [part for part in (likely, came) if part is not None]
    whole = added(part for part in parts if not isinstance(part, str))
    expected = likely if isinstance(likely, str) else whole if parts else None
    ids, won_ids = _ids(line.standing), _ids(line.won)
    behind = {"deals": ids, "value": ids, "weighted": ids, "won": won_ids, "won_value": won_ids}
    cells = (len(line.standing), value(open_ones), likely, len(line.won), came, expected)
    return cells, {**behind, "expected": (*ids, *won_ids)}


def categories(line: Line) -> Iterator[tuple[tuple[Cell, ...], Behind]]:
    """Yield the cells of `CATEGORIES` of both roll-ups, and the ids of the deals behind each."""
    every = (*line.standing, *line.won)
    groups = single(one.stake for one in every)
    sums = {category: added(one.amount for one in some if one.amount is not None) for category, some in groups.items()}
    ids = {category: _ids(one for one in every if one.stake.category is category) for category in Forecast}
    yield ("single", *(sums[one] for one in _OF_CATEGORY)), {_OF_CATEGORY[one].name: ids[one] for one in _OF_CATEGORY}
    rolled, behind, so_far = cumulative(sums), Behind(), tuple[str, ...]()
    for category in rolled:
        so_far = (*so_far, *ids[category])
        behind[_OF_CATEGORY[category].name] = so_far
    yield ("cumulative", *(rolled.get(one) for one in _OF_CATEGORY)), behind


def _ids(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(one.deal.id for one in entries)
