"""How visits end: counts that add up to the entries, and the deals behind them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipecli.core.visit import End

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipecli.core.visit import Visit


def ends(visits: Iterable[Visit]) -> Mapping[End, int]:
    """Return the number of visits by how they ended, every end in its order; they add up to the visits."""
    counts = Counter(visit.end for visit in visits)
    return {end: counts[end] for end in End}


def deals(visits: Iterable[Visit], end: End | None = None) -> frozenset[str]:
    """Return the ids of the deals that have a visit, or one that ended so; each counts once."""
    return frozenset(visit.deal for visit in visits if end is None or visit.end is end)
