"""Records that are written in one order and read in the other, without being held in memory."""

from __future__ import annotations

import marshal
import os
import tempfile
from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 1 << 18
"""So many bytes are written or read at once."""


class Spool:
    """Keeps tuples of plain values in a nameless file of our own; what was put in last comes out first."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=_BLOCK)  # noqa: SIM115 -- it goes with the spool
        self._ends = array("q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def close(self) -> None:
        """Let the records go."""
        self._file.close()

    def put(self, record: tuple[Any, ...]) -> None:
        """Add a record of strings, numbers, tuples and None."""
        data = marshal.dumps(record)
        self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def newest_first(self) -> Iterator[Any]:
        """Return the records, the last one first; several may read at once, and nothing is put in any more."""
        self._file.flush()
        last = len(self)
        while last:
            first = last - 1
            while first and self._ends[last] - self._ends[first - 1] <= _BLOCK:
                first -= 1
            start = self._ends[first]
            data = memoryview(_whole(self._file.fileno(), self._ends[last] - start, start))
            for place in range(last - 1, first - 1, -1):
                yield marshal.loads(data[self._ends[place] - start : self._ends[place + 1] - start])  # noqa: S302 -- ours
            last = first


def _whole(descriptor: int, size: int, start: int) -> bytes:
    parts: list[bytes] = []
    while size and (part := os.pread(descriptor, size, start)):
        parts.append(part)
        size, start = size - len(part), start + len(part)
    return b"".join(parts)
