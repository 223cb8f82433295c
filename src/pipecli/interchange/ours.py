"""Deals that `pipe export` wrote, and the visits that `pipe audit` did: read back as they were. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import TYPE_CHECKING, Any, NamedTuple

from pipecli.core import schema
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.record import Deal
from pipecli.core.value import parse_moment
from pipecli.edits.move import CLOSED
from pipecli.edits.order import BLOCKS
from pipecli.interchange import sheet
from pipecli.interchange.batch import Batch, Change, NamedStage, State
from pipecli.interchange.cases import start_of
from pipecli.interchange.deal_row import KINDS
from pipecli.interchange.fault import CellError, cell_problem, check_width
from pipecli.interchange.own_form import KIND, tree_of, values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pipecli.core.pipeline import Kind
    from pipecli.core.problem import Problem
    from pipecli.interchange.batch import File
    from pipecli.interchange.sheet import Sheet

SYSTEM = "pipe"
DEALS = frozenset({"id", "stage", "stage_since", "next_step.do", "provenance.source"})
VISITS = frozenset({"deal", "life", "pipeline", "stage", "entered", "by", "truncated"})
"""Columns by which a table is known as one of ours."""
_PLACED = ("pipeline", "stage", "owner", "company", "contacts")
"""Keys that name something of the workspace, which the plan finds there."""
_REST = tuple(key for group in BLOCKS for key in group if key not in _PLACED)


class Visit(NamedTuple):
    """A row of the visits: which stage of which pipeline, from when on, and who began it."""

    life: int
    entered: datetime
    pipeline: str
    stage: str
    person: str
    file: str
    line: int


def is_ours(table: Sheet) -> bool:
    """Return whether a table is an export of ours."""
    return set(table.header) >= DEALS or set(table.header) >= VISITS


def read_tables(tables: Sequence[Sheet]) -> Batch:
    """Return the deals of some exports, with the visits where there is a table of them.

    Raises `PipeError` where there are visits and no deals.
    """
    deals = [table for table in tables if set(table.header) >= DEALS]
    if not deals:
        hint = "name the file of 'pipe export csv', too; 'pipe import events' reads visits alone"
        raise PipeError("there are visits, and no deals", hint=hint, code=ExitCode.USAGE)
    reader = _Reader(whole=len(deals) < len(tables))
    for table in tables:
        read = reader.deal if set(table.header) >= DEALS else reader.visit
        for line, cells in table.rows:
            reader.row(table, line, cells, read)
    return reader.batch()


def read_json_lines(files: Sequence[File]) -> Batch:
    """Return the deals of some files of JSON lines."""
    reader = _Reader(whole=False)
    for file in files:
        lines = tuple(file.data.decode("utf-8-sig", "replace").splitlines())
        table = sheet.Sheet(file.name, ("",), (), lines=lines)
        for line, text in enumerate(lines, 1):
            if text.strip():
                reader.row(table, line, [text], reader.json)
    return reader.batch()


@dataclass(slots=True)
class _Reader:
    """Gathers deals and visits, and what is wrong with their rows."""

    whole: bool
    deals: dict[str, tuple[State, Deal, str, int]] = field(default_factory=dict)
    kinds: dict[tuple[str, str], Kind] = field(default_factory=dict)
    visits: dict[str, list[Visit]] = field(default_factory=dict)
    began_before: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)

    def row(self, table: Sheet, line: int, cells: Sequence[str], read: Any) -> None:  # noqa: ANN401 -- one of the three below
        """Read a row, or note what is wrong with it."""
        names = dict(zip(table.header, cells, strict=False))
        try:
            check_width(table, cells)
            read(table.name, line, names)
        except CellError as error:
            self.problems.append(cell_problem(table, line, None, error))
            self.spoiled |= {name for key in ("id", "deal") if (name := names.get(key, ""))}

    def deal(self, file: str, line: int, cells: Mapping[str, str]) -> None:
        """Take a row of the deals."""
        try:
            tree = tree_of(cells)
        except ValueError as error:
            raise CellError("", f"its JSON cannot be read: {error}") from None
        self._take(file, line, tree, cells.get(KIND, ""))

    def json(self, file: str, line: int, cells: Mapping[str, str]) -> None:
        """Take a line of JSON."""
        try:
            tree = json.loads(cells[""])
        except ValueError as error:
            raise CellError("", f"its JSON cannot be read: {error}") from None
        if not isinstance(tree, dict):
            raise CellError("", "it is no JSON object", "write {...}, one a line")
        self._take(file, line, {key: _plain(value) for key, value in tree.items()}, "")

    def visit(self, file: str, line: int, cells: Mapping[str, str]) -> None:
        """Take a row of the visits."""
        try:
            entered, life = parse_moment(cells["entered"]), int(cells["life"])
        except ValueError as error:
            raise CellError("", f"entered, or life: {error}") from None
        found = Visit(life, entered, cells["pipeline"], cells["stage"], cells["by"], file, line)
        self.visits.setdefault(cells["deal"], []).append(found)
        if cells["truncated"]:
            self.began_before.add(cells["deal"])

    def batch(self) -> Batch:
        """Return what was read."""
        changes = [change for case in self.deals for change in self._changes(case)]
        if self.whole:
            changes.sort(key=lambda change: start_of(change.moment or date.min, UTC))
        partial = self.began_before & set(self.deals)
        told = f"{sheet.count(len(partial), 'deal')} began before the first visit: that is not marked any more"
        return Batch(
            changes=tuple(changes), whole=self.whole, ours=True, partial=frozenset(partial), system=SYSTEM,
            stages=tuple(NamedStage(stage, kind, name) for (name, stage), kind in self.kinds.items() if kind in CLOSED),
            problems=tuple(self.problems), spoiled=frozenset(self.spoiled),
            remarks=(told,) if partial else (),
        )  # fmt: skip

    def _take(self, file: str, line: int, tree: dict[str, Any], kind: str) -> None:
        name, kind = str(tree.pop("id", "")), str(tree.pop(KIND, "") or kind)
        deal, problems = schema.read(Deal, tree, file, identity=name)
        if not name or deal is None:
            message = problems[0].message if problems else "the id is blank"
            raise CellError("", message, problems[0].hint if problems else "fill the cell, or leave the row out")
        if name in self.deals:
            raise CellError("", f"{name!r} stands in line {self.deals[name][3]} already", "leave one of them out")
        if kind in KINDS:
            self.kinds[deal.pipeline, deal.stage] = KINDS[kind]
        self.deals[name] = (_state(deal), deal, file, line)

    def _changes(self, case: str) -> Iterator[Change]:
        """Yield the visits of a deal's last life, then the deal as it is."""
        state, deal, file, line = self.deals[case]
        last = max((visit.life for visit in self.visits.get(case, ())), default=0)
        visits = sorted((one for one in self.visits.get(case, ()) if one.life == last), key=lambda one: one.entered)
        for visit in visits[:-1]:
            then = State(
                stage=visit.stage, pipeline=visit.pipeline, title=state.title, owner=state.owner, company=state.company,
                contacts=state.contacts, created=state.created, more={"source": deal.source, "created": deal.created},
            )  # fmt: skip
            yield Change(case, visit.entered, visit.person, then, visit.file, visit.line)
        if not visits:
            yield Change(case, deal.stage_since, "", state, file, line)
        else:
            yield Change(case, visits[-1].entered, visits[-1].person, state, file, line)


def _state(deal: Deal) -> State:
    """Return the state of a deal whose keys are kept as they are."""
    found = values(deal)
    rest = {key: found.get(key) for key in _REST if key in found or key != "provenance"}
    return State(
        stage=deal.stage, pipeline=deal.pipeline, title=deal.title, value=deal.value, currency=deal.currency or "",
        owner=deal.owner or "", company=deal.company or "", contacts=tuple(deal.contacts), created=deal.created,
        closed_on=deal.closed_on, fields={f"fields.{name}": text for name, text in deal.fields.items()}, more=rest,
    )  # fmt: skip


def _plain(value: Any) -> Any:  # noqa: ANN401 -- whatever the JSON holds
    """Return a value of JSON as a file's: numbers and flags are texts."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value
