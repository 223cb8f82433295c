"""Rows of an index, each with a checksum: gathered while they are made, written many at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipecli.core.checksum import Damaged, checksum

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.shell.database import Database

_MANY = 20_000
"""So many rows are gathered before they go into a database that is being built."""
_VERSION = "PRAGMA data_version"
"""Another number than before: another connection has written since."""
_encode = json.JSONEncoder(separators=(",", ":")).encode
_decode = json.JSONDecoder().raw_decode


class OvertakenError(Exception):
    """Another process has written: what was read before, and what is read now, do not belong together."""


class Rows:
    """The rows of a database: those that it has, and those that wait to be written.

    All that is read between `begin` and `end` is of one moment, and of the one that was read first: else both `begin`
    and `write` raise `OvertakenError`. It is begun when it is made. Nobody else can write in between, so who keeps
    it for later ends it. A database that is being built takes rows on the way; for one that others read, too, they
    wait for `write`.
    """

    def __init__(self, database: Database) -> None:
        self.is_new = database.is_new
        self._database = database
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}
        self._count = 0
        self._lost = False
        self._moment = 0
        self.begin()

    def begin(self) -> None:
        """Begin to read."""
        self._database.connection.execute("BEGIN")
        self._check()

    def end(self) -> None:
        """Let others write."""
        if self._database.connection.in_transaction:
            self._database.connection.execute("COMMIT")

    def _check(self) -> None:
        now = self.read(_VERSION)[0][0]
        self._moment = self._moment or now
        if now != self._moment:
            raise OvertakenError

    def read(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Return all rows of an answer."""
        return self._database.rows(question, *values)

    def put(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Let rows be written."""
        waiting = self._waiting.setdefault(statement, [])
        before = len(waiting)
        waiting += rows
        self._count += len(waiting) - before
        if self.is_new and self._count > _MANY:
            self._flush()

    def write(self) -> None:
        """Write what waits, all or nothing.

        Where it cannot be written nothing is later on, either: what comes then builds on this.
        """
        if not self._waiting:
            return
        if self.is_new:
            self._flush()
            return
        self.end()
        if not self._lost:
            self._lost = not self._database.write(lambda _: self._take(), needed=False)
        self._waiting.clear()
        self.begin()

    def _take(self) -> None:
        self._check()
        self._flush()

    def _flush(self) -> None:
        for statement, rows in self._waiting.items():
            self._database.connection.executemany(statement, rows)
        self._waiting.clear()
        self._count = 0


def dumped(value: object) -> str:
    """Return a value as JSON."""
    return _encode(value)


def sealed(*values: object) -> tuple[Any, ...]:
    """Return the values of a row, and their checksum as its last."""
    return (*values, checksum(values))


def opened(*row: object) -> tuple[Any, ...]:
    """Return the values of a row without the checksum. Raises `Damaged` where that does not fit."""
    values = row[:-1]
    if checksum(values) != row[-1]:
        raise Damaged
    return values


def parsed(data: str) -> Any:  # noqa: ANN401 -- whatever was put there
    """Return the value of a JSON text. Raises `Damaged` where it is none."""
    try:
        return _decode(data)[0]
    except ValueError:
        raise Damaged from None
