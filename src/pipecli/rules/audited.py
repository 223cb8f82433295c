"""How much matters what `pipe audit verify` finds in the history, by code, unless `pipe.yaml` says otherwise.

The checks stand in `pipecli.verify`, above this room; a workspace sets their levels where it sets those of the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.settings import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

E, W, N = Level.ERROR, Level.WARNING, Level.NOTE

LEVELS: Mapping[str, Level] = {
    "backdated": W,
    "future-date": E,
    "time-backwards": E,
    "broken-rule": E,
    "forced-move": N,
    "stage-not-there": E,
    "deleted-stage": E,
    "edited-after-close": W,
    "foreign-edit": N,
    "pushed-close": N,
    "parallel-moves": W,
    "unsigned": E,
    "bad-signature": E,
    "not-judged": N,
    "imported": N,
}
