"""The visits of many deals for a shelf of the index: as columns of numbers, which are places in lists of texts.

A visit is made attribute by attribute for all at once: its own constructor would take four times as long.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from pipecli.core.visit import Clock, End, Truncated, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_MOMENTS = ("entered", "left", "recorded")
_TEXTS = ("pipeline", "stage", "by", "email", "commit", "ended_by")
_ENUMS: Mapping[str, tuple[Any, ...]] = {"end": tuple(End), "clock": tuple(Clock), "truncated": tuple(Truncated)}


class Stays:
    """How a shelf keeps the visits of deals: see `pipecli.store.shelves.Form`."""

    def packed(self, values: Sequence[tuple[str, Sequence[Visit]]]) -> object:
        """Return the visits by deal as lists that JSON can hold."""
        all_of = [visit for _, own in values for visit in own]
        texts, moments = _Places(), _Places()
        moments[None]  # of an open visit takes the first place
        columns: dict[str, list[int]] = {"life": [visit.life for visit in all_of]}
        for name in _MOMENTS:
            columns[name] = [moments[_written(getattr(visit, name))] for visit in all_of]
        for name in _TEXTS:
            columns[name] = [texts[getattr(visit, name)] for visit in all_of]
        for name, members in _ENUMS.items():
            columns[name] = [members.index(getattr(visit, name)) for visit in all_of]
        return [[deal for deal, _ in values], [len(own) for _, own in values], list(texts), list(moments), columns]

    def unpacked(self, parts: Sequence[Any]) -> dict[str, Sequence[Visit]]:
        """Return the visits by deal from what `packed` returned, of several parts at once."""
        columns: dict[str, list[Any]] = {}
        deals: list[tuple[str, int]] = []
        for names, numbers, texts, written, places in parts:
            deals += zip(names, numbers, strict=True)
            moments = [None, *map(datetime.fromisoformat, written[1:])]
            for name, column in places.items():
                columns.setdefault(name, []).extend(_looked_up(name, texts, moments)(column))
        made = [object.__new__(Visit) for _ in columns.get("life", ())]
        _set(made, "deal", chain.from_iterable(repeat(deal, number) for deal, number in deals))
        for name, values in columns.items():
            _set(made, name, values)
        found: dict[str, Sequence[Visit]] = {}
        start = 0
        for deal, number in deals:
            found[deal], start = made[start : start + number], start + number
        return found


class _Places(dict[str | None, int]):
    """The places of texts, in the order in which they were first asked for."""

    def __missing__(self, thing: str | None) -> int:
        self[thing] = place = len(self)
        return place


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _looked_up(name: str, texts: Sequence[str], moments: Sequence[datetime | None]) -> Callable[[Any], Iterable[Any]]:
    """Return what makes the values of an attribute from its column."""
    if name == "life":
        return iter
    known = moments if name in _MOMENTS else _ENUMS.get(name, texts)
    return lambda column: map(known.__getitem__, column)


def _set(visits: Sequence[Visit], name: str, values: Iterable[Any]) -> None:
    deque(map(getattr(Visit, name).__set__, visits, values), maxlen=0)


STAYS = Stays()


def current(visits: Mapping[str, Sequence[Visit]]) -> dict[str, Sequence[Visit]]:
    """Return the open visit of each deal that has one, as the only one in its list."""
    return {deal: own[-1:] for deal, own in visits.items() if own and own[-1].left is None}
