"""What became of the deals that entered a stage: how many were lost from it, and how the others left.

A deal counts once, from its first visit on; one that was removed and made anew has two lives, and each counts. The
ends of all are told apart without a rest: a deal that was ever lost from the stage is lost; of any other the last visit
there tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.visit import End
from pipecli.metrics.sample import rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from fractions import Fraction

    from pipecli.core.table import Withheld
    from pipecli.core.visit import Visit

Life = tuple[str, int]
"""A deal's id, and which of its lives."""


@dataclass(frozen=True, slots=True)
class DropOff:
    """The lives that `entered` a stage, and by how each ended there: together the ends have all of them, once."""

    entered: Sequence[Life]
    ends: Mapping[End, Sequence[Life]]

    @property
    def lost(self) -> Sequence[Life]:
        """Those that were lost from the stage."""
        return self.ends[End.LOST]

    def rate(self) -> Fraction | Withheld:
        """Return lost ÷ entered."""
        return rate(len(self.lost), len(self.entered))


def drop_off(visits: Iterable[Visit], counts: Callable[[Visit], bool]) -> DropOff:
    """Return what became of the deals whose first visit of a stage counts, from all visits of it in their order."""
    lives: dict[Life, list[Visit]] = {}
    for visit in visits:
        lives.setdefault((visit.deal, visit.life), []).append(visit)
    ends: dict[End, list[Life]] = {end: [] for end in End}
    entered = [life for life, own in lives.items() if counts(own[0])]
    for life in entered:
        ends[_end(lives[life])].append(life)
    return DropOff(entered, ends)


def _end(own: Sequence[Visit]) -> End:
    return End.LOST if any(visit.end is End.LOST for visit in own) else own[-1].end
