"""All deals as one commit leaves them, in a map that is cheap to change, to keep and to compare.

The map is cut into buckets which successive commits share. So a commit costs only the buckets that it
touches, and two parents of a merge are compared by looking at the buckets that they do not share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.history.event import Timeline

_BUCKETS = 256


class File(NamedTuple):
    """One file of a deal: its path and the object id of its content."""

    path: str
    blob: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of one deal at one commit.

    `files` is sorted; it is empty once the deal is removed, and holds several where they claim one id.
    `since` is the text of `stage_since` in the last readable version, `names` the ids that it had before.
    """

    timeline: Timeline | None
    files: tuple[File, ...]
    since: str = ""
    names: tuple[str, ...] = ()


_Bucket = dict[str, Held]


class Snapshot:
    """An immutable map: deal id → `Held`."""

    __slots__ = ("buckets",)

    def __init__(self, buckets: Sequence[_Bucket] = ({},) * _BUCKETS) -> None:
        self.buckets = buckets

    def get(self, deal: str) -> Held | None:
        """Return what is known of a deal, or None."""
        return self.buckets[hash(deal) % _BUCKETS].get(deal)

    def items(self) -> Iterator[tuple[str, Held]]:
        """Return every deal and what is known of it, in no order."""
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
            if held is None:
                buckets[place].pop(deal, None)
            else:
                buckets[place][deal] = held
        if like:
            for place in fresh:
                buckets[place] = _shared(buckets[place], [other.buckets[place] for other in like])
        return Snapshot(buckets)

    def differing(self, others: Sequence[Snapshot]) -> set[str]:
        """Return the deals of which this map and any of the others do not hold the very same."""
        found: set[str] = set()
        for other in others:
            for mine, theirs in zip(self.buckets, other.buckets, strict=True):
                if mine is not theirs:
                    found.update(deal for deal in mine if mine[deal] is not theirs.get(deal))
                    found.update(deal for deal in theirs if deal not in mine)
        return found


EMPTY = Snapshot()


def _shared(bucket: _Bucket, others: Sequence[_Bucket]) -> _Bucket:
    return next((other for other in others if _same(bucket, other)), bucket)


def _same(one: _Bucket, other: _Bucket) -> bool:
    return len(one) == len(other) and all(held is other.get(deal) for deal, held in one.items())
