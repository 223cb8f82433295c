"""Visits of open stages as passages: how long each deal was there, and how and when it was closed next."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.pipeline import Kind
from pipecli.core.visit import End, Truncated
from pipecli.metrics.stay import elapsed
from pipecli.metrics.survival import START

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from pipecli.core.visit import Visit


class Result(StrEnum):
    """What became of a deal: won, lost, or gone: to another pipeline, or with its file."""

    WON = "won"
    LOST = "lost"
    GONE = "gone"


class Passage(NamedTuple):
    """One visit of an open stage, and what became of the deal: `until` is from the entry to the `result`.

    Without a result, `until` is how long it has been observed. `stay` is how long it was in the stage, None where it is
    there still; `seen` the age from which it was under observation.
    """

    stay: timedelta | None
    until: timedelta
    result: Result | None
    seen: timedelta = START

    @property
    def decided(self) -> bool:
        """Whether it was won or lost."""
        return self.result in (Result.WON, Result.LOST)


def passages(life: Sequence[Visit], kinds: Mapping[str, Kind], now: datetime) -> Iterator[tuple[str, Passage | None]]:
    """Yield each visit of an open stage as a passage, the last first; None for one that cannot be dated."""
    result: Result | None = None
    moment = now
    for visit in reversed(life):
        kind = kinds.get(visit.stage)
        if visit.end in (End.HANDED_OFF, End.REMOVED):
            result, moment = Result.GONE, visit.left or now
        if kind in (Kind.WON, Kind.LOST):
            result, moment = Result(kind), visit.entered
        elif kind is Kind.OPEN:
            yield visit.stage, _passage(visit, result, moment)


def _passage(visit: Visit, result: Result | None, moment: datetime) -> Passage | None:
    until = elapsed(visit.entered, moment)
    if visit.truncated is Truncated.START_UNKNOWN or until < START or not START <= (visit.stay or START) <= until:
        return None
    seen = elapsed(visit.entered, visit.recorded) if visit.truncated else START
    return Passage(visit.stay, until, result, max(seen, START))
