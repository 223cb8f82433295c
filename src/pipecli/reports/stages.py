"""What the reports by stage share: which stages have a row, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipecli.core.pipeline import Pipeline, Stage


class InStage(Protocol):
    """What names the stage that it is in: a deal, a visit."""

    @property
    def stage(self) -> str:
        """The stage's id, or a former one."""


T = TypeVar("T", bound=InStage)


@dataclass(frozen=True, slots=True)
class ByStage(Generic[T]):
    """The deals or visits of a pipeline by its stages, in order; retired stages where they are used.

    `unknown` counts what is in stages that the pipeline does not have, by the name that stands there.
    """

    stages: Mapping[str, tuple[Stage, tuple[T, ...]]]
    unknown: Mapping[str, int]

    def __iter__(self) -> Iterator[tuple[Stage, tuple[T, ...]]]:
        return iter(self.stages.values())

    def notes(self, noun: str) -> Iterator[str]:
        """Yield the note on what is in no row, if there is any."""
        if self.unknown:
            number, names = sum(self.unknown.values()), ", ".join(sorted(self.unknown))
            yield f"{counted(number, noun)} left out: in a stage that the pipeline lacks ({names})"


def by_stage(pipeline: Pipeline, members: Iterable[T]) -> ByStage[T]:
    """Return the members of one pipeline by stage; a former id of a stage counts as the stage."""
    named: dict[str, list[T]] = {}
    for member in members:
        named.setdefault(member.stage, []).append(member)
    known: dict[str, list[T]] = {}
    unknown: dict[str, int] = {}
    for name, found in named.items():
        stage = pipeline.stage(name)
        if stage is None:
            unknown[name] = len(found)
        else:
            known.setdefault(stage.id, []).extend(found)
    rows = {
        stage.id: (stage, tuple(known.get(stage.id, ())))
        for stage in pipeline.stages
        if not stage.retired or stage.id in known
    }
    return ByStage(rows, unknown)


def counted(number: int, noun: str) -> str:
    """Return `1 deal`, `2 deals`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
