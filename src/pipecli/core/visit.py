"""What the history tells of one stay of a deal in one stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class End(StrEnum):
    """How a visit ended; the definitions are those of the metrics' vocabulary (docs/metrics.md)."""

    ADVANCED = "advanced"
    BACK = "back"
    LOST = "lost"
    HELD = "held"
    RESUMED = "resumed"
    REOPENED = "reopened"
    HANDED_OFF = "handed off"
    REMOVED = "removed"
    STILL_THERE = "still there"


class Clock(StrEnum):
    """From where the moment of an entry was taken."""

    TRAILER = "trailer"
    STAGE_SINCE = "stage_since"
    AUTHOR_DATE = "author date"
    COMMITTER_DATE = "committer date"
    WORK_TREE = "work tree"


class Truncated(StrEnum):
    """Whether a visit began before it was observed, and whether its start is known all the same."""

    NO = ""
    START_KNOWN = "start known"
    START_UNKNOWN = "start unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A maximal stay of one deal in one stage: `[entered, left)`; an open one has no `left`.

    Moments are aware. `recorded` is the committer date of the commit that began the visit; a truncated visit
    was under observation only from then on. `by` is the author of that commit (name and e-mail apart),
    `commit` its full hash, or empty for an uncommitted change; `ended_by` likewise. `life` counts from 1.
    """

    deal: str
    life: int
    pipeline: str
    stage: str
    entered: datetime
    left: datetime | None
    end: End
    by: str
    email: str
    commit: str
    recorded: datetime
    clock: Clock
    truncated: Truncated = Truncated.NO
    ended_by: str = ""

    @property
    def stay(self) -> timedelta | None:
        """How long the visit lasted, or None while it is open; negative where the data contradict themselves."""
        return None if self.left is None else self.left.astimezone(UTC) - self.entered.astimezone(UTC)
