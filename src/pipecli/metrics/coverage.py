"""How far open value covers what is still to be won, and what becomes of the pipeline that a period opens with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from pipecli.core.money import added
from pipecli.core.table import Withheld
from pipecli.metrics.sample import floored, rate
from pipecli.metrics.win import NEGATIVE, NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

REACHED = Withheld("quota reached")
NOTHING_WON = Withheld("nothing won")


class Fate(StrEnum):
    """What became of a deal that was open when the period began, and due in it."""

    WON = "won"
    LOST = "lost"
    SLIPPED = "slipped"
    """Open or on hold, and expected to close outside the period, or on no day."""
    STILL_OPEN = "still open"
    """Open or on hold, and still expected to close in the period."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One deal of an opening pipeline: its opening value, and what became of it."""

    deal: str
    value: Decimal
    fate: Fate


@dataclass(frozen=True, slots=True)
class Conversion:
    """The opening pipeline of one period, or of several together."""

    members: tuple[Opened, ...]

    @property
    def value(self) -> Decimal:
        """The value that it opened with."""
        return added(one.value for one in self.members)

    def of(self, fate: Fate) -> tuple[Opened, ...]:
        """Return the deals with this fate; those of all fates together are all deals."""
        return tuple(one for one in self.members if one.fate is fate)

    def worth(self, fate: Fate) -> Decimal:
        """Return the opening value of the deals with this fate."""
        return added(one.value for one in self.of(fate))

    def share(self, fate: Fate) -> Fraction | Withheld:
        """Return the part of the opening value that had this fate; those of all fates add up to 1."""
        if any(one.value < 0 for one in self.members):
            return NEGATIVE
        if not self.value and self.members:
            return NO_VALUE
        return floored(len(self.members), lambda: Fraction(self.worth(fate)) / Fraction(self.value))

    def share_of_deals(self, fate: Fate) -> Fraction | Withheld:
        """Return the part of the deals that had this fate."""
        return rate(len(self.of(fate)), len(self.members))

    def needed(self) -> Fraction | Withheld:
        """Return the coverage that is needed: 1 ÷ the part of the opening value that was won."""
        won = self.share(Fate.WON)
        if isinstance(won, Withheld):
            return won
        return 1 / won if won else NOTHING_WON


def coverage(value: Decimal, quota: Decimal | Withheld, won: Decimal) -> Fraction | Withheld:
    """Return the open value ÷ (quota - already won), or why it is withheld."""
    if isinstance(quota, Withheld):
        return quota
    rest = quota - won
    return Fraction(value) / Fraction(rest) if rest > 0 else REACHED


def together(found: Iterable[Conversion]) -> Conversion:
    """Return several opening pipelines as one."""
    return Conversion(tuple(one for each in found for one in each.members))
