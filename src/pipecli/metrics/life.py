"""How long deals take to be won, and how many are, counted from their creation: open ones count, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.metrics.sample import rate
from pipecli.metrics.survival import START, Observation, kaplan_meier

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, timedelta
    from fractions import Fraction

    from pipecli.core.table import Withheld
    from pipecli.metrics.survival import Curve


WON, LOST = "won", "lost"
"""The causes by which a life ends."""


@dataclass(frozen=True, slots=True)
class Life:
    """One deal: the day of its creation, that of its closing or None while it is open, and whether it was won."""

    created: date
    closed: date | None
    won: bool

    @property
    def length(self) -> timedelta | None:
        """How long it took to be closed; negative where the data contradict themselves, None while it is open."""
        return None if self.closed is None else self.closed - self.created


@dataclass(frozen=True, slots=True)
class Cohort:
    """The deals that were created at least so long ago, and those of them that were won within that time."""

    created: int
    won: int

    def rate(self) -> Fraction | Withheld:
        """Return the cohort close rate."""
        return rate(self.won, self.created)


def time_to_won(lives: Iterable[Life], today: date) -> Curve:
    """Return the Kaplan-Meier curve of the time from creation to winning; lost and open deals are censored."""
    return kaplan_meier(Observation((one.closed or today) - one.created, WON if one.won else None) for one in lives)


def time_to_close(lives: Iterable[Life], today: date) -> Curve:
    """Return the curve of the time from creation to winning or losing, which compete; open deals are censored."""
    return kaplan_meier(
        Observation((one.closed or today) - one.created, None if one.closed is None else WON if one.won else LOST)
        for one in lives
    )


def lasting(life: Life, today: date) -> bool:
    """Return whether a life is in that curve: it does not begin after it ends, or after today."""
    return (life.closed or today) - life.created >= START


def cohort(lives: Iterable[Life], within: timedelta, today: date) -> Cohort:
    """Return the cohort of the deals that were created at least `within` ago; a contradiction is in none."""
    known = [one for one in lives if in_cohort(one, within, today)]
    return Cohort(len(known), sum(won_within(one, within) for one in known))


def in_cohort(life: Life, within: timedelta, today: date) -> bool:
    """Return whether a deal was created at least `within` ago."""
    return today - life.created >= within and sound(life)


def won_within(life: Life, within: timedelta) -> bool:
    """Return whether a deal was won within that time."""
    return life.won and life.length is not None and life.length <= within


def sound(life: Life) -> bool:
    """Return whether a deal was not closed before it was created."""
    return life.length is None or life.length >= START
