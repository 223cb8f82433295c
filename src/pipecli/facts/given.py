"""What holds of the facts of every deal where a criterion is judged, whatever its file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.condition import Comparison, Group
from pipecli.core.pipeline import FieldKind, Forecast, Kind
from pipecli.core.record import OutcomeClass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pipecli.core.condition import Condition
    from pipecli.core.pipeline import Pipeline, Stage

WORDS: Mapping[str, Collection[str]] = {
    "kind": [str(kind) for kind in Kind],
    "forecast": [str(category) for category in Forecast],
    "outcome": [str(cls) for cls in OutcomeClass],
    "rot": ["fresh", "rotting", "dead"],
}
"""By fact, all that it can be."""


def known_words(pipeline: Pipeline) -> Mapping[str, Collection[str]]:
    """Return, by fact, all that it can be in a pipeline: its items to tick and its choices, too."""
    items = [item for stage in pipeline.stages for item in stage.checklist]
    choices = {f"fields.{name}": own.choices for name, own in pipeline.fields.items() if own.type is FieldKind.CHOICE}
    return {**WORDS, **choices, "checklist": items}


def at_exit(stage: Stage, pipeline: Pipeline) -> Iterator[Condition]:
    """Yield what holds of a deal that is about to leave a stage."""
    yield Comparison("pipeline", "=", pipeline.id)
    yield Comparison("stage", "=", stage.id)
    yield Comparison("kind", "=", stage.kind)
    yield _empty_or("probability", "<=", "100%")
    for name, own in pipeline.fields.items():
        if own.type in (FieldKind.INTEGER, FieldKind.NUMBER):
            bounds = ((">=", own.min), ("<=", own.max))
            yield from (_empty_or(f"fields.{name}", sign, f"{bound:f}") for sign, bound in bounds if bound is not None)


def at_entry(stage: Stage, pipeline: Pipeline) -> Iterator[Condition]:
    """Yield what holds of a deal that a move has brought into a stage: the move itself sees to some of it."""
    yield from at_exit(stage, pipeline)
    yield Comparison("closed_on", "is set" if stage.kind in (Kind.WON, Kind.LOST) else "is empty")
    if stage.kind is not Kind.LOST:
        yield from (Comparison("outcome", "is empty"), Comparison("competitor", "is empty"))


def _empty_or(name: str, operator: str, bound: str) -> Group:
    return Group("any", (Comparison(name, "is empty"), Comparison(name, operator, bound)))
