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

from pipecli.core.money import product, total
from pipecli.core.pipeline import Kind
from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.core.visit import Truncated
from pipecli.facts.derived import probability
from pipecli.metrics.average import mean
from pipecli.metrics.stay import length
from pipecli.metrics.survival import START
from pipecli.reports import pricing
from pipecli.reports.stages import by_stage, counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import timedelta
    from decimal import Decimal

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.core.visit import Visit
    from pipecli.facts.derived import Context
    from pipecli.reports.pricing import Priced
    from pipecli.reports.scope import Scope

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("stage", "stage", key=True),
    Column("kind", "kind", priority=5),
    Column("deals", "deals", Type.INTEGER),
    Column("currency", "currency", key=True),
    Column("value", "value", Type.MONEY),
    Column("weighted", "weighted", Type.MONEY, priority=2),
    Column("mean_age", "mean age", Type.DAYS, priority=3),
    Column("aged", "deals with an age", Type.INTEGER, machine=True),
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One deal as the report counts it: what it is worth, its probability, its age."""

    deal: str
    stage: str
    worth: Priced
    probability: Decimal | None
    age: timedelta | None
    why_no_age: str


def pipeline(scope: Scope) -> tuple[Table, ...]:
    """Return one table a pipeline, one row a stage and currency; ages are timedeltas."""
    deals: dict[str, list[Deal]] = {}
    for deal in scope.workspace.deals.values():
        deals.setdefault(deal.pipeline, []).append(deal)
    tables = [_table(one, deals.get(one.id, ()), scope.current, scope) for one in scope.pipelines()]
    return with_unplaced(tables, scope, Table("Pipeline", _COLUMNS, (), scope.facts("open as of", 0), name="pipeline"))


def _table(one: Pipeline, deals: Iterable[Deal], present: Mapping[str, Visit], scope: Scope) -> Table:
    context = scope.context()
    found = by_stage(one, [_entry(deal, one, present.get(deal.id), scope, context) for deal in deals])
    open_ones = [entry for stage, entries in found if _open(stage) for entry in entries]
    lines = [(stage, *line) for stage, entries in found for line in _lines(one, entries, scope)]
    return Table(
        title=f"Pipeline: {one.name}",
        columns=_COLUMNS,
        rows=tuple(_row(one, *line, scope) for line in lines),
        facts=scope.facts("open as of", len(open_ones)),
        notes=(*_notes([entry for _, entries in found for entry in entries], scope), *found.notes("deal")),
        empty="the pipeline has no stage",
        name="pipeline",
        incomplete=bool(found.unknown),
        behind=tuple(_behind(line) for _, _, line in lines) if scope.asked.explain else (),
    )


def _entry(deal: Deal, one: Pipeline, visit: Visit | None, scope: Scope, context: Context) -> _Entry:
    stage = one.stage(deal.stage)
    age, why = _age(deal, stage, visit, one, scope)
    return _Entry(
        deal=deal.id,
        stage=deal.stage,
        worth=pricing.priced(deal, stage, scope),
        probability=probability(deal, context),
        age=age,
        why_no_age=why,
    )


def _open(stage: Stage | None) -> bool:
    return stage is not None and stage.kind in (Kind.OPEN, Kind.ON_HOLD)


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


def _lines(one: Pipeline, entries: Sequence[_Entry], scope: Scope) -> Iterator[tuple[str, Sequence[_Entry]]]:
    """Yield each currency of a stage with its deals."""
    for currency in pricing.lines((entry.worth.currency for entry in entries), pricing.home(one, scope)):
        yield currency, [entry for entry in entries if entry.worth.currency == currency]


def _row(one: Pipeline, stage: Stage, currency: str, line: Sequence[_Entry], scope: Scope) -> tuple[Cell, ...]:
    ages = [entry.age for entry in line if entry.age is not None]
    return (
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


def _behind(line: Sequence[_Entry]) -> Mapping[str, Sequence[str]]:
    """Return the deals behind the figures of a row."""
    aged = [entry.deal for entry in line if entry.age is not None]
    priced = [entry for entry in line if entry.worth.price]
    return {
        "deals": [entry.deal for entry in line],
        "value": [entry.deal for entry in priced],
        "weighted": [entry.deal for entry in priced if entry.probability is not None],
        "mean_age": aged,
        "aged": aged,
    }


def _value(line: Sequence[_Entry], currency: str, scope: Scope) -> Cell:
    prices = [entry.worth.price for entry in line if entry.worth.price]
    return total(prices, currency, scope.workspace.rates).of(currency) if prices or not line else None


def _weighted(line: Sequence[_Entry], currency: str, scope: Scope) -> Cell:
    prices = [(entry.worth.price, entry.probability) for entry in line if entry.worth.price]
    weighted = [price._replace(amount=product(price.amount, share)) for price, share in prices if share is not None]
    if prices and not weighted:
        return Withheld("no probability")
    return total(weighted, currency, scope.workspace.rates).of(currency) if weighted or not line else None


def _notes(entries: Sequence[_Entry], scope: Scope) -> Iterator[str]:
    yield from pricing.notes([entry.worth for entry in entries], scope)
    unweighted = sum(entry.probability is None for entry in entries if entry.worth.price)
    if unweighted:
        yield f"{counted(unweighted, 'deal')} without a probability: in no weighted value"
    for why, number in sorted(Counter(entry.why_no_age for entry in entries if entry.why_no_age).items()):
        yield f"{counted(number, 'deal')} without an age: {why}"
