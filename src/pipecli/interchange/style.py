"""How a source writes days, moments and amounts, as its own conventions and its cells tell. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from pipecli.interchange import cells

if TYPE_CHECKING:
    from decimal import Decimal

    from pipecli.interchange.cells import Days

_ISO = re.compile(r"\d{4}-")
_BARE = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?", re.ASCII)
_FIRST_YEAR = 1971
"""A year after the first second that git can keep, so that no offset leads to before it."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a source writes: `iso` reads days and moments that begin with the year, `common` all others.

    What has happened has happened by `latest`. `mark` stands before decimals, where that is known.
    """

    iso: Days
    common: Days
    latest: datetime
    mark: str = ""

    def moment(self, text: str) -> datetime:
        """Return the moment, to the second, at which something has happened; a day counts from its start.

        Raises `ValueError` for what is none, for one to come, and for one that git cannot keep.
        """
        found = self._days(text).when(text)
        moment = found if isinstance(found, datetime) else datetime.combine(found, time(), self.common.zone)
        if moment.year < _FIRST_YEAR:
            raise ValueError(f"{text} is before {_FIRST_YEAR}, which git cannot keep")
        if moment > self.latest:
            raise ValueError(f"{text} is in the future")
        return moment.replace(microsecond=0)

    def day(self, text: str) -> date:
        """Return the day that stands there, whatever the time behind it."""
        return self._days(text).day(text)

    def amount(self, text: str) -> Decimal:
        """Return an amount."""
        return cells.amount(text, self.mark)

    def local_day(self, moment: datetime) -> date:
        """Return on which day something was."""
        return moment.astimezone(self.common.zone).date()

    def is_to_come(self, day: date) -> bool:
        """Return whether a day is still to come, wherever on Earth."""
        return day > self.local_day(self.latest)

    def _days(self, text: str) -> Days:
        return self.iso if _ISO.match(text) else self.common


def is_bare(text: str) -> bool:
    """Return whether a moment is written in ISO 8601 and without an offset."""
    return bool(_BARE.fullmatch(text))
