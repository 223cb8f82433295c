"""One reading of the history, and the database that keeps its index: opened, found damaged, made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pipecli.core.checksum import Damaged
from pipecli.shell import database
from pipecli.store.edition import edition
from pipecli.store.history_index import TABLES, Index
from pipecli.store.reading import Found, OutdatedError, Reading, find
from pipecli.store.rows import OvertakenError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipecli.shell.database import Database

T = TypeVar("T")
_ROOMS = ("core", "history", "store")
"""The rooms that decide what the engine makes of a history: another edition of them has every index made anew."""
_WHAT = "index of the history"
_TRIES = 3


def layout() -> str:
    """Return by which program an index must have been made, to be believed."""
    return edition(_ROOMS)


class Source:
    """What was found, for whoever asks: looked up in the index where there is one, else in memory.

    `prepare` is run on what a new index has, before that is put into its place.
    """

    def __init__(self, path: Path, reading: Reading, prepare: Callable[[Found], None]) -> None:
        self.reading = reading
        self._path = path
        self._prepare = prepare
        self._found: Found | None = None

    def ask(self, work: Callable[[Found], T]) -> T:
        """Return what some work makes of what was found; the work is done again where the index fails it."""
        import sqlite3  # noqa: PLC0415 -- it takes 18 ms to load

        for _ in range(_TRIES):
            found = self._found = self._found or self._open()
            try:
                return _asked(found, work)
            except (Damaged, OvertakenError, sqlite3.Error) as error:
                if found.index.is_new:
                    raise
                self._found = None
                self._close(found.index.database, error)
        self._found = self._look(database.in_memory(self._path, layout(), TABLES))
        return work(self._found)

    def look_up(self, work: Callable[[Found], T]) -> T:
        """Return what some work makes of the index itself, which is opened again where it was put away."""
        if self._found and self._found.put_away:
            self._found = None
        return self.ask(work)

    def _open(self) -> Found:
        import sqlite3  # noqa: PLC0415 -- it takes 18 ms to load

        for _ in range(_TRIES):
            kept = database.opened(self._path, layout(), TABLES, self.reading.watch, what=_WHAT)
            try:
                return self._look(kept)
            except (Damaged, OutdatedError, OvertakenError, sqlite3.Error) as error:
                if kept.is_new:
                    raise
                self._close(kept, error)
            except BaseException:
                kept.close()
                raise
        return self._look(database.in_memory(self._path, layout(), TABLES))

    def _look(self, kept: Database) -> Found:
        index = Index(kept)
        found = find(index, self.reading)
        if kept.is_new:
            self._prepare(found)
            index.write()
        index.rows.end()
        if kept.is_new:
            kept.keep()
            found.put_away = True
        return found

    def _close(self, kept: Database, error: Exception) -> None:
        """Close an index; one that is damaged, or of no use any more, is removed."""
        kept.close()
        if isinstance(error, OvertakenError) or database.is_elsewhere(error):
            return
        if not isinstance(error, OutdatedError):
            self.reading.watch.warn(f"the {_WHAT} {self._path} is damaged and is built again")
        database.remove(self._path)


def _asked(found: Found, work: Callable[[Found], T]) -> T:
    """Return what some work makes of what was found; between two works others may write."""
    if found.put_away:
        return work(found)
    try:
        found.index.rows.begin()
        return work(found)
    finally:
        found.index.rows.end()
