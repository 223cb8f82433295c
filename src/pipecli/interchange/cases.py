"""Cases of another system as deals: the file of each, as every change leaves it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.edits.deal_file import deal_file
from pipecli.edits.move import CLOSED, why
from pipecli.interchange.fault import of_change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import tzinfo

    from pipecli.core.emit import Value
    from pipecli.core.pipeline import Stage
    from pipecli.interchange.batch import Change, State
    from pipecli.interchange.fault import Fault
    from pipecli.interchange.targets import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What all deals of an import share, and what the words of the source mean here.

    `whole` says that the first change of a case is its beginning, unless it is `partial`. `owners`, `companies` and
    `contacts` are our ids by the source's keys; `fields` the names of our own fields by pipeline and title. `currency`
    is that of amounts without one.
    """

    source: str
    imported: date
    zone: tzinfo | None
    whole: bool = False
    partial: frozenset[str] = frozenset()
    currency: str | None = None
    owners: Mapping[str, str] = field(default_factory=dict)
    companies: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """What one change leaves of a case: its stage, since when, and when and where it ended."""

    target: Target
    since: date | None
    closed_on: date | None = None
    lost_in: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a deal: the change, its deal's id, the file after it, and whether the deal is new.

    `values` are the keys of that file.
    """

    change: Change
    deal: str
    path: str
    data: bytes
    pipeline: str
    stage: Stage
    first: bool
    moved: bool
    values: Mapping[str, Value | None]

    @property
    def since(self) -> date | None:
        """When the deal came into its stage, where that is known."""
        found = self.values["stage_since"]
        return found if isinstance(found, date) else None


@dataclass(slots=True)
class Cases:
    """Follows every case through its changes; `faults` are the changes that cannot have been."""

    means: Means
    names: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)
    _held: dict[str, Held] = field(default_factory=dict)
    _begun: dict[str, tuple[str, date | None]] = field(default_factory=dict)
    _data: dict[str, bytes] = field(default_factory=dict)

    def steps(self, changes: Iterable[tuple[Change, Target]]) -> Iterator[Step]:
        """Yield what each change makes of its deal's file, in the order of the changes; some leave it as it is."""
        for change, target in changes:
            before = self._held.get(change.case)
            held = _after(before, change, target, self.means)
            if target.stage.kind in CLOSED and held.closed_on is None:
                message = f"it is {target.stage.kind}, and nothing says when it closed"
                self.faults.append(of_change(change, message, "fill in the day on which it closed"))
                continue
            self._held[change.case] = held
            path, created = self._begun.get(change.case) or self._begin(change)
            values = _values(change.state, held, created, change.case, self.means)
            data = deal_file(values)
            if self._data.get(change.case) == data:
                continue
            self._data[change.case] = data
            moved = not _stays(before, target)
            yield Step(
                change, self.names[change.case], path, data, target.pipeline, target.stage,
                before is None, moved, values,
            )  # fmt: skip

    def _begin(self, change: Change) -> tuple[str, date | None]:
        """Return the path of a case's file, and when it was created where that is known."""
        created = change.state.created
        if created is None and self.means.whole and change.case not in self.means.partial:
            created = day_of(change.moment, self.means.zone)
        month = (
            created
            or day_of(change.moment, self.means.zone)
            or change.state.closed_on
            or change.state.close_date
            or self.means.imported
        )
        found = f"deals/{month:%Y-%m}/{self.names[change.case]}.yaml", created
        self._begun[change.case] = found
        return found


def last_steps(found: Iterable[Step]) -> list[Step]:
    """Return the last step of every deal, in the order in which the deals began."""
    last: dict[str, Step] = {}
    for step in found:
        last[step.deal] = step
    return list(last.values())


def start_of(when: date, zone: tzinfo) -> datetime:
    """Return a moment as it is, a day as its first moment in a zone."""
    return when if isinstance(when, datetime) else datetime.combine(when, time(), zone)


def day_of(when: date | None, zone: tzinfo | None) -> date | None:
    """Return the day of a moment in a zone; a day is that day."""
    return when.astimezone(zone).date() if isinstance(when, datetime) else when


def _after(before: Held | None, change: Change, target: Target, means: Means) -> Held:
    """Return what a change makes of a case, by the same rules as `pipe move`.

    In a history a deal closes when it comes into its last stage; else only what the source says of that counts.
    """
    state, stage = change.state, target.stage
    closed_on = state.closed_on or state.close_date
    same = _stays(before, target)
    since = before.since if before is not None and same else _since(change, target, closed_on, means)
    if stage.kind not in CLOSED:
        return Held(target, since if change.moment or same else None)
    if before is not None and before.target.stage.kind is stage.kind:
        return Held(target, since, closed_on or before.closed_on, before.lost_in)
    from_here = before is not None and before.target.pipeline == target.pipeline
    left = before.target.stage if before is not None and from_here else target.ended_in
    lost_in = left.id if left is not None and stage.kind is Kind.LOST else ""
    return Held(target, since, closed_on or (day_of(change.moment, means.zone) if means.whole else None), lost_in)


def _stays(before: Held | None, target: Target) -> bool:
    """Return whether a deal is in this stage of this pipeline already."""
    now = (target.pipeline, target.stage.id)
    return before is not None and (before.target.pipeline, before.target.stage.id) == now


def _since(change: Change, target: Target, closed_on: date | None, means: Means) -> date | None:
    """Return when a deal came into its stage; what a table says of that is of the stage in which it ended."""
    if not means.whole and target.ended_in is not None:
        return closed_on
    return change.moment or closed_on


def _values(state: State, held: Held, created: date | None, case: str, means: Means) -> dict[str, Value | None]:
    """Return the keys of a deal's file."""
    stage, pipeline = held.target.stage, held.target.pipeline
    is_open = stage.kind not in CLOSED
    named = means.fields.get(pipeline, {})
    values: dict[str, Value | None] = {
        "title": state.title or f"Case {case}",
        "pipeline": pipeline,
        "stage": stage.id,
        "stage_since": held.since,
        "closed_on": held.closed_on,
        "outcome": _outcome(state, held) if stage.kind is Kind.LOST else None,
        "value": state.value,
        "currency": (state.currency or means.currency) if state.value is not None else state.currency or None,
        "owner": means.owners.get(state.owner),
        "company": means.companies.get(state.company),
        "contacts": [id_ for key in state.contacts if (id_ := means.contacts.get(key))],
        "source": state.source or None,
        "created": created,
        "expected_close": state.expected_close or (state.close_date if is_open else None),
        "probability": _share(state, stage) if is_open else None,
        "forecast": state.forecast or None if is_open and state.forecast != stage.forecast else None,
        "next_step": _next_step(state),
        "tags": list(state.tags),
        "fields": {named[title]: text for title, text in state.fields.items() if title in named},
        "provenance": {"source": means.source, "id": case, "imported": means.imported},
    }
    return {**values, **state.more} if state.more else values


def _outcome(state: State, held: Held) -> dict[str, Value] | None:
    where: dict[str, Value] = {"stage": held.lost_in} if held.lost_in else {}
    return {**why(state.reason), **where} or None


def _share(state: State, stage: Stage) -> str | None:
    """Return the probability as it is written, where it is another than the stage's."""
    if state.probability is None or state.probability == stage.probability:
        return None
    return f"{(state.probability * 100).normalize():f}%"


def _next_step(state: State) -> dict[str, Value] | None:
    if not state.next_step:
        return None
    due: dict[str, Value] = {"due": state.next_due} if state.next_due else {}
    return {"do": state.next_step, **due}
