"""One deal before and after a change, as the gates judge it, and from which open stage it goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context

_ASIDE = (Kind.ON_HOLD, Kind.LOST)
"""The kinds of stages into which a deal steps aside from its way."""


@dataclass(frozen=True, slots=True)
class Step:
    """One deal before and after a change; `old` is None for a new deal, `left` where its stage was unknown.

    `me` is the member who makes the change, `behind` are those who brought it by a merge. `origin` is the open stage
    from which the deal goes on: the one that it leaves, or the one in which it was before it stepped aside.
    """

    old: Deal | None
    new: Deal
    pipeline: Pipeline
    left: Stage | None
    entered: Stage
    me: str = ""
    behind: tuple[str, ...] = ()
    origin: Stage | None = None

    @property
    def within(self) -> bool:
        """Whether the deal stays in its pipeline."""
        return self.old is not None and self.old.pipeline == self.new.pipeline

    @property
    def is_move(self) -> bool:
        """Whether the deal comes into another stage, or is new."""
        return not (self.within and self.left is self.entered)

    @property
    def formerly(self) -> str:
        """Words behind the stage from which the deal goes on, where that is not the one that it leaves."""
        return "" if self.origin is None or self.origin is self.left else ", where it was before"

    @property
    def forward(self) -> bool:
        """Whether the deal moves on from an open stage: to a later open stage, or to a won one."""
        if self.origin is None:
            return False
        later = self.pipeline.index(self.entered.id) > self.pipeline.index(self.origin.id)
        return self.entered.kind is Kind.WON or (self.entered.kind is Kind.OPEN and later)


def with_origin(step: Step, context: Context) -> Step:
    """Return the step with the open stage from which the deal goes on, if there is one.

    A deal that was lost, put on hold, in another pipeline or removed in between goes on from the last open stage that
    it had here, by the history where that was read, else by what the outcome says; or it would get around what that
    stage asks for. One that was won since has met all of that.
    """
    return replace(step, origin=_origin(step, context))


def _origin(step: Step, context: Context) -> Stage | None:
    if step.within and step.left and step.left.kind not in _ASIDE:
        return step.left if step.left.kind is Kind.OPEN else None
    for stage in _been(step, context):
        if stage.kind is Kind.WON:
            return None
        if stage.kind is Kind.OPEN:
            return stage
    return None


def _been(step: Step, context: Context) -> Iterator[Stage]:
    """Yield the stages of the pipeline in which the deal has been, the last one first."""
    states = context.stays.get((step.old or step.new).id, ())
    for state in reversed(states):
        stage = step.pipeline.stage(state[1]) if state and state[0] == step.pipeline.id else None
        if stage:
            yield stage
    told = step.old.outcome.stage if step.within and step.old and step.old.outcome else None
    stage = step.pipeline.stage(told) if told else None
    if stage:
        yield stage
