"""The deals of one pipeline as the reports on closed ones count them, and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Kind
from pipecli.metrics.life import Life
from pipecli.metrics.survival import START
from pipecli.metrics.win import UNDECIDED, Closing
from pipecli.reports import pricing
from pipecli.reports.stages import by_stage, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from pipecli.core.calendar import Period
    from pipecli.core.pipeline import Pipeline
    from pipecli.core.record import Deal
    from pipecli.core.visit import Visit
    from pipecli.reports.pricing import Priced
    from pipecli.reports.scope import Scope


@dataclass(frozen=True, slots=True)
class Entry:
    """One deal: its record, the kind of its stage, what it is worth."""

    deal: Deal
    kind: Kind
    worth: Priced

    @property
    def closed(self) -> bool:
        """Whether it is won or lost."""
        return self.kind in (Kind.WON, Kind.LOST)

    @property
    def won(self) -> bool:
        """Whether it is won."""
        return self.kind is Kind.WON

    def last_stage(self, left: Mapping[str, str]) -> str | None:
        """Return the stage in which it is, or from which it was closed, by its outcome or else by `left`."""
        if not self.closed:
            return self.deal.stage
        return (self.deal.outcome.stage if self.deal.outcome else None) or left.get(self.deal.id)

    def life(self) -> Life | None:
        """Return its life, None where the day of its creation, or of its closing, is not written."""
        day = self.deal.closed_on if self.closed else None
        if self.deal.created is None or (self.closed and day is None):
            return None
        return Life(self.deal.created, day, self.won)

    def closing(self) -> Closing:
        """Return the closed deal as the metrics count it; a cycle that would be negative is none."""
        life, outcome = self.life(), self.deal.outcome
        length = life.length if life else None
        return Closing(
            won=self.won,
            amount=self.worth.amount,
            cycle=None if length is None or length < START else length,
            decided=self.won or outcome is None or outcome.cls not in UNDECIDED,
        )


@dataclass(frozen=True, slots=True)
class Population:
    """All deals of one pipeline in stages that it knows, those that were closed in the period, and what to say."""

    pipeline: Pipeline
    all: tuple[Entry, ...]
    closed: tuple[Entry, ...]
    notes: tuple[str, ...]
    incomplete: bool


def populations(scope: Scope, period: Period | None) -> Iterator[Population]:
    """Return the deals of each pipeline of a report. Raises `PipeError` for a pipeline that is unknown."""
    deals: dict[str, list[Deal]] = {}
    for deal in scope.workspace.deals.values():
        deals.setdefault(deal.pipeline, []).append(deal)
    return (population(one, deals.get(one.id, ()), period, scope) for one in scope.pipelines())


def population(pipeline: Pipeline, deals: Iterable[Deal], period: Period | None, scope: Scope) -> Population:
    """Return the deals of one pipeline by their present state; without a period all closed ones count."""
    found = by_stage(pipeline, deals)
    entries = tuple(
        Entry(deal, stage.kind, pricing.priced(deal, stage, scope)) for stage, members in found for deal in members
    )
    closed = tuple(one for one in entries if one.closed and _within(one.deal.closed_on, period))
    undated = [one for one in entries if one.closed and one.deal.closed_on is None] if period else []
    notes = (*_notes(entries, closed, undated, scope), *found.notes("deal"))
    return Population(pipeline, entries, closed, notes, incomplete=bool(found.unknown))


def left_from(pipeline: Pipeline, visits: Iterable[Visit]) -> Mapping[str, str]:
    """Return the last stage, neither won nor lost, that each deal visited in a pipeline, by the deal's id."""
    left: dict[str, str] = {}
    for visit in visits:
        stage = pipeline.stage(visit.stage) if visit.pipeline == pipeline.id else None
        if stage and stage.kind in (Kind.OPEN, Kind.ON_HOLD):
            left[visit.deal] = stage.id
    return left


def _within(day: date | None, period: Period | None) -> bool:
    return period is None or (day is not None and day in period)


def _notes(entries: Iterable[Entry], closed: tuple[Entry, ...], undated: list[Entry], scope: Scope) -> Iterator[str]:
    standing = sum(not one.closed for one in entries)
    if standing:
        yield f"{counted(standing, 'deal')} open or on hold: no win rate counts them"
    if undated:
        yield f"{counted(len(undated), 'deal')} left out: closed, and without a day of closing"
    yield from pricing.notes([one.worth for one in closed], scope)
    lives = [one.life() for one in closed]
    unknown = sum(life is None for life in lives)
    if unknown:
        yield f"{counted(unknown, 'deal')} in no cycle: without a day of creation or of closing"
    negative = sum(life is not None and life.length is not None and life.length < START for life in lives)
    if negative:
        yield f"{counted(negative, 'deal')} in no cycle: closed before the day of creation"
