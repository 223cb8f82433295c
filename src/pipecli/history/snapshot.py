"""All deals as one commit leaves them, in a map that is cheap to change, to keep and to compare.

The map is cut into buckets which successive commits share. So a commit costs only the buckets that it
touches, and two parents of a merge are compared by looking at the buckets that they do not share.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.history.effective import Made
    from pipecli.history.event import Ref, Timeline

_BUCKETS = 256


class File(NamedTuple):
    """One file of a deal: its path and the object id of its content."""

    path: str
    blob: str


@dataclass(slots=True, eq=False)
class Held:
    """What is known of one deal at one commit; it never changes.

    `files` is sorted; it is empty once the deal is removed, and holds several where they claim one id.
    `since` is the text of `stage_since` in the last readable version, `names` the ids that it had before, `made`
    the latest author date and the latest committer date of the commits that changed its content. `broken`: a file
    of it cannot be read. `ref` is for whoever keeps snapshots: where this one is kept.
    """

    timeline: Timeline | None
    files: tuple[File, ...]
    since: str = ""
    names: tuple[str, ...] = ()
    made: Made | None = None
    broken: bool = False
    ref: Ref | None = None


_Bucket = dict[str, Held | None]
Base = Callable[[str], Held | None]


def _nothing(_deal: str) -> None:
    return None


class Snapshot:
    """An immutable map: deal id → `Held`. What is not in its buckets is asked of `base`, which others share."""

    __slots__ = ("base", "buckets")

    def __init__(self, buckets: Sequence[_Bucket] = ({},) * _BUCKETS, base: Base = _nothing) -> None:
        self.buckets = buckets
        self.base = base

    def get(self, deal: str) -> Held | None:
        """Return what is known of a deal, or None."""
        bucket = self.buckets[hash(deal) % _BUCKETS]
        return bucket[deal] if deal in bucket else self.base(deal)

    def items(self) -> Iterator[tuple[str, Held]]:
        """Return every deal that differs from the base and what is known of it, in no order."""
        return ((deal, held) for deal, held in self.entries() if held)

    def entries(self) -> Iterator[tuple[str, Held | None]]:
        """Return what differs from the base: deals and what is known of them, None where that is nothing."""
        return (item for bucket in self.buckets for item in bucket.items())

    def changed(self, entries: Mapping[str, Held | None], like: Sequence[Snapshot] = ()) -> Snapshot:
        """Return the map with these entries set, or taken out where None.

        Buckets that become those of one of `like` are shared with it, so that a later comparison is short.
        """
        buckets = list(self.buckets)
        fresh: set[int] = set()
        for deal, held in entries.items():
            place = hash(deal) % _BUCKETS
            if place not in fresh:
                fresh.add(place)
                buckets[place] = buckets[place].copy()
            buckets[place][deal] = held
        if like:
            for place in fresh:
                buckets[place] = _shared(buckets[place], [other.buckets[place] for other in like])
        return Snapshot(buckets, self.base)

    def differing(self, others: Sequence[Snapshot]) -> set[str]:
        """Return the deals of which this map and any of the others, of one base, do not hold the very same."""
        found: set[str] = set()
        for other in others:
            for mine, theirs in zip(self.buckets, other.buckets, strict=True):
                if mine is not theirs:
                    found.update(deal for deal in {*mine, *theirs} if self.get(deal) is not other.get(deal))
        return found


EMPTY = Snapshot()


def _shared(bucket: _Bucket, others: Sequence[_Bucket]) -> _Bucket:
    return next((other for other in others if _same(bucket, other)), bucket)


def _same(one: _Bucket, other: _Bucket) -> bool:
    return len(one) == len(other) and all(held is other.get(deal, one) for deal, held in one.items())
