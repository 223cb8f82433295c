"""Rows of an index, each with a checksum: gathered while they are made, written many at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipecli.shell.database import Damaged, checksum

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipecli.shell.database import Database

_MANY = 20_000
"""So many rows are gathered before they go into a database that is being built."""
_encode = json.JSONEncoder(separators=(",", ":")).encode
_decode = json.JSONDecoder().raw_decode


class Rows:
    """The rows of a database: those that it has, and those that wait to be written.

    A database that is being built takes them on the way; for one that others read, too, they wait for `write`.
    """

    def __init__(self, database: Database) -> None:
        self.is_new = database.is_new
        self._database = database
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}
        self._count = 0
        database.connection.execute("BEGIN")  # what is read from here on is of one moment

    def read(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Return all rows of an answer."""
        return self._database.rows(question, *values)

    @property
    def waiting(self) -> bool:
        """Whether anything waits to be written."""
        return bool(self._waiting)

    def put(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Let rows be written."""
        waiting = self._waiting.setdefault(statement, [])
        before = len(waiting)
        waiting += rows
        self._count += len(waiting) - before
        if self.is_new and self._count > _MANY:
            self._flush()

    def write(self, question: str, unless: Sequence[tuple[Any, ...]]) -> bool:
        """Write what waits, all or nothing, and return whether it is written.

        Nothing is where a question has another answer by now than the one given, or where nothing can be written.
        """
        connection = self._database.connection
        done = self.is_new
        if self.is_new:
            self._flush()
            connection.execute("COMMIT")
        else:
            connection.execute("COMMIT")

            def work(_: object) -> None:
                nonlocal done
                if self.read(question) == unless:
                    self._flush()
                    done = True

            done = self._database.write(work, needed=False) and done
            self._waiting.clear()
        connection.execute("BEGIN")
        return done

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
