"""A pipeline made from the events of its cases. Pure: kinds are told by a person, never inferred from names."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core import emit
from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.edits.move import CLOSED
from pipecli.interchange.ids import ids, slug_of

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence

    from pipecli.core.emit import Value
    from pipecli.interchange.batch import Batch, Change

WON, LOST = "won", "lost"
_RANK = (Kind.OPEN, Kind.ON_HOLD, Kind.WON, Kind.LOST)


class Wanted(NamedTuple):
    """The stages that a source names, in order, the kinds of which it tells, and in which stages deals closed."""

    names: Sequence[str]
    kinds: Mapping[str, Kind]
    closed: Collection[tuple[str, Kind]]


class Made(NamedTuple):
    """A new pipeline, the stage of each name, and the ids of the stages that nobody named."""

    pipeline: Pipeline
    by_name: Mapping[str, Stage]
    added: tuple[str, ...]


def wanted(batch: Batch, pipelines: Container[str]) -> Wanted:
    """Return the stages that a new pipeline for some of a source's pipelines needs."""
    changes = [change for change in batch.changes if change.state.pipeline in pipelines]
    told = [stage for stage in batch.stages if not stage.pipeline or stage.pipeline in pipelines]
    names = dict.fromkeys([*(stage.name for stage in told), *ordered(changes)])
    closed = {(c.state.stage, c.state.kind) for c in changes if c.state.kind and c.state.kind in CLOSED}
    return Wanted(list(names), {stage.name: stage.kind for stage in told if stage.kind}, closed)


def ordered(changes: Iterable[Change]) -> list[str]:
    """Return the names of all stages by the mean position at which cases first reach them; ties by name."""
    present: dict[str, str] = {}
    visits: dict[str, int] = {}
    sums: dict[str, int] = {}
    counts: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()
    for change in changes:
        case, stage = change.case, change.state.stage
        if not stage or present.get(case) == stage:
            continue
        present[case] = stage
        position = visits.get(case, 0)
        visits[case] = position + 1
        if (case, stage) not in seen:
            seen.add((case, stage))
            sums[stage] = sums.get(stage, 0) + position
            counts[stage] = counts.get(stage, 0) + 1
    return sorted(sums, key=lambda name: (Fraction(sums[name], counts[name]), name))


def define(
    name: str, found: Wanted, *, title: str = "", won: Sequence[str], lost: Sequence[str], currency: str | None
) -> Made:
    """Return a new pipeline with the stages that are wanted.

    `won` and `lost` are names or ids of stages; these stand behind the open ones. Where none is won, a stage `won`
    is added, and a stage `lost` where deals were lost in none. Raises `PipeError` for one that is unknown, or both.
    """
    numbered = ids(found.names, frozenset(), otherwise="stage")
    kinds = _kinds(numbered, won, Kind.WON)
    for word, kind in _kinds(numbered, lost, Kind.LOST).items():
        if word in kinds:
            raise PipeError(f"{word!r} cannot be won and lost", hint="name it once", code=ExitCode.USAGE)
        kinds[word] = kind
    kinds = {**found.kinds, **kinds}
    stages = {word: Stage(numbered[word], word, kinds.get(word, Kind.OPEN)) for word in found.names}
    in_order = sorted(stages.values(), key=lambda stage: _RANK.index(stage.kind))
    added: tuple[str, ...] = ()
    if Kind.WON not in kinds.values():
        in_order, added = _with(in_order, WON, Kind.WON), (WON,)
    if Kind.LOST not in kinds.values() and any(kind is Kind.LOST for _, kind in found.closed):
        in_order, added = _with(in_order, LOST, Kind.LOST), (*added, LOST)
    return Made(Pipeline(name, f"pipelines/{name}.yaml", title or name, in_order, currency), stages, added)


def alike(pipeline: Pipeline) -> list[tuple[str, ...]]:
    """Return the names of stages that differ only in case, together."""
    names: dict[str, list[str]] = {}
    for stage in pipeline.stages:
        names.setdefault(stage.name.casefold(), []).append(stage.name)
    return [tuple(same) for same in names.values() if len(same) > 1]


def text(pipeline: Pipeline) -> bytes:
    """Return the file of a pipeline that was made here."""
    lines = emit.block_entry("name", pipeline.name, 0)
    if pipeline.currency:
        lines += emit.block_entry("currency", pipeline.currency, 0)
    if pipeline.fields:
        lines += emit.block_entry("fields", {name: {"type": str(own.type)} for name, own in pipeline.fields.items()}, 0)
    lines += ["", *emit.block_entry("stages", [_entry(stage) for stage in pipeline.stages], 0)]
    return "".join(f"{line}\n" for line in lines).encode()


def _kinds(numbered: Mapping[str, str], words: Iterable[str], kind: Kind) -> dict[str, Kind]:
    return {_named(numbered, word, kind): kind for word in words}


def _named(numbered: Mapping[str, str], word: str, kind: Kind) -> str:
    """Return the name of the stage that a person means by a name or an id."""
    folded = " ".join(word.casefold().split())
    matches = [
        [name for name in numbered if name == word],
        [name for name, number in numbered.items() if number == word],
        [name for name, number in numbered.items() if name.casefold() == folded or number == slug_of(word)],
    ]
    for found in matches:
        if len(found) == 1:
            return found[0]
    hint = did_you_mean(word, numbered)
    raise PipeError(f"--{kind} {word!r}: the source has no such stage", hint=hint, code=ExitCode.USAGE)


def _with(stages: Sequence[Stage], name: str, kind: Kind) -> list[Stage]:
    """Return the stages with one that means success or failure, before those that stand behind it."""
    if any(stage.id == name for stage in stages):
        what = "success" if kind is Kind.WON else "failure"
        message = f"which stages mean {what}? one is called {name!r}, and nothing is inferred from names"
        raise PipeError(message, hint=f"--{kind} {name}, or --{kind} ANOTHER", code=ExitCode.USAGE)
    before = [stage for stage in stages if _RANK.index(stage.kind) <= _RANK.index(kind)]
    return [*before, Stage(name, name.capitalize(), kind), *(stage for stage in stages if stage not in before)]


def _entry(stage: Stage) -> dict[str, Value]:
    kind = {} if stage.kind is Kind.OPEN else {"kind": str(stage.kind)}
    return {"id": stage.id, "name": stage.name, **kind}
