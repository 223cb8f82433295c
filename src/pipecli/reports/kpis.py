"""The eight key figures of a pipeline, each with its band, whether it is met, and the change since the period before.

Population: the column `of` says it for each figure; the period is the present quarter to date, or that of `--period`,
as of its end where it is over. Clock: the days written in the files, and the visits for entries and ages. Values are
beside those of the period before, as it was recorded when it had gone as far as this one has (at its end, where this
one is over), where there is a history. Pipelines are never mixed, currencies never added: they have lines of their own.

Formula: conversion = won ÷ created, of the deals that came of age in the period, which is the p90 of the cycles of won
deals. Sales velocity and average deal size as in the report velocity. Lead age = median of now - entered, of deals in
open stages. Coverage = open qualified value expected to close in the period ÷ (quota - won in it). Qualified lead rate
= deals that reached the first stage marked `qualified` ÷ deals that came, of those whose age passed in the period the
p90 of the time that this takes (Kaplan-Meier 1958). Follow-up touches = median of outbound ones, of deals closed in the
period. Early drop-off = the highest of the stages before the qualified ones, of deals that entered p90 of the stay ago.
Bands: `targets` of the pipeline, else of pipe.yaml, else the usual ones. Above its band only touches fail, and what
should be low; below it what should be high, and touches. `--fail-under NAME`: exit 1 where this one fails. Figures of
fewer than five deals are withheld, and a withheld one fails no band.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.core.table import Cell, Column, Table, Type, Withheld
from pipecli.reports import pricing
from pipecli.reports.bands import band
from pipecli.reports.kpi import told, told_band
from pipecli.reports.kpi_figures import KPIS
from pipecli.reports.snapshot import moment_before, moment_of, period_of, preceding, snapshot
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipecli.core.calendar import Period
    from pipecli.core.pipeline import Pipeline
    from pipecli.core.value import Band
    from pipecli.reports.kpi import Figure, Kpi, Value
    from pipecli.reports.scope import Scope
    from pipecli.reports.snapshot import Snapshot

_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("kpi", "kpi", machine=True, key=True),
    Column("says", "figure", person=True, whole=True),
    Column("currency", "currency", machine=True, key=True),
    Column("unit", "unit", machine=True),
    Column("value", "value", Type.NUMBER, machine=True),
    Column("shown", "value", person=True, whole=True),
    Column("low", "from", Type.NUMBER, machine=True),
    Column("high", "to", Type.NUMBER, machine=True),
    Column("band", "band", person=True, priority=2, whole=True),
    Column("verdict", "verdict"),
    Column("missed", "missed", machine=True),
    Column("previous", "before", Type.NUMBER, machine=True),
    Column("change", "change", Type.NUMBER, machine=True),
    Column("shown_change", "change", person=True, priority=2, whole=True),
    Column("n", "n", Type.INTEGER),
    Column("of", "of", priority=3),
)
_CLOCK = "closed_on, created, visits"

Facts = Callable[[int], tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of one pipeline: by its name, now and in the period before, with its band."""

    name: str
    figure: Figure
    band: Band | None
    previous: Value

    @property
    def kpi(self) -> Kpi:
        """What the figure is."""
        return KPIS[self.name]

    @property
    def change(self) -> Value:
        """The difference to the period before, where both values are known."""
        now, then = self.figure.value, self.previous
        if now is None or isinstance(now, Withheld) or then is None:
            return None
        return Withheld(f"then {then}") if isinstance(then, Withheld) else now - then

    def missed(self) -> str | None:
        """Return whether the value is `below` or `above` its band."""
        return self.kpi.missed(self.figure.value, self.band)


def kpis(scope: Scope) -> tuple[Table, ...]:
    """Return one table a pipeline, one row a figure and currency.

    Raises `PipeError` for a period that cannot be read, and for figures that must not fail and are not known.
    """
    wanted(scope.asked.fail_under)
    name, period = period_of(scope)
    over, before = moment_of(period, scope), moment_before(period, scope)
    present = scope.then(over) if over and scope.then else scope
    earlier = scope.then(before) if scope.then and period.first <= scope.now.date() else None
    tables: list[Table] = []
    for pipeline in scope.pipelines():
        now = snapshot(pipeline.id, present, period)
        then = snapshot(pipeline.id, earlier, preceding(period)) if earlier else None
        tables.append(_table(pipeline, now, then, _facts(scope, present, name, period, earlier)))
    facts = scope.facts("key figures", 0, clock=_CLOCK)
    return with_unplaced(tables, scope, Table("Key figures", _COLUMNS, (), facts, name="kpis"))


def misses(scope: Scope, pipeline: Pipeline) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield, in words, the figures of a pipeline that miss their bands now, with the deals behind them."""
    now = snapshot(pipeline.id, scope, period_of(scope)[1])
    for line in _lines(now, None) if now else ():
        if line.missed():
            value, band = _told(line.figure.value, line), told_band(line.band, line.kpi)
            yield f"{line.kpi.says} {value} (band {band})", line.figure.deals


def wanted(names: Sequence[str] | None) -> frozenset[str]:
    """Return the figures that must not fail. Raises `PipeError` for unknown ones."""
    found = {name.replace("-", "_") for name in names or ()}
    for name in sorted(found - set(KPIS)):
        message = f"--fail-under {name}: there is no such figure"
        raise PipeError(message, hint=did_you_mean(name, KPIS), code=ExitCode.USAGE)
    return frozenset(found)


def _facts(scope: Scope, present: Scope, name: str, period: Period, earlier: Scope | None) -> Facts:
    """Return the facts of a table with n open, in which the period stands, and the one before."""
    given = () if scope.asked.period else (("period", f"{name} ({period})"),)
    before = f"{preceding(period)}, as of {earlier.now.isoformat(timespec='seconds')}" if earlier else "not known"
    return lambda n: (*present.facts("key figures", n, clock=_CLOCK), *given, ("before", before))


def _table(pipeline: Pipeline, now: Snapshot | None, then: Snapshot | None, facts: Facts) -> Table:
    lines = list(_lines(now, then)) if now else []
    asked = now.scope.asked if now else None
    must = wanted(asked.fail_under) if asked else frozenset()
    known = [line for line in lines if line.name in must]
    return Table(
        title=f"Key figures: {pipeline.name}",
        columns=_COLUMNS,
        rows=tuple(_row(pipeline, line) for line in lines),
        facts=facts(len(now.deals) if now else 0),
        notes=tuple(_notes(known, now, then)),
        empty="the pipeline was not there yet",
        name="kpis",
        incomplete=now is not None and now.closings.incomplete,
        failed=tuple(_failure(pipeline, line) for line in known if line.missed()),
        behind=tuple({"value": line.figure.deals, "n": line.figure.deals} for line in lines)
        if asked and asked.explain
        else (),
    )


def _lines(now: Snapshot, then: Snapshot | None) -> Iterator[Line]:
    home = pricing.home(now.pipeline, now.scope)
    for name, kpi in KPIS.items():
        before = {one.currency: one.value for one in kpi.figures(then)} if then else {}
        for one in kpi.figures(now):
            target = band(name, now.pipeline, now.scope) if one.currency in ("", home) else None
            yield Line(name, one, target, before.get(one.currency))


def _row(pipeline: Pipeline, line: Line) -> tuple[Cell, ...]:
    figure, kpi, missed = line.figure, line.kpi, line.missed()
    judged = line.band is not None and figure.value is not None and not isinstance(figure.value, Withheld)
    return (
        pipeline.id,
        line.name,
        kpi.says,
        figure.currency or None,
        str(kpi.unit),
        figure.value,
        _told(figure.value, line),
        line.band.low if line.band else None,
        line.band.high if line.band else None,
        told_band(line.band, kpi),
        ("fail" if missed else "pass") if judged else None,
        missed,
        line.previous,
        line.change,
        _told(line.change, line, sign=True),
        figure.n,
        figure.of,
    )


def _told(value: Value, line: Line, *, sign: bool = False) -> str | None:
    if value is None or isinstance(value, Withheld):
        return value
    return told(value, line.kpi.unit, line.figure.currency, sign=sign)


def _failure(pipeline: Pipeline, line: Line) -> str:
    value, limit = _told(line.figure.value, line), told_band(line.band, line.kpi)
    return f"{line.name} of {pipeline.id} is {value}, {line.missed()} its band: {limit}"


def _notes(must: Sequence[Line], now: Snapshot | None, then: Snapshot | None) -> Iterator[str]:
    unknown = sorted({line.name for line in must if isinstance(line.figure.value, Withheld | None)})
    if unknown:
        yield f"not known, so that no band is failed: {', '.join(unknown)}"
    unbanded = sorted({line.name for line in must if line.band is None and line.name not in unknown})
    if unbanded:
        yield f"no band is set, so that none is failed: {', '.join(unbanded)}"
    if now and now.period.first > now.scope.now.date():
        yield "the period has not begun: ages and coverage are those of now, and no change is told"
    elif now and then is None and now.scope.then:
        yield "no change is told: the pipeline was not recorded yet in the period before"
    if now:
        yield from pricing.notes([one.worth for one in now.closings.closed], now.scope)
