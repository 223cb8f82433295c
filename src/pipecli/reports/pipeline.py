"""What is in each stage of each pipeline: deals, value, weighted value, mean age.

Population: open as of the moment; closed stages stand beside them with every deal in them, and have no age.
Clock: the age is as-of - entered, of the present visit: a description of the backlog, no estimate of how long
deals will stay.

Formula: weighted = the sum of value times probability: the deal's own, else its stage's; 100 % for won and
0 % for lost. Currencies are never added: values are converted to the workspace's currency with the last rate
on or before the as-of day (the day of closing, for closed deals). A deal whose value cannot be converted is
on a line of its own currency, and counted in a note.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.money import Price, convert, product, total
from pipecli.core.pipeline import Kind
from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.core.visit import Truncated
from pipecli.facts.derived import probability
from pipecli.metrics.average import mean
from pipecli.metrics.stay import length
from pipecli.metrics.survival import START
from pipecli.reports.stages import by_stage, counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import timedelta
    from decimal import Decimal

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.core.visit import Visit
    from pipecli.reports.scope import Scope

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True),
    Column("stage", "stage"),
    Column("kind", "kind", priority=5),
    Column("deals", "deals", Type.INTEGER),
    Column("currency", "currency"),
    Column("value", "value", Type.MONEY),
    Column("weighted", "weighted", Type.MONEY, priority=2),
    Column("mean_age", "mean age", Type.DAYS, priority=3),
    Column("aged", "deals with an age", Type.INTEGER, machine=True),
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One deal as the report counts it: its price, the currency of its line, its probability, its age."""

    stage: str
    price: Price | None
    currency: str
    probability: Decimal | None
    age: timedelta | None
    why_no_age: str


def pipeline(scope: Scope) -> tuple[Table, ...]:
    """Return one table a pipeline, one row a stage and currency; ages are timedeltas."""
    present = {visit.deal: visit for visit in scope.visits if visit.left is None}
    deals: dict[str, list[Deal]] = {}
    for deal in scope.workspace.deals.values():
        deals.setdefault(deal.pipeline, []).append(deal)
    tables = [_table(one, deals.get(one.id, ()), present, scope) for one in scope.pipelines()]
    return with_unplaced(tables, scope, Table("Pipeline", _COLUMNS, (), scope.facts("open as of", 0), name="pipeline"))


def _table(one: Pipeline, deals: Iterable[Deal], present: Mapping[str, Visit], scope: Scope) -> Table:
    found = by_stage(one, [_entry(deal, one, present.get(deal.id), scope) for deal in deals])
    open_ones = [entry for stage, entries in found if _open(stage) for entry in entries]
    return Table(
        title=f"Pipeline: {one.name}",
        columns=_COLUMNS,
        rows=tuple(row for stage, entries in found for row in _rows(one, stage, entries, scope)),
        facts=scope.facts("open as of", len(open_ones)),
        notes=(*_notes([entry for _, entries in found for entry in entries], scope), *found.notes("deal")),
        empty="the pipeline has no stage",
        name="pipeline",
        incomplete=bool(found.unknown),
    )


def _entry(deal: Deal, one: Pipeline, visit: Visit | None, scope: Scope) -> _Entry:
    stage = one.stage(deal.stage)
    price = _price(deal, stage, scope)
    age, why = _age(deal, stage, visit, one, scope)
    return _Entry(
        stage=deal.stage,
        price=price,
        currency=_line(deal, price, scope),
        probability=probability(deal, scope.context()),
        age=age,
        why_no_age=why,
    )


def _open(stage: Stage | None) -> bool:
    return stage is not None and stage.kind in (Kind.OPEN, Kind.ON_HOLD)


def _price(deal: Deal, stage: Stage | None, scope: Scope) -> Price | None:
    """Return the deal's value, as of the day of closing where it is closed."""
    if deal.value is None:
        return None
    today = scope.now.date()
    day = today if _open(stage) else deal.closed_on or today
    return Price(deal.value, scope.workspace.currency_of(deal) or "", day)


def _line(deal: Deal, price: Price | None, scope: Scope) -> str:
    """Return the currency in which the deal's value is told: the workspace's where it can be converted."""
    own, to = scope.workspace.currency_of(deal) or "", scope.workspace.settings.currency
    if to is None or price is None:
        return to or own
    converted = convert(price.amount, own, to, scope.workspace.rates, price.day)
    return own if converted is None else to


def _age(
    deal: Deal, stage: Stage | None, visit: Visit | None, one: Pipeline, scope: Scope
) -> tuple[timedelta | None, str]:
    """Return the age of the present visit, or None and why it is not known."""
    if stage is None or not _open(stage):
        return None, ""
    if visit is None or (visit.pipeline, one.stage(visit.stage)) != (deal.pipeline, stage):
        return None, "no history"
    if visit.truncated is Truncated.START_UNKNOWN:
        return None, "the entry is older than the history"
    age = length(visit, scope.now)
    return (None, "the entry is in the future") if age < START else (age, "")


def _rows(one: Pipeline, stage: Stage, entries: Sequence[_Entry], scope: Scope) -> Iterator[tuple[Cell, ...]]:
    home = scope.workspace.settings.currency or one.currency or ""
    currencies = {entry.currency for entry in entries} or {home}
    for currency in sorted(currencies, key=lambda name: (name != home, name)):
        line = [entry for entry in entries if entry.currency == currency]
        ages = [entry.age for entry in line if entry.age is not None]
        yield (
            one.id,
            stage.id,
            str(stage.kind),
            len(line),
            currency,
            _value(line, currency, scope),
            _weighted(line, currency, scope),
            mean(ages),
            len(ages) if _open(stage) else None,
        )


def _value(line: Sequence[_Entry], currency: str, scope: Scope) -> Cell:
    prices = [entry.price for entry in line if entry.price]
    return total(prices, currency, scope.workspace.rates).of(currency) if prices or not line else None


def _weighted(line: Sequence[_Entry], currency: str, scope: Scope) -> Cell:
    priced = [entry for entry in line if entry.price]
    weighted = [
        entry.price._replace(amount=product(entry.price.amount, entry.probability))
        for entry in priced
        if entry.price and entry.probability is not None
    ]
    if priced and not weighted:
        return Withheld("no probability")
    return total(weighted, currency, scope.workspace.rates).of(currency) if weighted or not line else None


def _notes(entries: Sequence[_Entry], scope: Scope) -> Iterator[str]:
    priced = [entry for entry in entries if entry.price]
    if len(priced) < len(entries):
        yield f"{counted(len(entries) - len(priced), 'deal')} without a value: in the counts only"
    to = scope.workspace.settings.currency
    unpriced = Counter(entry.currency for entry in priced if to and entry.currency != to)
    if unpriced:
        names = ", ".join(sorted(unpriced))
        yield f"{counted(unpriced.total(), 'deal')} without a usable rate to {to}: shown in {names}"
    unweighted = sum(entry.probability is None for entry in priced)
    if unweighted:
        yield f"{counted(unweighted, 'deal')} without a probability: in no weighted value"
    for why, number in sorted(Counter(entry.why_no_age for entry in entries if entry.why_no_age).items()):
        yield f"{counted(number, 'deal')} without an age: {why}"
