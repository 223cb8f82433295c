"""Mappings and sequences whose values are found when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Self, TypeVar, overload

T = TypeVar("T")


class Lazily(Mapping[str, T]):
    """A mapping: `names` tells its keys, `find` the value of one, None for one that it has not; each asked once."""

    def __init__(self, names: Callable[[], Collection[str]], find: Callable[[str], T | None]) -> None:
        self._names, self._find = names, find
        self._found: dict[str, T | None] = {}

    @classmethod
    def of(cls, read: Callable[[], Mapping[str, T]]) -> Self:
        """Return what a mapping has that is read once, as a whole."""
        whole = cache(read)
        return cls(whole, lambda name: whole().get(name))

    def __getitem__(self, name: str) -> T:
        """Return a value. Raises `KeyError` for a name that it has not."""
        if name not in self._found:
            self._found[name] = self._find(name)
        found = self._found[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def _all(self) -> Collection[str]:
        return self._names()


class Listed(Sequence[T]):
    """A sequence that is read as a whole, once somebody looks at it; it equals any other of the same."""

    __hash__ = None  # type: ignore[assignment]  # it is compared by what is in it, and seldom looked at for less

    def __init__(self, read: Callable[[], Sequence[T]]) -> None:
        self._read = read

    @cached_property
    def _all(self) -> Sequence[T]:
        return self._read()

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        """Return one of them, or several."""
        return self._all[place]

    def __iter__(self) -> Iterator[T]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __eq__(self, other: object) -> bool:
        return tuple(self._all) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __repr__(self) -> str:
        return repr(tuple(self._all))
