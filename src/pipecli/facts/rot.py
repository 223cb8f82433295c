"""How deals in open stages go quiet: fresh, rotting or dead, by which clock, for how long, against which limit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind, RotClock
from pipecli.facts.derived import last_activity, last_reply, stage_since

if TYPE_CHECKING:
    from datetime import date, timedelta

    from pipecli.core.pipeline import Rot
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context

REPLY = "reply"
"""The clock of `dead_after`, beside those of stages: the last two-way touch."""


class Standing(StrEnum):
    """What the clocks say of a deal in an open stage; the worst comes first."""

    DEAD = "dead"
    ROTTING = "rotting"
    FRESH = "fresh"
    HELD = "held"
    """A hold silences the clocks until its day."""
    UNLIMITED = "unlimited"
    """The stage sets no limit."""
    UNKNOWN = "unknown"
    """There is no day from which the stage's clock could count; nor, without a limit, one by which it may be dead."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """How a deal stands: by `clock` quiet `since` a day, for so long, where `limit` is allowed."""

    standing: Standing
    clock: str = ""
    since: date | None = None
    quiet: timedelta | None = None
    limit: timedelta | None = None

    @property
    def over(self) -> timedelta | None:
        """How far over the limit; negative where it is not reached."""
        return None if self.quiet is None or self.limit is None else self.quiet - self.limit


def rot(deal: Deal, context: Context) -> str | None:
    """Return `fresh`, `rotting` or `dead` for a deal in an open stage, None elsewhere; no limit is never reached."""
    found = standing(deal, context)
    if found is None:
        return None
    return str(found.standing if found.standing in (Standing.DEAD, Standing.ROTTING) else Standing.FRESH)


def standing(deal: Deal, context: Context) -> Quiet | None:
    """Return how a deal in an open stage stands, None for a deal elsewhere.

    Dead: no two-way touch, since it was created where there was none, for the workspace's `dead_after`. Rotting: the
    stage's limit is reached by its clock. A hold silences both until its day.
    """
    stage = context.workspace.stage_of(deal)
    if stage is None or stage.kind is not Kind.OPEN:
        return None
    if deal.hold and context.today < deal.hold.until:
        return Quiet(Standing.HELD)
    heard = last_reply(deal, context) or deal.created
    dead_after = context.workspace.settings.dead_after
    if heard and context.today - heard >= dead_after:
        return Quiet(Standing.DEAD, REPLY, heard, context.today - heard, dead_after)
    if stage.rot is None:
        return Quiet(Standing.UNLIMITED if heard else Standing.UNKNOWN)
    return _by_stage(deal, stage.rot, context)


def _by_stage(deal: Deal, rot: Rot, context: Context) -> Quiet:
    clock, limit = str(rot.clock), rot.after
    since = _start(deal, context, rot.clock)
    if since is None:
        return Quiet(Standing.UNKNOWN, clock, limit=limit)
    quiet = context.today - since
    return Quiet(Standing.ROTTING if quiet >= limit else Standing.FRESH, clock, since, quiet, limit)


def _start(deal: Deal, context: Context, clock: RotClock) -> date | None:
    """Return the day from which a clock counts; the entry stands in for what was never written down."""
    entry = context.entered.get(deal.id) or stage_since(deal, context)
    if clock is RotClock.ACTIVITY:
        return last_activity(deal, context) or deal.created or entry
    if clock is RotClock.UPDATE:
        return context.updated.get(deal.id) or entry
    return entry if clock is RotClock.STAGE else deal.created
