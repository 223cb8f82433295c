"""A pipeline made from the events of its cases. Pure: kinds are told by a person, never inferred from names."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core import emit
from pipecli.core.pipeline import Kind, Pipeline, Stage
from pipecli.core.problem import ExitCode, PipeError, did_you_mean
from pipecli.interchange.cases import ids, slug_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipecli.core.emit import Value
    from pipecli.interchange.events import Change

WON = "won"


def ordered(changes: Iterable[Change]) -> list[str]:
    """Return the names of all stages by the mean position at which cases first reach them; ties by name."""
    visits: dict[str, int] = {}
    sums: dict[str, int] = {}
    counts: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()
    for change in changes:
        if change.before == change.stage:
            continue
        position = visits.get(change.case, 0)
        visits[change.case] = position + 1
        if (change.case, change.stage) not in seen:
            seen.add((change.case, change.stage))
            sums[change.stage] = sums.get(change.stage, 0) + position
            counts[change.stage] = counts.get(change.stage, 0) + 1
    return sorted(sums, key=lambda name: (Fraction(sums[name], counts[name]), name))


def define(
    name: str, names: Sequence[str], *, won: Sequence[str], lost: Sequence[str], currency: str | None
) -> tuple[Pipeline, Mapping[str, Stage]]:
    """Return a new pipeline with stages of these names, and the stage of each name.

    `won` and `lost` are names or ids of stages; these stand behind the open ones. Where none is won, a stage
    `won` is added. Raises `PipeError` for one that is unknown, or both.
    """
    numbered = ids(names, frozenset(), otherwise="stage")
    kinds = _kinds(numbered, won, Kind.WON)
    for word, kind in _kinds(numbered, lost, Kind.LOST).items():
        if word in kinds:
            raise PipeError(f"{word!r} cannot be won and lost", hint="name it once", code=ExitCode.USAGE)
        kinds[word] = kind
    stages = {word: Stage(numbered[word], word, kinds.get(word, Kind.OPEN)) for word in names}
    rank = (Kind.OPEN, Kind.WON, Kind.LOST)
    in_order = sorted(stages.values(), key=lambda stage: rank.index(stage.kind))
    if Kind.WON not in kinds.values():
        in_order = _with_won(in_order)
    return Pipeline(name, f"pipelines/{name}.yaml", name, in_order, currency), stages


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
    raise PipeError(f"--{kind} {word!r}: the events have no such stage", hint=hint, code=ExitCode.USAGE)


def _with_won(stages: list[Stage]) -> list[Stage]:
    """Return the stages with one that means success, which every pipeline needs, before those that are lost."""
    if any(stage.id == WON for stage in stages):
        message = "which stages mean success? one is called 'won', and nothing is inferred from names"
        raise PipeError(message, hint="--won won, or --won ANOTHER", code=ExitCode.USAGE)
    first_lost = next((at for at, stage in enumerate(stages) if stage.kind is Kind.LOST), len(stages))
    return [*stages[:first_lost], Stage(WON, "Won", Kind.WON), *stages[first_lost:]]


def _entry(stage: Stage) -> dict[str, Value]:
    kind = {} if stage.kind is Kind.OPEN else {"kind": str(stage.kind)}
    return {"id": stage.id, "name": stage.name, **kind}
