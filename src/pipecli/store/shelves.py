"""What follows from the history of each deal at the index's tip: worked out anew only for the deals that changed."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol
from zlib import crc32

from pipecli.core.checksum import Damaged
from pipecli.store.rows import dumped, opened, parsed, sealed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipecli.store.history_index import Index

_PLACES = 128
"""A change of one deal costs to write the part that the deal is in."""


class Form(Protocol):
    """How the values of many deals are kept as what JSON can hold: packed part by part, unpacked all at once."""

    def packed(self, values: Sequence[tuple[str, Any]]) -> object:
        """Return the values by deal packed."""

    def unpacked(self, parts: Sequence[Any]) -> dict[str, Any]:
        """Return the values by deal of several parts."""


class AsTheyAre:
    """The form of values that JSON can hold."""

    def packed(self, values: Sequence[tuple[str, Any]]) -> object:
        """Return the values themselves."""
        return values

    def unpacked(self, parts: Sequence[Any]) -> dict[str, Any]:
        """Return the values themselves."""
        return dict(chain.from_iterable(parts))


AS_THEY_ARE = AsTheyAre()


class Shelf:
    """One thing that follows from what is known of each deal; `key` says from what else it follows."""

    def __init__(self, index: Index, name: str, key: str = "", form: Form = AS_THEY_ARE) -> None:
        self._index, self._name, self._key, self._form = index, name, key, form

    @property
    def tip(self) -> int:
        """The number of the commit for which it was worked out; 0 where it was not."""
        key, tip = self._index.fact(self._name) or (None, 0)
        return int(tip) if key == self._key else 0

    def load(self) -> dict[str, Any]:
        """Return the values by deal. Raises `Damaged` where a part is missing."""
        rows = self._index.rows.read("SELECT name, place, data, crc FROM shelves WHERE name = ?", self._name)
        if len(rows) != _PLACES:
            raise Damaged
        parts = ",".join(opened(*row)[2] for row in rows)
        return self._form.unpacked(parsed(f"[{parts}]"))

    def put(self, values: Mapping[str, Any], tip: int, changed: Collection[str] | None = None) -> None:
        """Let it be that of a tip: the values of all deals; only the `changed` ones differ from what it holds."""
        parts: dict[int, list[tuple[str, Any]]] = defaultdict(list)
        for deal, value in values.items():
            parts[_place(deal)].append((deal, value))
        places = range(_PLACES) if changed is None else {_place(deal) for deal in changed}
        rows = [sealed(self._name, place, dumped(self._form.packed(parts[place]))) for place in places]
        self._index.rows.put("INSERT OR REPLACE INTO shelves VALUES (?, ?, ?, ?)", rows)
        self._index.put_fact(self._name, [self._key, tip])


def _place(deal: str) -> int:
    return crc32(deal.encode("utf-8", "surrogatepass")) % _PLACES
