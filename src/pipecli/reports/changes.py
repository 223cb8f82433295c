"""What was changed since a moment: new deals, moves, won, lost, values, expected closes, owners; and by what they are.

Population: recorded since the moment: what is known now, or as of the moment of the report, and was not known then.
`--since` takes a day (from its start), a moment, `7d`, a weekday, `yesterday`, or a revision. Moves are told one by
one, each once, also where it was recorded on a branch before and merged since; other fields by what is left of them,
so that a value that was raised and lowered again is no change.

Clock: recorded, that is the commits of the main line, decides what belongs in it; the dates beside moves are those of
the clock of the visits (effective unless `--clock recorded`).

Formula: by kind, the number of changes, the deals that they are of, and the sum of the values of these deals, now (or
before they were removed); for a value that was changed, the sum of the differences, too. A line for each currency:
nothing is converted or added across currencies.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.layout import SETTINGS
from pipecli.core.money import added
from pipecli.core.table import Column, Table, Type
from pipecli.reports.changed import changed
from pipecli.reports.differences import CLOSE, VALUE
from pipecli.reports.stages import counted
from pipecli.reports.unplaced import with_unplaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.table import Cell
    from pipecli.reports.changed import Change, Changed
    from pipecli.reports.scope import Scope

KINDS = (
    "new", "moved in", "advanced", "back", "moved", "won", "lost", "held", "resumed", "reopened", "handed off",
    "removed", "renamed", *VALUE, *CLOSE, "owner",
)  # fmt: skip
"""In the order in which they are told."""

_BY_KIND = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("change", "change", key=True),
    Column("number", "number", Type.INTEGER, priority=3),
    Column("deals", "deals", Type.INTEGER),
    Column("currency", "currency", key=True),
    Column("value", "value", Type.MONEY),
    Column("difference", "difference", Type.MONEY, priority=2),
)
_BY_DEAL = (
    Column("pipeline", "pipeline", machine=True),
    Column("deal", "deal"),
    Column("title", "title", priority=5),
    Column("change", "change"),
    Column("before", "from"),
    Column("after", "to"),
    Column("value", "value", Type.MONEY, priority=3),
    Column("currency", "currency", priority=3),
    Column("on", "on", Type.DAY, priority=2),
    Column("by", "by", priority=4),
    Column("commit", "commit", machine=True),
)


def changes(scope: Scope) -> tuple[Table, ...]:
    """Return two tables a pipeline, by kind and by deal, or one where nothing was changed."""
    if scope.before is None:
        raise AssertionError("the registry asks for --since")
    found = changed(scope, scope.before)
    tables = [table for one in scope.pipelines() for table in _tables(one, found, scope, scope.before)]
    nothing = Table("Changes", _BY_KIND, (), _facts(scope, scope.before, 0), name="changes-by-kind")
    *others, last = with_unplaced(tables, scope, nothing)
    return (*others, replace(last, notes=(*last.notes, *_elsewhere(found, scope))))


def _elsewhere(found: Changed, scope: Scope) -> Iterator[str]:
    """Yield how many changes were in pipelines that are gone, and so in no table."""
    lost = [one for one in found.changes if one.pipeline not in scope.workspace.pipelines]
    if lost and scope.pipeline is None:
        names = ", ".join(sorted({repr(one.pipeline) for one in lost}))
        yield f"{counted(len(lost), 'change')} left out: in a pipeline that is not there ({names})"


def _facts(scope: Scope, before: Scope, n: int) -> tuple[tuple[str, str], ...]:
    since = before.now.isoformat(timespec="seconds")
    return scope.facts(
        f"recorded since {since} ({f'commit {before.commit[:10]}' if before.commit else 'no commit'})", n
    )


def _tables(pipeline: Pipeline, found: Changed, scope: Scope, before: Scope) -> Iterator[Table]:
    rows = sorted((one for one in found.changes if one.pipeline == pipeline.id), key=_order)
    lines, since = _lines(rows), before.now.date()
    facts = _facts(scope, before, len(rows))
    yield Table(
        title=f"Changes since {since}: {pipeline.name}",
        columns=_BY_KIND,
        rows=tuple(_by_kind(line) for line in lines),
        facts=facts,
        notes=tuple(_notes(pipeline, rows, found, scope, before)),
        empty=f"nothing was changed since {before.now.isoformat(sep=' ', timespec='minutes')}",
        name="changes-by-kind",
        behind=tuple(map(_behind, lines)) if scope.asked.explain else (),
    )
    if rows:
        yield Table(
            title=f"Deals changed since {since}: {pipeline.name}",
            columns=_BY_DEAL,
            rows=tuple(_row(one) for one in rows),
            facts=facts,
            name="changes",
        )


def _order(one: Change) -> tuple[int, object, str, str]:
    return KINDS.index(one.kind), -(one.value or 0), one.deal, str(one.on or "")


def _row(one: Change) -> tuple[Cell, ...]:
    return (
        one.pipeline, one.deal, one.title, one.kind, one.before, one.after, one.value, one.currency, one.on, one.by,
        one.commit,
    )  # fmt: skip


def _lines(rows: Sequence[Change]) -> Sequence[Sequence[Change]]:
    """Return the changes of each kind and currency."""
    lines: dict[tuple[int, str], list[Change]] = {}
    for one in rows:
        lines.setdefault((KINDS.index(one.kind), one.currency), []).append(one)
    return [some for _, some in sorted(lines.items())]


def _by_kind(some: Sequence[Change]) -> tuple[Cell, ...]:
    deals = {one.deal: one.value for one in some}
    values = [value for value in deals.values() if value is not None]
    differences = [one.difference for one in some if one.difference is not None]
    return (
        some[0].pipeline,
        some[0].kind,
        len(some),
        len(deals),
        some[0].currency,
        added(values) if values else None,
        added(differences) if differences else None,
    )


def _behind(some: Sequence[Change]) -> Mapping[str, Sequence[str]]:
    """Return the deals behind the figures of a row; behind the number of changes each as often as it was changed."""
    deals = {one.deal: one.value for one in some}
    return {
        "number": [one.deal for one in some],
        "deals": list(deals),
        "value": [deal for deal, value in deals.items() if value is not None],
        "difference": [one.deal for one in some if one.difference is not None],
    }


def _notes(pipeline: Pipeline, rows: Sequence[Change], found: Changed, scope: Scope, before: Scope) -> Iterator[str]:
    if any(one.kind == "new" for one in rows):
        if not before.commit:
            yield f"{'; '.join(before.remarks)}: every deal is new"
        elif not before.workspace.texts:
            yield "the workspace was not there yet: every deal is new"
    yield from _rules(pipeline, scope, before)
    known = before.workspace.deals.keys() | scope.workspace.deals.keys()
    between = {one.deal for one in rows} - known
    if between:
        yield f"{counted(len(between), 'deal')} of unknown value: came and went since then, or cannot be read"
    unpriced = {one.deal for one in rows if one.value is None} - between
    if unpriced:
        yield f"{counted(len(unpriced), 'deal')} without a value: in the counts only"
    if found.elsewhere.get(pipeline.id):
        yield f"{counted(found.elsewhere[pipeline.id], 'more deal')} changed in other ways, which are not listed"
    if found.unread.get(pipeline.id):
        yield f"{counted(found.unread[pipeline.id], 'deal')} not compared: the file could not be read then"
    pending = sum(one.commit == "" for one in rows)
    if pending:
        yield f"{counted(pending, 'move')} not committed yet"


def _rules(pipeline: Pipeline, scope: Scope, before: Scope) -> Iterator[str]:
    """Yield which of the files that say what stages mean are not as they were."""
    for path in (SETTINGS, pipeline.path) if before.workspace.texts else ():
        then, now = (one.workspace.texts.get(path, b"").replace(b"\r\n", b"\n") for one in (before, scope))
        if not then:
            yield f"{path} is new since then"
        elif then != now:
            yield f"{path} was changed since then" + (": moves are told by its present stages" * (path != SETTINGS))
