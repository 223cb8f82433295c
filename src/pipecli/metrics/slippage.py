"""How often, and how far, the day on which a deal is expected to close was moved later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, tzinfo

    from pipecli.core.promise import Promise

_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Push:
    """One move to a later day: on which day it was written, by whom, from when to when."""

    on: date
    by: str
    before: date
    after: date

    @property
    def length(self) -> timedelta:
        """How far it was moved."""
        return self.after - self.before


def pushes(promises: Sequence[Promise], zone: tzinfo | None) -> Iterator[Push]:
    """Yield the moves to a later day, of the promises of one deal, first to last.

    Several edits on one day by one person are one. A day that was removed and written again is held against the last
    one that was known. An earlier day is no push.
    """
    known: date | None = None
    for day, promise in _settled(promises, zone):
        if promise.expected_close is None:
            continue
        if known is not None and promise.expected_close > known:
            yield Push(day, promise.by, known, promise.expected_close)
        known = promise.expected_close


def _settled(promises: Sequence[Promise], zone: tzinfo | None) -> Iterator[tuple[date, Promise]]:
    """Yield the last of the promises that one person wrote on one day, one after the other, with that day."""
    days = [promise.recorded.astimezone(zone).date() for promise in promises]
    last = len(promises) - 1
    for place, promise in enumerate(promises):
        if place == last or days[place + 1] != days[place] or promises[place + 1].by != promise.by:
            yield days[place], promise


@dataclass(frozen=True, slots=True)
class Moved:
    """The pushes of one deal, those of them that were slips, out of the period, and how far all moved it together."""

    pushes: tuple[Push, ...]
    slips: tuple[Push, ...]
    length: timedelta


def moved(found: Sequence[Push], slipped: Callable[[Push], bool]) -> Moved:
    """Return the pushes with those that are slips."""
    slips = tuple(push for push in found if slipped(push))
    return Moved(tuple(found), slips, sum((push.length for push in found), _NONE))
