"""Cases of another system as deals: an id and a file for each, and the stages that they were in. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core import emit
from pipecli.core.layout import RESERVED
from pipecli.core.pipeline import Kind
from pipecli.core.problem import Problem, did_you_mean
from pipecli.interchange.events import row_problem

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime, tzinfo
    from decimal import Decimal

    from pipecli.core.emit import Value
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.interchange.events import Change, Event

_LONGEST_ID = 63
_CLOSED = (Kind.WON, Kind.LOST)


@dataclass(frozen=True, slots=True)
class Case:
    """What stays the same in the file of one case: where it is, how it begins and how it ends."""

    deal: str
    path: str
    head: str
    tail: str


@dataclass(frozen=True, slots=True)
class Held:
    """What one change leaves of a case: its stage, since when, its value, and when and where it ended."""

    stage: Stage
    since: datetime
    value: Decimal | None = None
    closed_on: date | None = None
    lost_in: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What all deals of an import share."""

    name: str
    imported: date
    pipeline: str
    currency: str | None
    zone: tzinfo | None


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a deal: the change, its deal's id, the file after it, and whether the deal is new."""

    change: Change
    deal: str
    path: str
    data: bytes
    stage: Stage
    first: bool
    moved: bool


def ids(cases: Iterable[str], taken: Container[str], *, otherwise: str = "deal") -> dict[str, str]:
    """Return an id for every case: the slug of its own, with a number at the end where that is taken.

    One without a letter or digit of ASCII is `otherwise` and a number, from 1.
    """
    found: dict[str, str] = {}
    given: set[str] = set()
    numbers: dict[str, int] = {}
    for case in cases:
        base = name = slug_of(case)
        if not base:
            base, numbers = otherwise, {otherwise: 0} | numbers
        while not name or name in given or name in taken or name in RESERVED:
            numbers[base] = numbers.get(base, 1) + 1
            ending = f"-{numbers[base]}"
            name = base[: _LONGEST_ID - len(ending)].rstrip("-") + ending
        found[case] = name
        given.add(name)
    return found


def slug_of(text: str) -> str:
    """Return a text as an id: `Größe & Co` becomes `grosse-co`; whole, where an id has room for it.

    Empty for a text without a letter or digit of ASCII.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = "".join(character if character.isalnum() else " " for character in plain).split()
    return "-".join(words)[:_LONGEST_ID].strip("-")


def by_name(pipeline: Pipeline, name: str, events: Iterable[Event]) -> tuple[dict[str, Stage], list[Problem]]:
    """Return the stage of the pipeline for each name in the events, and the rows whose stage it has not.

    A name is a stage's id or alias, else its name, else what would be the slug of either.
    """
    found: dict[str, Stage] = {}
    unknown: dict[str, Problem] = {}
    wrong: list[Problem] = []
    for event in events:
        if event.stage not in found and event.stage not in unknown:
            stage = _stage(pipeline, event.stage)
            if stage is None or stage.retired:
                unknown[event.stage] = _unknown(pipeline, name, event, stage)
            else:
                found[event.stage] = stage
        if event.stage in unknown:
            wrong.append(replace(unknown[event.stage], line=event.line))
    return found, wrong


def steps(
    changes: Sequence[Change], stages: Mapping[str, Stage], names: Mapping[str, str], source: Source
) -> Iterator[Step]:
    """Yield what each change makes of its deal's file, in the order of the changes."""
    cases: dict[str, Case] = {}
    present: dict[str, Held] = {}
    for change in changes:
        case, before = cases.get(change.case), present.get(change.case)
        if case is None:
            case = cases[change.case] = _begin(change, names[change.case], source)
        held = present[change.case] = _after(before, change, stages[change.stage], source.zone)
        moved = before is None or before.stage.id != held.stage.id
        yield Step(change, case.deal, case.path, _text(case, held, source), held.stage, before is None, moved)


def last_steps(found: Iterable[Step]) -> list[Step]:
    """Return the last step of every deal, in the order in which the deals began."""
    last: dict[str, Step] = {}
    for step in found:
        last[step.deal] = step
    return list(last.values())


def _stage(pipeline: Pipeline, word: str) -> Stage | None:
    folded = word.casefold()
    return (
        pipeline.stage(word)
        or next((stage for stage in pipeline.stages if stage.name.casefold() == folded), None)
        or pipeline.stage(slug_of(word))
    )


def _unknown(pipeline: Pipeline, name: str, event: Event, retired: Stage | None) -> Problem:
    if retired:
        hint = f"name one that is in use, or remove 'retired: true' from {pipeline.path}"
        return row_problem(name, event.line, f"the stage {retired.id!r} of {pipeline.id} is retired", hint)
    names = [word for stage in pipeline.stages for word in (stage.id, stage.name)]
    few = f"stages of {pipeline.id}: {', '.join(stage.id for stage in pipeline.stages)}"
    message = f"there is no stage {event.stage!r} in the pipeline {pipeline.id}"
    return row_problem(name, event.line, message, did_you_mean(event.stage, names, otherwise=few))


def _begin(change: Change, deal: str, source: Source) -> Case:
    created = change.moment.astimezone(source.zone).date()
    title = f"Case {change.case}"
    origin: dict[str, Value] = {"source": source.name, "id": change.case, "imported": source.imported}
    return Case(
        deal,
        f"deals/{created:%Y-%m}/{deal}.yaml",
        _block({"title": title, "pipeline": source.pipeline}),
        _block({"created": created}) + "\n" + _block({"provenance": origin}),
    )


def _after(before: Held | None, change: Change, stage: Stage, zone: tzinfo | None) -> Held:
    """Return what a change makes of a case, by the same rules as `pipe move`."""
    if before is not None and before.stage.id == stage.id:
        return replace(before, value=change.value)
    held = Held(stage, change.moment, change.value)
    if stage.kind not in _CLOSED:
        return held
    if before is not None and before.stage.kind is stage.kind:
        return replace(held, closed_on=before.closed_on, lost_in=before.lost_in)
    lost_in = before.stage.id if before is not None and stage.kind is Kind.LOST else ""
    return replace(held, closed_on=change.moment.astimezone(zone).date(), lost_in=lost_in)


def _text(case: Case, held: Held, source: Source) -> bytes:
    """Return the file as `pipe new` would write it."""
    since = held.since.isoformat()
    lines = f"stage: {emit.scalar(held.stage.id)}\nstage_since: {since}\n"
    if held.closed_on:
        lines += f"closed_on: {held.closed_on.isoformat()}\n"
    if held.lost_in:
        lines += _block({"outcome": {"stage": held.lost_in}})
    money = "" if held.value is None else "\n" + _block({"value": held.value, "currency": source.currency or ""})
    return f"{case.head}\n{lines}{money}\n{case.tail}".encode()


def _block(group: Mapping[str, Value]) -> str:
    return "".join(f"{line}\n" for key, value in group.items() for line in emit.block_entry(key, value, 0))
