"""Deals that are known already, and what changed of them at the source since they were last imported. Pure.

Key by key: what the source says as it did stays as it is here; what it says otherwise is taken over where nobody
changed it here; what was changed in both places, differently, is left for a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pipecli.core import splice
from pipecli.core.edit import Edit
from pipecli.core.record import Provenance
from pipecli.core.workspace import read_file
from pipecli.edits import order
from pipecli.edits.message import Moved
from pipecli.interchange.fault import of_change
from pipecli.interchange.gated import reasons_against
from pipecli.interchange.own_form import values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipecli.core.emit import Value
    from pipecli.core.problem import Problem
    from pipecli.core.record import Deal
    from pipecli.core.yamltext import Document
    from pipecli.facts.derived import Context
    from pipecli.interchange.cases import Step
    from pipecli.interchange.plan import Asked

STAGE = "stage"
_TOGETHER = ("pipeline", STAGE, "stage_since", "closed_on", "outcome")
"""Keys that change together, and count as one: the stage."""
_SINGLE = (
    "title", "value", "currency", "owner", "company", "contacts", "source", "created", "expected_close", "probability",
    "forecast", "next_step", "tags",
)  # fmt: skip
Said = dict[str, Any]
"""What a deal says under some keys; one that it does not have is not there."""
Version = tuple[bytes | None, bytes]
"""A file before and after an import; None where there was none before."""


class Difference(NamedTuple):
    """What a deal says here and at the source, under one key or those that go together.

    `conflict`: both changed it. `known` is False where nobody can tell what was imported.
    """

    deal: str
    key: str
    here: Value | None
    there: Value | None
    conflict: bool
    known: bool = True


@dataclass(slots=True)
class Renewal:
    """The edits of known deals with the moves among them, what they take over, and what is left.

    `problems` are the rows that would make a deal invalid, which is left then.
    """

    edits: list[Edit] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    taken: list[Difference] = field(default_factory=list)
    left: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def differing(deal: Deal, step: Step) -> bool:
    """Return whether a deal says something else here than a source does now."""
    here, there = values(deal), _said(step)
    return any(_part(here, key) != _part(there, key) for key in _keys(here, there))


def renew(
    context: Context, steps: Iterable[Step], versions: Mapping[str, Sequence[Version]], asked: Asked, *, theirs: bool
) -> Renewal:
    """Return what becomes of known deals; `steps` are what the source says of them now.

    The workspace of the context is that of after the import, with the deals as they are. `versions` are what
    imports made of their files, by id, the latest first. `theirs` takes over conflicts, too.
    """
    found = Renewal()
    for step in steps:
        deal = context.workspace.deals[step.deal]
        made = [version for name in (deal.id, *deal.formerly) for version in versions.get(name, ())]
        differences = list(_differences(deal, _said(step), made))
        taken = [one for one in differences if theirs or not one.conflict]
        found.left += [one for one in differences if one not in taken]
        if taken and _take(found, context, deal, step, [one.key for one in taken], asked):
            found.taken += taken
    return found


def removed(steps: Iterable[Step], versions: Mapping[str, Sequence[Version]], source: str) -> set[str]:
    """Return the deals that an import made before, and that are not here any more."""
    return {
        step.deal
        for step in steps
        for _, after in versions.get(step.deal, ())
        if _read(after, step.path, Provenance(source, step.change.case))
    }


def _differences(deal: Deal, there: Said, versions: Sequence[Version]) -> Iterator[Difference]:
    """Yield what was changed at the source since it was imported, or what may have been."""
    here = values(deal)
    for key in _keys(here, there):
        ours, theirs = _part(here, key), _part(there, key)
        base = _base(versions, key, deal) if ours != theirs else theirs
        if base != theirs:
            yield Difference(deal.id, key, ours.get(key), theirs.get(key), base != ours, base is not None)


def _take(found: Renewal, context: Context, deal: Deal, step: Step, keys: Sequence[str], asked: Asked) -> bool:
    """Edit a deal so that it says what the source does under some keys, and return whether it is valid then."""
    before, there = context.workspace.texts[deal.path], _said(step)
    after = splice.apply(before, [edit for key in keys for edit in _edits(values(deal), _part(there, key), key)])
    edit = Edit(deal.path, before, after, "changed at the source")
    record, wrong = read_file(deal.path, after)
    problems = reasons_against(context, asked, deal, edit, record) if record else wrong
    gates = [problem for problem in problems if problem.code.startswith("gate-")]
    told = [one for one in problems if one not in gates][:1] + gates
    found.problems += [of_change(step.change, problem.message, problem.hint).problem for problem in told]
    if problems:
        return False
    found.edits.append(edit)
    source, target = f"{deal.pipeline}/{deal.stage}", f"{step.pipeline}/{step.stage.id}"
    if STAGE in keys and source != target:
        found.moved.append(Moved(deal.id, source, target, step.since or context.today))
    return True


def _said(step: Step) -> Said:
    return {key: value for key, value in step.values.items() if value is not None and value not in ([], {}, ())}


def _keys(here: Said, there: Said) -> Iterator[str]:
    """Yield the keys to compare: those that go together as `stage`, and each of the own fields."""
    yield STAGE
    for key in _SINGLE:
        if key in here or key in there:
            yield key
    yield from (f"fields.{name}" for name in {**here.get("fields", {}), **there.get("fields", {})})


def _part(said: Said, key: str) -> Said:
    """Return what is said under a key, or under those that go together."""
    if key == STAGE:
        return {name: said[name] for name in _TOGETHER if name in said}
    name, _, own = key.partition(".")
    if own:
        return {key: said[name][own]} if own in said.get(name, {}) else {}
    return {key: said[key]} if key in said else {}


def _base(versions: Sequence[Version], key: str, deal: Deal) -> Said | None:
    """Return what the last import said that wrote a key; None where there is none."""
    for before, after in versions:
        new, old = (_read(data, deal.path, deal.provenance) for data in (after, before))
        if new is not None and (old is None or _part(old, key) != _part(new, key)):
            return _part(new, key)
    return None


def _read(data: bytes | None, path: str, origin: Provenance | None) -> Said | None:
    """Return what a version says, where it is one of the same deal of the same source."""
    record, _ = read_file(path, data) if data is not None else (None, ())
    found = record.provenance if record else None
    same = found and origin and (found.source, found.id) == (origin.source, origin.id)
    return values(record) if same else None


def _edits(here: Said, there: Said, key: str) -> Iterator[Callable[[Document], str]]:
    """Yield the edits after which a file says under a key what the source does."""
    for name in _TOGETHER if key == STAGE else (key,):
        loc = tuple(name.split("."))
        if name in there:
            yield order.put(loc, there[name])
        elif _part(here, name) if name != STAGE else name in here:
            yield partial(splice.remove, loc=loc)
