"""The deals of one pipeline as a forecast counts them: which are open and when they are due, and which are won."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.pipeline import Forecast, Kind
from pipecli.facts import derived
from pipecli.metrics.forecast import Stake
from pipecli.reports import pricing
from pipecli.reports.stages import by_stage, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pipecli.core.calendar import Period
    from pipecli.core.pipeline import Pipeline, Stage
    from pipecli.core.record import Deal
    from pipecli.reports.pricing import Priced
    from pipecli.reports.scope import Scope

OVERDUE, UNDATED = "overdue", "no date"
"""The rows that stand apart: open deals whose day is over, and those without one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One open or won deal: its record and stage, what it is worth, what is at stake.

    `day` is the one on which it is expected to close, or was won; None where that is not written.
    """

    deal: Deal
    stage: Stage
    worth: Priced
    stake: Stake
    day: date | None

    @property
    def won(self) -> bool:
        """Whether it is won."""
        return self.stage.kind is Kind.WON

    def overdue(self, today: date) -> bool:
        """Return whether it is open, and its day is over."""
        return not self.won and self.day is not None and self.day < today


@dataclass(frozen=True, slots=True)
class Due:
    """What a forecast of one pipeline counts: `standing` are the open deals that are due in the period, or have no day.

    `won` are those that were won in it; without a period, in the present month or later.
    """

    pipeline: Pipeline
    standing: tuple[Entry, ...]
    won: tuple[Entry, ...]
    notes: tuple[str, ...]
    incomplete: bool


def by_pipeline(scope: Scope) -> Mapping[str, Sequence[Deal]]:
    """Return the deals of the workspace by their pipeline's id."""
    deals: dict[str, list[Deal]] = {}
    for deal in scope.workspace.deals.values():
        deals.setdefault(deal.pipeline, []).append(deal)
    return deals


def due(pipeline: Pipeline, deals: Iterable[Deal], period: Period | None, scope: Scope) -> Due:
    """Return the deals of one pipeline that a forecast of the period counts."""
    found = by_stage(pipeline, deals)
    entries = [_entry(deal, stage, scope) for stage, members in found for deal in members if _counts(stage)]
    open_ones = tuple(one for one in entries if not one.won and _is_due(one.day, period))
    won = tuple(one for one in entries if one.won and one.day and _is_now(one.day, period, scope.now.date()))
    undated = sum(one.won and one.day is None for one in entries)
    held = sum(len(members) for stage, members in found if stage.kind is Kind.ON_HOLD)
    return Due(
        pipeline,
        open_ones,
        won,
        (*_notes(open_ones, won, undated, held, scope), *found.notes("deal")),
        incomplete=bool(found.unknown),
    )


def _counts(stage: Stage) -> bool:
    return stage.kind in (Kind.OPEN, Kind.WON)


def _entry(deal: Deal, stage: Stage, scope: Scope) -> Entry:
    context, worth = scope.context(), pricing.priced(deal, stage, scope)
    won = stage.kind is Kind.WON
    own = Forecast.CLOSED if won else deal.forecast or stage.forecast
    stake = Stake(worth.amount, derived.probability(deal, context), own)
    return Entry(deal, stage, worth, stake, deal.closed_on if won else deal.expected_close)


def _is_due(day: date | None, period: Period | None) -> bool:
    return day is None or period is None or day in period


def _is_now(day: date, period: Period | None, today: date) -> bool:
    return day in period if period else (day.year, day.month) >= (today.year, today.month)


def _notes(open_ones: Sequence[Entry], won: Sequence[Entry], undated: int, held: int, scope: Scope) -> Iterator[str]:
    if held:
        yield f"{counted(held, 'deal')} left out: on hold"
    if undated:
        yield f"{counted(undated, 'won deal')} left out: without a day of closing"
    yield from pricing.notes([one.worth for one in (*open_ones, *won)], scope)
    valued = [one for one in open_ones if one.stake.amount is not None]
    lacking = Counter(one.stage.id for one in valued if one.stake.probability is None)
    if lacking:
        where = ", ".join(sorted(lacking))
        yield f"{counted(lacking.total(), 'deal')} without a probability (stage {where}): in no weighted value"
    unplaced = sum(one.stake.category is None for one in valued)
    if unplaced:
        yield f"{counted(unplaced, 'deal')} in no forecast category: neither the deal nor its stage names one"
