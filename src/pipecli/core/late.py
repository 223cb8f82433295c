"""Many records of one kind whose values are read when one of them is first asked for, all of a column at once.

Most commands ask a few things of all deals, and everything of few. A column is the plain values of one attribute, as
JSON; a record that came from an index has the values of those columns that were asked for, and the way to the rest.
"""

from __future__ import annotations

from collections import deque
from itertools import repeat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class Late:
    """Base of a record whose values may come late: an attribute that is not there yet is fetched with its column."""

    __slots__ = ("_late",)
    _late: Columns

    if not TYPE_CHECKING:  # a wrong name is still found by the type checker

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- any attribute
            """Fetch a column. Raises `AttributeError` where there is none of this name."""
            try:
                columns = object.__getattribute__(self, "_late")
            except AttributeError:
                raise AttributeError(
                    f"{type(self).__name__!r} has no attribute {name!r}", name=name, obj=self
                ) from None
            columns.fetch(name)
            return object.__getattribute__(self, name)


class Columns:
    """The records of some files of one kind, and the columns that were not read yet."""

    __slots__ = ("kind", "records", "waiting")

    def __init__(self, kind: Any, ids: Sequence[str], paths: Sequence[str], columns: dict[str, bytes]) -> None:  # noqa: ANN401 -- a class
        self.kind = kind
        self.waiting = columns
        self.records: list[Any] = list(map(object.__new__, repeat(kind, len(ids))))
        self._set("_late", repeat(self))
        self._set("id", ids)
        self._set("path", paths)

    def fetch(self, name: str) -> None:
        """Give all records their value of one attribute. Raises `AttributeError` where no column has it."""
        from pipecli.core.plain import defaults_of, reader_of  # noqa: PLC0415 -- where nothing is asked it is not needed

        defaults = defaults_of(self.kind)
        if name not in defaults:
            raise AttributeError(f"{self.kind.__name__!r} has no attribute {name!r}", name=name)
        values, default = self.plain(name), defaults[name]
        if values is None:
            self._set(name, [default() for _ in self.records])
            return
        read = reader_of(self.kind, name)
        self._set(name, [default() if value is None else read(value) for value in values])

    def plain(self, name: str) -> list[Any] | None:
        """Return the values of a column as they stand in the files, or None where no file has one."""
        import json  # noqa: PLC0415 -- as above

        raw = self.waiting.get(name)
        return None if raw is None else json.loads(raw)

    def _set(self, name: str, values: Any) -> None:  # noqa: ANN401 -- any iterable
        owner = Late if name == "_late" else self.kind
        deque(map(owner.__dict__[name].__set__, self.records, values), maxlen=0)
