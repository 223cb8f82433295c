"""The population of the reports that count by the entry of a stage: all visits, or those that began in a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.visit import Truncated
from pipecli.reports.stages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from pipecli.core.calendar import Period
    from pipecli.core.visit import Visit


@dataclass(frozen=True, slots=True)
class Entered:
    """The visits that began in a period, by the days of a zone; every visit where there is no period."""

    period: Period | None
    zone: tzinfo | None

    def counts(self, visit: Visit) -> bool:
        """Return whether a visit is one of them; of one whose start is not known no period can tell."""
        if self.period is None:
            return True
        return _dated(visit) and visit.entered.astimezone(self.zone).date() in self.period

    def notes(self, visits: Iterable[Visit]) -> Iterator[str]:
        """Yield the note on the visits that are left out since their start is not known, if there are any."""
        unknown = 0 if self.period is None else sum(not _dated(visit) for visit in visits)
        if unknown:
            yield f"{counted(unknown, 'visit')} left out: an unknown start, so in no period"


def _dated(visit: Visit) -> bool:
    return visit.truncated is not Truncated.START_UNKNOWN
