"""The velocity of one pipeline by currency, which the reports velocity and kpis share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.table import Withheld
from pipecli.metrics.velocity import Velocity
from pipecli.metrics.win import Tally
from pipecli.reports import pricing
from pipecli.reports.qualified import open_qualified

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.core.calendar import Period
    from pipecli.reports.closings import Entry, Population
    from pipecli.reports.scope import Scope


@dataclass(frozen=True, slots=True)
class Pace:
    """One currency of a pipeline: its closed deals, the figures of these, its open qualified deals, the velocity."""

    currency: str
    closed: Sequence[Entry]
    tally: Tally
    standing: Sequence[str] | Withheld
    velocity: Velocity

    @property
    def ids(self) -> Sequence[str]:
        """The closed deals."""
        return [one.deal.id for one in self.closed]

    @property
    def valued(self) -> Sequence[str]:
        """The won deals that have a value."""
        return [one.deal.id for one in self.closed if one.won and one.worth.amount is not None]

    def behind(self) -> Mapping[str, Sequence[str]]:
        """Return the deals behind each figure."""
        won = [one for one in self.closed if one.won]
        standing = [] if isinstance(self.standing, Withheld) else list(self.standing)
        timed = [one.deal.id for one in won if one.closing().cycle is not None]
        return {
            "open": standing,
            "won": [one.deal.id for one in won],
            "lost": [one.deal.id for one in self.closed if not one.won],
            "win_rate": self.ids,
            "average": self.valued,
            "average_n": self.valued,
            "cycle": timed,
            "cycle_n": timed,
            "velocity": [*standing, *self.ids],
        }


def paces(found: Population, period: Period | None, scope: Scope) -> Iterator[Pace]:
    """Yield the velocity of each currency, that of the workspace first; deals that were removed since are in none."""
    worth = {one.deal.id: one.worth.currency for one in found.all}
    standing = open_qualified(found.pipeline, period, scope)
    known = standing if isinstance(standing, Withheld) else [name for name in standing if name in worth]
    there = [] if isinstance(known, Withheld) else [worth[name] for name in known]
    currencies = [*(one.worth.currency for one in found.closed), *there]
    for currency in pricing.lines(currencies, pricing.home(found.pipeline, scope)):
        closed = [one for one in found.closed if one.worth.currency == currency]
        tally = Tally(tuple(one.closing() for one in closed))
        own = known if isinstance(known, Withheld) else [name for name in known if worth[name] == currency]
        number = own if isinstance(own, Withheld) else len(own)
        inputs = Velocity(number, tally.rate(), tally.average(), tally.cycle(won=True))
        yield Pace(currency, closed, tally, own, inputs)
