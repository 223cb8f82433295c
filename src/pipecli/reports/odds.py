"""What the odds of open deals are: by what the history tells of others in their stage, or as it is configured."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from pipecli.core.visit import Truncated
from pipecli.metrics.outlook import records
from pipecli.metrics.stay import elapsed
from pipecli.metrics.survival import START
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.visit import Visit
    from pipecli.metrics.outlook import Prospect, Records
    from pipecli.reports.due import Due, Entry
    from pipecli.reports.scope import Scope

_DAY = timedelta(days=1)
_NOTABLE = 0.05
"""Of so many deals on the average it is said that they stay open."""


class Source(StrEnum):
    """From where the odds of a deal are."""

    MEASURED = "measured"
    CONFIGURED = "configured"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Odds:
    """The odds of one open deal.

    `prospect` is what is measured, whose ages count from `begun`; None where the configured probability stands in, to
    be won on the day on which the deal is expected to close, or on no known day. `age` is how long it is in its stage.
    """

    entry: Entry
    prospect: Prospect | None
    begun: datetime
    age: timedelta | None

    @property
    def source(self) -> Source:
        """From where the odds are."""
        if self.prospect:
            return Source.MEASURED
        return Source.NONE if self.entry.stake.probability is None else Source.CONFIGURED

    @property
    def probability(self) -> float | None:
        """The probability that the deal is won rather than lost; None where nothing tells."""
        if self.prospect:
            return self.prospect.probability
        configured = self.entry.stake.probability
        return None if configured is None else float(configured)

    @property
    def older(self) -> bool:
        """Whether it is longer in its stage than enough deals of the history were."""
        return self.prospect is not None and self.age is not None and self.age >= self.prospect.since + _DAY

    def won_by(self, day: date, today: date) -> float:
        """Return the probability of being won by the end of a day that is not over."""
        if self.prospect:
            return self.prospect.won_by(elapsed(self.begun, datetime.combine(day, time.max, self.begun.tzinfo)))
        expected = self.entry.day
        return self.ever if expected is not None and today <= expected <= day else 0.0

    def won_at_last(self, today: date) -> float:
        """Return the probability of being won on a known day, however late."""
        if self.prospect:
            return self.ever
        return self.ever if self.entry.day is not None and self.entry.day >= today else 0.0

    @property
    def ever(self) -> float:
        """The probability of being won at all, within the time that the history shows."""
        if self.prospect:
            return self.prospect.ever
        return float(self.entry.stake.probability or 0)


@dataclass(frozen=True, slots=True)
class AllOdds:
    """The odds of the open deals of one pipeline, by their ids, and what there is to note."""

    found: tuple[Odds, ...]
    notes: tuple[str, ...]

    def of(self, source: Source) -> tuple[str, ...]:
        """Return the ids of the deals whose odds are from a source."""
        return tuple(one.entry.deal.id for one in self.found if one.source is source)


def visits_by_pipeline(scope: Scope) -> Mapping[str, Sequence[Visit]]:
    """Return the visits by their pipeline's id."""
    found: dict[str, list[Visit]] = {}
    for visit in scope.visits:
        found.setdefault(visit.pipeline, []).append(visit)
    return found


def odds(found: Due, visits: Iterable[Visit], scope: Scope) -> AllOdds:
    """Return the odds of the open deals of one pipeline, measured on its visits."""
    known = records(visits, found.pipeline, scope.now)
    ordered = sorted(found.standing, key=lambda one: one.deal.id)
    every = tuple(_odds(one, known, found.pipeline, scope) for one in ordered)
    return AllOdds(every, tuple(_notes(every, known)))


def _odds(entry: Entry, known: Records, pipeline: Pipeline, scope: Scope) -> Odds:
    visit = scope.current.get(entry.deal.id)
    age = _age(visit, entry, pipeline, scope)
    record = known.stages.get(entry.stage.id)
    prospect = record.prospect(age) if record and age is not None else None
    begun = scope.now if visit is None else visit.entered.astimezone(scope.now.tzinfo)
    return Odds(entry, prospect, begun, age)


def _age(visit: Visit | None, entry: Entry, pipeline: Pipeline, scope: Scope) -> timedelta | None:
    """Return how long a deal is in its stage; None where it is not known."""
    if visit is None or visit.truncated is Truncated.START_UNKNOWN:
        return None
    if (visit.pipeline, pipeline.stage(visit.stage)) != (entry.deal.pipeline, entry.stage):
        return None
    age = elapsed(visit.entered, scope.now)
    return None if age < START else age


def _notes(every: Iterable[Odds], known: Records) -> Iterator[str]:
    every = list(every)
    ageless = sum(one.age is None for one in every)
    if ageless:
        yield f"{counted(ageless, 'deal')} in the stage since an unknown moment: as configured"
    older = Counter(one.entry.stage.id for one in every if one.older)
    if older:
        where = ", ".join(sorted(older))
        yield (
            f"{counted(older.total(), 'deal')} longer in the stage ({where}) than five that were won or lost since:"
            " as those that stood the longest and were still open"
        )
    standing = sum(one.prospect.standing for one in every if one.prospect)
    if standing >= _NOTABLE:
        yield f"{standing:.1f} deals on the average are neither won nor lost within the time that the history tells of"
    unknown = sum(one.source is Source.NONE for one in every)
    if unknown:
        yield f"{counted(unknown, 'deal')} left out: no probability, neither measured nor configured"
    if known.left_out:
        yield f"{counted(known.left_out, 'visit')} not measured: an unknown start, or a negative span"
