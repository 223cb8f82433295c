"""On which days each deal was expected to close, version by version, from the index.

A deal's versions are followed backwards along the first parents of the commits that changed it: a change that was
made on a branch is told as made by the branch's commits where the merge took their version, else as made by the merge.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from pipecli.core.promise import Promise
from pipecli.store import packing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.history.event import Ref
    from pipecli.history.snapshot import Held
    from pipecli.store.history_index import Index
    from pipecli.store.packing import Author, Packed


def packed(index: Index, helds: Mapping[str, Held]) -> dict[str, list[Packed]]:
    """Return the promises of each deal that ever had one, first to last: when and by whom it was written, the day."""
    found = {deal: _told(index, held) for deal, held in helds.items()}
    return {deal: told for deal, told in found.items() if any(close for *_, close in told)}


def promises(packed: Sequence[Packed]) -> tuple[Promise, ...]:
    """Return the promises that `packed` has of a deal."""
    return tuple(
        Promise(datetime.fromisoformat(recorded), by, date.fromisoformat(close) if close else None)
        for recorded, by, close in packed
    )


def _told(index: Index, held: Held) -> list[Packed]:
    """Return each change of the day, with the first one that was written; a version without a state says nothing."""
    told: list[Packed] = []
    for author, files in reversed(list(_changes(index, held))):
        versions = [version for _, blob in files if (version := index.version(blob)) and version.state]
        close = versions[0].close if versions else None
        if close is not None and close != (told[-1][-1] if told else ""):
            told.append([author.recorded.isoformat(), author.name, close])
    return told


def _changes(index: Index, held: Held) -> Iterator[tuple[Author, Sequence[Packed]]]:
    """Yield the commits that changed a deal, last to first, with the paths and blobs of its files after each."""
    ref, names = held.ref, held.names
    while ref:
        no, place = ref
        _, was, after = index.entry(no, place)
        if after is None:
            return
        if packing.is_reference(after):
            ref = tuple(after)
            continue
        yield index.author(no), packing.files_of(after)
        ref = tuple(was) if was else _formerly(index, no, names)


def _formerly(index: Index, no: int, names: Sequence[str]) -> Ref | None:
    """Return where a deal stands before the commit that gave it its id, by one of its former ids; None if it is new."""
    if not names:
        return None
    return next(
        (tuple(was) for _, (deal, was, after) in index.entries(no) if deal in names and was and after is None), None
    )
