"""Which slices of a file's text change where entries go into a mapping in their order: days into `rates.yaml`."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

from pipecli.core import emit, extent
from pipecli.core.cuts import as_lines, new_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipecli.core.cuts import Cut
    from pipecli.core.emit import Scalar
    from pipecli.core.problem import Loc
    from pipecli.core.yamltext import Document, Span

_FEW = 3
"""More entries than these stand on lines of their own within braces."""


def for_ordered_entries(doc: Document, loc: Loc, entries: Mapping[str, Scalar]) -> list[Cut]:
    """Return the cuts that put entries into a mapping that has some, each behind the last key that is less.

    In braces they stand on lines of their own where these have several lines, or there are more than a few entries.
    """
    parent, places = doc.spans[loc], extent.children(doc, loc)
    by_key = sorted((str(place[-1]), number) for number, place in enumerate(places))
    last = list(accumulate((number for _, number in by_key), max))
    behind: dict[Loc | None, list[tuple[str, Scalar]]] = {}
    for key, value in sorted(entries.items()):
        less = bisect_left(by_key, (key, 0))
        behind.setdefault(places[last[less - 1]] if less else None, []).append((key, value))
    if parent.style in extent.FLOW:
        long = len(entries) > _FEW or "\n" in doc.text[parent.start : parent.end]
        between = f",{extent.line_break(doc.text, parent.start)}{' ' * emit.STEP}" if long else ", "
        return [_entries_in_flow(doc, parent, place, some, between) for place, some in behind.items()]
    return [cut for place, some in behind.items() for cut in _entries_in_block(doc, places, place, some)]


def _entries_in_flow(
    doc: Document, parent: Span, place: Loc | None, entries: Sequence[tuple[str, Scalar]], between: str
) -> Cut:
    written = [emit.flow_entry(key, value) for key, value in entries]
    if place is None:
        at = parent.start + 1
        return at, at, "".join(one + between for one in written)
    at = extent.content_end(doc, place)
    return at, at, "".join(between + one for one in written)


def _entries_in_block(
    doc: Document, places: Sequence[Loc], place: Loc | None, entries: Sequence[tuple[str, Scalar]]
) -> list[Cut]:
    column = doc.spans[places[0][:-1]].column
    lines = [line for key, value in entries for line in emit.block_entry(key, value, column)]
    if place is not None:
        return new_lines(doc, place, lines)
    at = extent.line_start(doc.text, extent.entry_start(doc, places[0]))
    return [(at, at, as_lines(doc.text, at, lines))]
