"""The table of the time in stage by something else, too: a fact of the deals, their value, or the time of the entry."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.table import Cell, Column, Table, Type
from pipecli.core.visit import Truncated
from pipecli.reports import lengths, pricing
from pipecli.reports.brackets import Bracket, bracket
from pipecli.reports.division import VALUE, division, fact
from pipecli.reports.losses import NOT_GIVEN
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.visit import Visit
    from pipecli.reports.daycount import DayCount
    from pipecli.reports.division import Division
    from pipecli.reports.lengths import Lengths
    from pipecli.reports.scope import Scope

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("stage", "stage", key=True),
    Column("by", "by", machine=True, key=True),
    Column("group", "", key=True),
    Column("currency", "currency", machine=True, key=True),
    Column("entries", "entries", Type.INTEGER),
    *lengths.COLUMNS,
)
Key = Bracket | str | None
"""What names a row: None where it is not given."""


def division_of(scope: Scope) -> Division | None:
    """Return what was asked to divide the stages, None where nothing was.

    Raises `PipeError` for what is no fact, or none that could divide them.
    """
    name = scope.asked.by
    if name is None:
        return None
    if name == "stage":
        message = "every row of stage-time is one of a stage already"
        raise PipeError(message, hint="leave --by stage out", code=ExitCode.USAGE)
    return division(scope, None, f"owner, source, company, fields.NAME, {VALUE}", bands=True)


def divided_table(
    pipeline: Pipeline, timed: Sequence[tuple[Stage, Lengths]], by: Division, scope: Scope, count: DayCount
) -> Table:
    """Return one row a stage and group, of the stages in which the clock runs; periods between others among them."""
    of = _naming(by, scope)
    found = [(stage, _grouped(one.visits, of)) for stage, one in timed]
    rows = [
        (stage, key, lengths.measured(groups.get(key, ()), scope.now, count))
        for stage, groups in found
        for key in _ordered(groups, by, pricing.home(pipeline, scope), scope)
    ]
    currencies = sorted({key.currency for _, key, _ in rows if isinstance(key, Bracket)})
    return Table(
        title=f"Time in stage by {by.name}: {pipeline.name}",
        columns=count.columns(_columns(by, currencies)),
        rows=tuple(_row(pipeline, stage, by, key, one, count) for stage, key, one in rows),
        facts=count.facts(scope.facts("entered stage", sum(len(one.stays.observations) for _, one in timed))),
        notes=tuple(_notes(by, [one.visits for _, one in timed], [key for _, key, _ in rows], scope)),
        empty="no deal entered a stage",
        name="stage-time-by",
        behind=tuple(lengths.behind(one.visits, scope.now, count) for _, _, one in rows) if scope.asked.explain else (),
    )


def _naming(by: Division, scope: Scope) -> Callable[[Visit], Key]:
    """Return what names the row of a visit: the time of its entry, or what the file of its deal says now."""
    if by.unit:
        named = cache(by.of_day)  # few days for many visits
        return lambda visit: named(_day(visit, scope))
    context, deals = scope.context(), scope.workspace.deals.values()
    names: Mapping[str, Key] = {
        deal.id: bracket(deal, scope) if by.name == VALUE else fact(deal, by.name, context) for deal in deals
    }
    return lambda visit: names.get(visit.deal)


def _day(visit: Visit, scope: Scope) -> date | None:
    unknown = visit.truncated is Truncated.START_UNKNOWN
    return None if unknown else visit.entered.astimezone(scope.now.tzinfo).date()


def _grouped(visits: Iterable[Visit], of: Callable[[Visit], Key]) -> Mapping[Key, Sequence[Visit]]:
    groups: dict[Key, list[Visit]] = {}
    for visit in visits:
        groups.setdefault(of(visit), []).append(visit)
    return groups


def _ordered(groups: Mapping[Key, Sequence[Visit]], by: Division, home: str, scope: Scope) -> Sequence[Key]:
    """Return the names of the rows: periods and bands in their order, else the most entries first; None last."""
    nameless = [None] if None in groups else []
    if by.unit:
        days = (day for key in groups if key is not None for one in groups[key][:1] if (day := _day(one, scope)))
        return [*by.in_order(days), *nameless]
    bands = sorted((key for key in groups if isinstance(key, Bracket)), key=lambda one: (one.currency != home, one))
    names = sorted((key for key in groups if isinstance(key, str)), key=lambda name: (-len(groups[name]), name))
    return [*bands, *names, *nameless]


def _columns(by: Division, currencies: Sequence[str]) -> Iterator[Column]:
    for column in _COLUMNS:
        if column.name == "group":
            yield replace(column, heading=f"{by.name} {currencies[0]}" if len(currencies) == 1 else by.name)
        else:
            yield replace(column, machine=len(currencies) < 2) if column.name == "currency" else column  # noqa: PLR2004 -- several


def _row(pipeline: Pipeline, stage: Stage, by: Division, key: Key, found: Lengths, count: DayCount) -> tuple[Cell, ...]:
    name, currency = (key.label, key.currency) if isinstance(key, Bracket) else (key, None)
    head = (pipeline.id, stage.id, by.name, name or NOT_GIVEN, currency, found.stays.entries)
    return (*head, *found.cells(count))


def _notes(by: Division, visits: Iterable[Sequence[Visit]], keys: Sequence[Key], scope: Scope) -> Iterator[str]:
    if by.unit:
        example = by.example([key for key in keys if isinstance(key, str)])
        yield from [example] if example else []
        return
    gone = sum(visit.deal not in scope.workspace.deals for own in visits for visit in own)
    if gone:
        yield f"{counted(gone, 'visit')} of deals that were removed, or cannot be read: {by.name} {NOT_GIVEN}"
