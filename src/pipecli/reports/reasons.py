"""Why deals were lost from a stage, as far as their files still tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.layout import FileKind
from pipecli.core.pipeline import Kind
from pipecli.core.table import Withheld
from pipecli.core.visit import End
from pipecli.reports.losses import NOT_GIVEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.visit import Visit
    from pipecli.metrics.drop_off import Life
    from pipecli.reports.scope import Scope


class Why(NamedTuple):
    """Class and reason in the words of the file; where that does not tell, why not."""

    cls: str | None
    reason: str
    unknown: str | None = None


_NOTHING = Why(NOT_GIVEN, NOT_GIVEN)


@dataclass(frozen=True, slots=True)
class Reasons:
    """What is known of the losses of one pipeline: where each deal was lost last, and in which life."""

    pipeline: Pipeline
    lost: Mapping[str, tuple[int, str]]
    lives: Mapping[str, int]
    scope: Scope

    def by_reason(self, stage: Stage, lives: Iterable[Life]) -> Sequence[tuple[Why, Sequence[Life]]]:
        """Return the lives that were lost from a stage by class and reason: the most frequent first, unknown last."""
        groups: dict[Why, list[Life]] = {}
        for life in lives:
            groups.setdefault(self._why(stage, life), []).append(life)
        return sorted(groups.items(), key=_order)

    def _why(self, stage: Stage, life: Life) -> Why:
        name, number = life
        deal = self.scope.workspace.deals.get(name)
        if number < self.lives[name] or deal is None:
            gone = deal is not None or name not in self.scope.workspace.known.get(FileKind.DEAL, {})
            return _unknown("removed since" if gone else "file cannot be read")
        at = self.pipeline.stage(deal.stage) if deal.pipeline == self.pipeline.id else None
        if at is None or at.kind is not Kind.LOST or self.lost.get(name) != (number, stage.id):
            return _unknown("reopened since")
        outcome = deal.outcome
        return Why(outcome.cls or NOT_GIVEN, outcome.reason or NOT_GIVEN) if outcome else _NOTHING


def reasons_of(pipeline: Pipeline, visits: Iterable[Visit], scope: Scope) -> Reasons:
    """Return what is known of the losses among the visits of a pipeline, which stand in their order."""
    lost: dict[str, tuple[int, str]] = {}
    lives: dict[str, int] = {}
    names: dict[str, str] = {}
    for visit in visits:
        lives[visit.deal] = max(visit.life, lives.get(visit.deal, 0))
        if visit.end is End.LOST:
            if visit.stage not in names:
                stage = pipeline.stage(visit.stage)
                names[visit.stage] = stage.id if stage else visit.stage
            lost[visit.deal] = (visit.life, names[visit.stage])
    return Reasons(pipeline, lost, lives, scope)


def _unknown(why: str) -> Why:
    return Why(None, Withheld(why), why)


def _order(group: tuple[Why, Sequence[Life]]) -> tuple[bool, int, str, str]:
    why, lives = group
    return why.unknown is not None, -len(lives), str(why.cls or ""), why.reason
