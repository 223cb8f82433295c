"""The stays of deals in one stage: which count, which are still going on, which are left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from pipecli.core.visit import Truncated
from pipecli.metrics.survival import START, Observation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipecli.core.visit import Visit


Between = Callable[[datetime, datetime], timedelta]
"""How time is measured from one moment to another: as it passed, or as business time."""


class Excluded(StrEnum):
    """Why a visit is in no estimate of a duration."""

    NEGATIVE = "a negative span"
    UNKNOWN_START = "an unknown start"
    UNOBSERVED = "an end before the visit was first observed"


@dataclass(frozen=True, slots=True)
class Stays:
    """The visits of one stage: `entries` = completed + still there + excluded.

    `completed` holds the length of each visit that ended, ascending; `observations` has these and the visits
    that are still there, for `pipecli.metrics.survival`; `late` counts those among them that were under
    observation only from some age on.
    """

    entries: int
    completed: tuple[timedelta, ...]
    still_there: int
    late: int
    excluded: Mapping[Excluded, int]
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class DealStay:
    """One deal's time in one stage, over its visits; an open visit counts up to the as-of moment."""

    first: timedelta
    latest: timedelta
    cumulative: timedelta


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Return end - start as time that passed.

    Python subtracts two moments of one zone by their wall clocks, an hour off across a change of the clocks.
    """
    return end.astimezone(UTC) - start.astimezone(UTC)


def length(visit: Visit, now: datetime) -> timedelta:
    """Return how long a visit lasted, or has lasted by now; negative where the data contradict themselves."""
    return elapsed(visit.entered, visit.left or now)


def observe(visit: Visit, now: datetime, between: Between = elapsed) -> Observation | Excluded:
    """Return the visit as an observation of its length, or why it is none; `between` measures the time.

    A visit that began before it was observed, with a known start, enters late: at the age recorded - entered.
    """
    entered, left = visit.entered, visit.left
    duration = between(entered, left or now)
    if duration <= START and length(visit, now) < START:  # no business time passes in a weekend, but time does
        return Excluded.NEGATIVE
    cause = None if left is None else visit.end
    if not visit.truncated:
        return Observation(duration, cause)
    if visit.truncated is Truncated.START_UNKNOWN:
        return Excluded.UNKNOWN_START
    observation = Observation(duration, cause, max(between(entered, visit.recorded), START))
    return observation if observation.observed else Excluded.UNOBSERVED


def stays(visits: Iterable[Visit], now: datetime, between: Between = elapsed) -> Stays:
    """Return the stays of the visits of one stage at the as-of moment; `between` measures the time."""
    excluded: Counter[Excluded] = Counter()
    observations: list[Observation] = []
    for visit in visits:
        found = observe(visit, now, between)
        if isinstance(found, Excluded):
            excluded[found] += 1
        else:
            observations.append(found)
    completed = sorted(one.duration for one in observations if one.cause is not None)
    return Stays(
        entries=len(observations) + excluded.total(),
        completed=tuple(completed),
        still_there=len(observations) - len(completed),
        late=sum(one.entry > START for one in observations),
        excluded=excluded,
        observations=tuple(observations),
    )


def by_deal(visits: Iterable[Visit], now: datetime) -> Mapping[str, DealStay]:
    """Return each deal's stay, from the visits of one stage, but for deals of which a visit is excluded."""
    grouped: dict[str, list[Visit]] = {}
    for visit in visits:
        grouped.setdefault(visit.deal, []).append(visit)
    return {
        deal: _deal_stay(own, now)
        for deal, own in grouped.items()
        if not any(isinstance(observe(visit, now), Excluded) for visit in own)
    }


def _deal_stay(visits: Iterable[Visit], now: datetime) -> DealStay:
    lengths = [length(visit, now) for visit in sorted(visits, key=lambda visit: (visit.life, visit.entered))]
    return DealStay(lengths[0], lengths[-1], sum(lengths, START))
