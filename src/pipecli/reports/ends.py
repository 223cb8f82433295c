"""The table of how visits end, which stands below the funnel: counts that add up to the entries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.table import Cell, Column, Table, Type
from pipecli.core.visit import End
from pipecli.metrics.outcome import ends
from pipecli.metrics.sample import rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.visit import Visit
    from pipecli.reports.entered import Entered
    from pipecli.reports.scope import Scope
    from pipecli.reports.stages import ByStage

_NAMES: Mapping[End, str] = {end: end.replace(" ", "_") for end in End}
_COLUMNS = (
    Column("pipeline", "pipeline", machine=True, key=True),
    Column("stage", "stage", key=True),
    Column("kind", "kind", machine=True),
    Column("entries", "entries", Type.INTEGER),
    *(Column(name, str(end), Type.INTEGER, priority=2) for end, name in _NAMES.items()),
    *(Column(f"{name}_share", f"{end} ÷ entries", Type.SHARE, machine=True) for end, name in _NAMES.items()),
)
_NONE = 3
"""The priority of an end that no visit had: its column gives way first."""


def ends_table(pipeline: Pipeline, found: ByStage[Visit], entered: Entered, scope: Scope) -> Table:
    """Return one row a stage, on hold and closed ones too: the visits that began there, and how many ended how."""
    own = [(stage, [visit for visit in visits if entered.counts(visit)]) for stage, visits in found]
    counted = [(stage, ends(visits)) for stage, visits in own]
    had = {_NAMES[end] for _, counts in counted for end, number in counts.items() if number}
    return Table(
        title=f"Ends of visits: {pipeline.name}",
        columns=tuple(_columns(had)),
        rows=tuple(_row(pipeline, stage, counts) for stage, counts in counted),
        facts=scope.facts("entered stage, every visit", sum(sum(counts.values()) for _, counts in counted)),
        notes=tuple(found.notes("visit")),
        empty="the pipeline has no stage",
        name="funnel-ends",
        behind=tuple(_behind(visits) for _, visits in own) if scope.asked.explain else (),
    )


def _behind(visits: Sequence[Visit]) -> Mapping[str, Sequence[str]]:
    """Return the deals behind the numbers of a row, each as often as it came; behind a share those that came."""
    entries = [visit.deal for visit in visits]
    ended = {name: [visit.deal for visit in visits if visit.end is end] for end, name in _NAMES.items()}
    return {"entries": entries, **ended, **{f"{name}_share": entries for name in ended}}


def _columns(had: set[str]) -> Iterator[Column]:
    for column in _COLUMNS:
        yield replace(column, priority=_NONE) if column.priority > 1 and column.name not in had else column


def _row(pipeline: Pipeline, stage: Stage, counts: Mapping[End, int]) -> tuple[Cell, ...]:
    entries = sum(counts.values())
    shares: Sequence[Cell] = [rate(number, entries) for number in counts.values()]
    return (pipeline.id, stage.id, str(stage.kind), entries, *counts.values(), *shares)
