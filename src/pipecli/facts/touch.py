"""Which activities are touches: those that went out to somebody, and those in which both sides were heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.record import ActivityKind, Direction

if TYPE_CHECKING:
    from pipecli.core.record import Activity

_MET = (ActivityKind.MEETING, ActivityKind.DEMO)


def is_touch(activity: Activity) -> bool:
    """Return whether anybody was touched at all: by a mere note nobody is."""
    return activity.kind is not ActivityKind.NOTE


def outbound(activity: Activity) -> bool:
    """Return whether an activity is a touch that went out from us."""
    return activity.direction is Direction.OUT and is_touch(activity)


def two_way(activity: Activity) -> bool:
    """Return whether they were heard: an activity in, a meeting or a demo, or one that reached them."""
    return activity.direction is Direction.IN or activity.kind in _MET or activity.outcome == "reached"
