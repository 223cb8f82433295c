"""A transition of one deal, and the timeline that transitions form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipecli.core.visit import Clock, Truncated

if TYPE_CHECKING:
    from datetime import datetime

Ref = tuple[int, ...]
"""Where something is kept: the number of a commit, and places among what that commit made."""

State = tuple[str, str]
"""Pipeline and stage."""

Key = tuple[str, str, int]
"""By what an event is known: its `Pipe-Op`, else its commit; its deal; its number among those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change of the state of one deal; its creation is the first, `state` is None where it was removed.

    `deal` is the id that the deal had then. `commit` is a full hash, or empty for uncommitted work. Moments
    are aware. `clock` says where `effective` comes from. `from_trailer` marks a transition that the commit's
    own difference does not show. `number` counts from 0 the events that one commit (or one `Pipe-Op`) made of
    one deal. `after` is the timeline that the commit found: this event comes after all of its events.
    """

    deal: str
    commit: str
    state: State | None
    effective: datetime
    recorded: datetime
    clock: Clock = Clock.AUTHOR_DATE
    author: str = ""
    email: str = ""
    op: str = ""
    reason: str = ""
    from_trailer: bool = False
    imported: bool = False
    truncated: Truncated = Truncated.NO
    number: int = 0
    after: Timeline | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> Key:
        """By what this event is known, so that it counts once however often it was committed."""
        return (self.op or self.commit, self.deal, self.number)

    @property
    def rank(self) -> tuple[datetime, datetime, str, Key]:
        """The order among events that the graph does not order."""
        return (self.effective, self.recorded, self.commit, self.key)


class Timeline:
    """The events of a deal up to a commit: the last one, and the timeline before it, which is shared.

    It never changes. `ref` is for whoever keeps timelines: where this one is kept.
    """

    __slots__ = ("before", "event", "length", "ref")

    def __init__(self, event: Event, before: Timeline | None, length: int, ref: Ref | None = None) -> None:
        self.event, self.before, self.length, self.ref = event, before, length, ref

    def events(self) -> tuple[Event, ...]:
        """Return the events, first to last."""
        found: list[Event] = []
        step: Timeline | None = self
        while step:
            found.append(step.event)
            step = step.before
        return tuple(reversed(found))

    def back_to(self, length: int) -> Timeline:
        """Return the timeline as it was when it had `length` events, at least one."""
        step = self
        while step.length > length and step.before:
            step = step.before
        return step


def append(timeline: Timeline | None, event: Event) -> Timeline:
    """Return the timeline with one more event."""
    return Timeline(event, timeline, timeline.length + 1 if timeline else 1)


def state_of(timeline: Timeline | None) -> State | None:
    """Return the last state of a timeline; None where the deal was removed or never was."""
    return timeline.event.state if timeline else None
