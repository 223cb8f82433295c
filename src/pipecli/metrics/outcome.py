"""How visits end: counts that add up to the entries."""

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
