"""Where each key of a deal stands in its file: in blocks with a blank line between two.

The blank lines fence what changes on a move, so that a move and a change of the value merge line by line.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipecli.core import splice
from pipecli.core.annotation import bare, below
from pipecli.core.keys import keys
from pipecli.core.record import Deal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipecli.core.emit import Value
    from pipecli.core.problem import Loc
    from pipecli.core.yamltext import Document

BLOCKS: tuple[tuple[str, ...], ...] = (
    ("title", "pipeline"),
    ("stage", "stage_since", "closed_on", "outcome", "hold"),
    ("value", "currency", "probability", "forecast"),
    ("owner", "company", "contacts", "source", "created", "expected_close"),
    ("next_step", "tags", "checklist", "fields"),
    ("formerly", "provenance"),
    ("tasks", "activities"),
)
"""Every key of a deal, in the order of its file."""


def put(loc: Loc, value: Value) -> Callable[[Document], str]:
    """Return the edit that puts a value at a key of a deal; a new key comes to stand in its block, in its order."""
    top = str(loc[0])
    place = next(number for number, block in enumerate(BLOCKS) if top in block)
    inside = keys(bare(below(Deal, top))) if loc[1:] else []
    after = [*((top, key) for key in _nearest(inside, str(loc[-1]))), *((key,) for key in _nearest(BLOCKS[place], top))]
    before = [key for block in BLOCKS[:place] for key in block]
    return partial(splice.put, loc=loc, value=value, after=after, apart=[(key,) for key in reversed(before)])


def _nearest(names: Sequence[str], key: str) -> list[str]:
    """Return the keys before one in their order, the nearest first, then those behind it."""
    at = names.index(key) if key in names else len(names)
    return [*reversed(names[:at]), *names[at + 1 :]]
