"""How far a rate may be off by chance.

Wilson 1927, Probable inference, the law of succession, and statistical inference, JASA 22:209-212: the interval of a
share. It stays between 0 and 1, and says something at 0 and at 1, too. It needs a root, and so is of floats.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from pipecli.metrics.band import Band, Z
from pipecli.metrics.sample import floored

if TYPE_CHECKING:
    from pipecli.core.table import Withheld


def wilson(part: int, whole: int) -> Band | Withheld:
    """Return the 95 % interval of part ÷ whole, or that it is withheld."""
    return floored(whole, lambda: _wilson(part, whole))


def _wilson(part: int, whole: int) -> Band:
    share, square = part / whole, Z * Z
    middle = share + square / (2 * whole)
    spread = Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    scale = 1 + square / whole
    low = (middle - spread) / scale if part else 0.0  # where floats would leave a little
    return Band(low, (middle + spread) / scale if part < whole else 1.0)
