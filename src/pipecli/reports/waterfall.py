"""What became of the open value between two moments: a waterfall for each currency, and the deals that moved it.

Population: the deals in open stages at either moment, by the pipelines, rates and currencies of each. The report holds
the beginning of the period (without `--period`, of the current quarter) against its end, or the as-of moment where it
is not over. Clock: recorded, that is the files as they were committed by then.

Formula: opening + created + reopened + resumed + moved in + increased - decreased - moved out - won - lost - held -
removed ± currency = closing, to the cent. A deal that comes or goes is counted with its whole value; of one that stays
the change of value is taken at the opening rate, and the remainder is currency. Values are converted to the workspace's
currency with the last rate on or before the day of each moment; a deal without a usable rate stands in a waterfall of
its own currency. A deal without a value is counted, at 0. What is open at neither moment is in no row; a note counts
those that closed in between.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.layout import SETTINGS, FileKind
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.core.table import Column, Table, Type
from pipecli.metrics import waterfall as metric
from pipecli.metrics.waterfall import Step
from pipecli.reports import moments, pricing
from pipecli.reports.compared import Comparison, compared
from pipecli.reports.division import division, fact
from pipecli.reports.movers import movers
from pipecli.reports.stages import counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.core.table import Cell
    from pipecli.metrics.waterfall import Part
    from pipecli.reports.compared import Compared
    from pipecli.reports.explained import Behind, Row
    from pipecli.reports.scope import Scope

_STEPS = (
    Column("step", "step", key=True),
    Column("deals", "deals", Type.INTEGER),
    Column("value", "value", Type.MONEY),
    Column("currency", "currency", key=True),
)
_NOT_GIVEN = "not given"
MOST = 5
"""How many deals of a step the report shows to a person."""


@dataclass(frozen=True, slots=True)
class _Line:
    """The parts of one currency, each with its deal and the group that it is in."""

    currency: str
    members: tuple[tuple[str, Part, Compared], ...]

    def parts(self, group: str | None = None) -> list[Part]:
        return [part for name, part, _ in self.members if group in (None, name)]


def waterfall(scope: Scope) -> tuple[Table, ...]:
    """Return what `diff` does for the beginning and the end of a period.

    Raises `PipeError` as it does, and for a period that cannot be read.
    """
    scope, period = moments.in_period(scope)
    known = scope.pipelines()
    before, after = moments.opening(scope, period), moments.closing(scope, period)
    if before is None or after is None:
        facts = scope.facts("open at either moment", 0, clock="recorded")
        begun = moments.has_begun(scope, period)
        empty = "no history: nothing is known of then" if begun else "the period has not begun"
        nothing = Table("Open value", _STEPS, (), facts, empty=empty, name="waterfall")
        return with_unplaced([nothing] if known else (), scope, nothing)
    after = replace(after, asked=scope.asked, where=scope.where, remarks=(), before=before)
    tables = diff(after, moments.names(after, before))
    found = dict(tables[0].facts)
    facts = (
        *scope.facts("open at either moment", int(found["n"]), clock="recorded"),
        *((name, found[name]) for name in ("from", "to")),
    )
    return tuple(_shortened(replace(table, facts=facts)) for table in tables)


def _shortened(table: Table) -> Table:
    """Return a table of deals with the largest of each step alone for a person; of any other the table."""
    if table.name != "waterfall-deals":
        return table
    step = [column.name for column in table.columns].index("step")
    seen: Counter[Cell] = Counter()
    digest = []
    for row in table.rows:
        seen[row[step]] += 1
        if seen[row[step]] <= MOST:
            digest.append(row)
    note = f"{MOST} of a step at most, of {counted(len(table.rows), 'row')}: --format csv has all of them"
    return replace(table, digest=tuple(digest), notes=(*table.notes, note)) if len(digest) < len(table.rows) else table


def diff(scope: Scope, names: Mapping[str, str]) -> tuple[Table, ...]:
    """Return for each currency a waterfall and, where something moved, the deals that moved it.

    `scope` is of the second moment, its `before` of the first; `names` has the id at the first of each deal that is in
    both. Raises `PipeError` for a pipeline that is at neither moment, and for a fact that divides no rows.
    """
    before = scope.before
    if before is None:
        raise AssertionError("there is nothing to compare with")
    _refuse(scope, before)
    found = compared(scope, before, names)
    tables = [table for line in _lines(found, scope) for table in _tables(line, found, scope, before)]
    left_out = tuple(f"{counted(number, 'deal')} left out: {why}" for why, number in sorted(found.left_out.items()))
    notes = (*tables[-1].notes, *_notes(found, scope, before), *left_out, *before.remarks, *scope.remarks)
    return (*tables[:-1], replace(tables[-1], notes=notes, incomplete=bool(left_out)))


def _refuse(scope: Scope, before: Scope) -> None:
    known = {**before.workspace.pipelines, **scope.workspace.pipelines}
    if scope.pipeline is not None and scope.pipeline not in known:
        message = f"there is no pipeline {scope.pipeline!r}"
        raise PipeError(message, hint=did_you_mean(scope.pipeline, known), code=ExitCode.USAGE)
    if scope.asked.by is not None and division(replace(scope, pipeline=None), None).unit:
        hint = "--by owner, source or stage"
        raise PipeError(f"--by {scope.asked.by} divides no deals between two moments", hint=hint, code=ExitCode.USAGE)


def _lines(found: Comparison, scope: Scope) -> list[_Line]:
    """Return the lines, that of the workspace's currency first."""
    members = [(_group(deal, scope), part, deal) for deal in found.deals for part in deal.parts]
    currencies = pricing.lines((part.line for _, part, _ in members), found.currency)
    return [_Line(one, tuple(member for member in members if member[1].line == one)) for one in currencies]


def _group(deal: Compared, scope: Scope) -> str:
    """Return the fact by which the deal is told: at the second moment, or before it went."""
    if scope.asked.by is None:
        return ""
    return fact(deal.last.deal, scope.asked.by, deal.last.scope.context()) or _NOT_GIVEN


def _tables(line: _Line, found: Comparison, scope: Scope, before: Scope) -> Iterator[Table]:
    by = scope.asked.by
    own = (Column(by, by, key=True),) if by else ()
    span = f"{_at(before)} to {_at(scope)}"
    groups = sorted({name for name, _, _ in line.members}, key=lambda name: (name == _NOT_GIVEN, name)) or [""]
    rows = [(name, *row) for name in groups for row in _steps(line, name)]
    yield Table(
        title=f"Open value{f' in {line.currency}' if line.currency else ''}, {span}",
        columns=(*own, *_STEPS),
        rows=tuple((*((name,) if by else ()), *row) for name, row, _ in rows),
        facts=_facts(found, scope, before),
        notes=tuple(_line_notes(line)),
        name="waterfall",
        behind=tuple(one for _, _, one in rows) if scope.asked.explain else (),
    )
    below = movers(line.currency, line.members, own if by != "owner" else ())
    if below.rows:
        yield below


def _at(scope: Scope) -> str:
    return scope.now.isoformat(sep=" ", timespec="minutes")[:16]


def _facts(found: Comparison, scope: Scope, before: Scope) -> tuple[tuple[str, str], ...]:
    ends = [(one.now.isoformat(timespec="seconds"), one.commit) for one in (before, scope)]
    return (
        ("population", "open at either moment"),
        ("clock", "recorded"),
        ("n", str(sum(bool(deal.parts) for deal in found.deals))),
        *((name, f"{moment} ({commit})") for name, (moment, commit) in zip(("from", "to"), ends, strict=True)),
        *((("pipeline", scope.pipeline),) if scope.pipeline else ()),
        *((("where", f"{'; '.join(scope.where)}, at either moment"),) if scope.where else ()),
    )


def _steps(line: _Line, group: str) -> Iterator[Row]:
    parts = line.parts(group)
    found = metric.waterfall(parts)
    opened = [part.deal for part in parts if part.opening is not None]
    yield ("opening", found.opening.deals, found.opening.value, line.currency), _behind(opened)
    for step, tally in found.steps.items():
        deals = [part.deal for part in parts if (part.currency if step is Step.CURRENCY else part.step is step)]
        yield (str(step), tally.deals, tally.value, line.currency), _behind(deals)
    closed = [part.deal for part in parts if part.closing is not None]
    yield ("closing", found.closing.deals, found.closing.value, line.currency), _behind(closed)


def _behind(deals: Sequence[str]) -> Behind:
    return {"deals": deals, "value": deals}


def _line_notes(line: _Line) -> Iterator[str]:
    unchanged = [deal for _, part, deal in line.members if part.step is Step.UNCHANGED]
    if unchanged:
        moved = sum(len({one.stage.id for one in (d.before, d.after) if one and one.stage}) > 1 for d in unchanged)
        elsewhere = f", {moved:,} of them in another stage" if moved else ""
        yield f"{counted(len(unchanged), 'deal')} open and worth the same at both moments{elsewhere}"
    without = sum(deal.last.deal.value is None for _, _, deal in line.members)
    if without:
        yield f"{counted(without, 'deal')} without a value: counted, at 0"


def _notes(found: Comparison, scope: Scope, before: Scope) -> Iterator[str]:
    """Yield what has to be said of all lines."""
    others = Counter(part.line for deal in found.deals for part in deal.parts if part.line != found.currency)
    if found.currency and others:
        names = ", ".join(sorted(name or "none" for name in others))
        yield f"{counted(others.total(), 'deal')} without a usable rate to {found.currency}: shown in {names}"
    closed = Counter(str(kind) for deal in found.deals if (kind := deal.closed_between))
    if closed:
        told = " and ".join(f"{number:,} {kind}" for kind, number in sorted(closed.items(), reverse=True))
        yield f"{told} in between, open at neither moment: in no row"
    if before.now > scope.now:
        yield "the first moment is the later one: what is told as gone came"
    changed = [path for path in _rules(scope, before) if before.workspace.texts and scope.workspace.texts]
    if changed:
        yield f"changed, too: {', '.join(changed)}; each moment is told by its own"


def _rules(scope: Scope, before: Scope) -> Iterator[str]:
    """Yield the files that say what stages and rates are, where they differ."""
    paths = {p: None for one in (before, scope) for p in one.workspace.texts if p.startswith(f"{FileKind.PIPELINE}/")}
    for path in (SETTINGS, str(FileKind.RATES), *sorted(paths)):
        then, now = (one.workspace.texts.get(path, b"").replace(b"\r\n", b"\n") for one in (before, scope))
        if then != now:
            yield path
