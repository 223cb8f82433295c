"""An SQLite file that only saves time: made where it is missing, made anew where it is damaged or of another layout.

It lies in a git directory, which may have come from a stranger. Nothing that it holds can run anything: its schema
must be exactly the one that is wanted, and it is believed only where this program made it, which its inode tells.
Where it cannot be kept (a read-only directory, a lock held for too long) the same work is done in memory.
"""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote

from pipecli.core.checksum import Damaged
from pipecli.core.watch import SILENT, Watch
from pipecli.shell import fresh
from pipecli.shell.fresh import is_plain

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

T = TypeVar("T")
Row = tuple[Any, ...]

PATIENCE = 1.0
"""Seconds to wait for another process that is writing."""
_ABOUT = "CREATE TABLE about (layout TEXT NOT NULL, inode INTEGER NOT NULL)"
_NOT_DAMAGE = frozenset({3, 5, 6, 8, 10, 13, 14, 15, 22, 23})
"""SQLite's codes for what is no fault of the file: no right, busy, locked, read-only, a full disk, no file …"""


class Unfit(Exception):  # noqa: N818 -- a state of the file, known here only
    """A database is not of this layout, or was not made here."""


class Database:
    """An open database. `is_new`: there was none that could be used, so that it is empty.

    A new one is built beside its place and put there, whole, by `keep`; `path` is None for one in memory.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None, building: Path | None = None) -> None:
        self.connection = connection
        self.path = path
        self._building = building
        self.is_new = path is None or building is not None

    def rows(self, question: str, *values: object) -> list[Row]:
        """Return all rows of an answer."""
        return _rows(self.connection, question, *values)

    def write(self, work: Callable[[sqlite3.Connection], object], *, needed: bool = True) -> bool:
        """Do some writing in one transaction, and return whether the file has it now.

        Where the file cannot be written, this database goes on as a copy in memory if the writing is `needed`.
        """
        import sqlite3  # noqa: PLC0415 -- it takes 18 ms to load

        try:
            self._transact(work)
        except sqlite3.Error as error:
            if self.path is None or not is_elsewhere(error):
                raise
            if needed:
                self._go_on_in_memory()
                self._transact(work)
            return False
        return self.path is not None

    def _transact(self, work: Callable[[sqlite3.Connection], object]) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            work(self.connection)
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def _go_on_in_memory(self) -> None:
        memory = _connect(":memory:")
        self.connection.backup(memory)
        self.close()
        self.connection, self.path = memory, None

    def keep(self) -> None:
        """Put a new database into its place, if that can be; the connection is closed."""
        building, self._building = self._building, None
        self.connection.close()
        if building is None or self.path is None:
            return
        try:
            with building.open("rb") as file:
                os.fsync(file.fileno())
            _journal(self.path).unlink(missing_ok=True)  # one of another file would be played back into this one
            building.replace(self.path)
        except OSError:
            fresh.discard(building)

    def close(self) -> None:
        """Close the connection; what was built and not kept is removed."""
        self.connection.close()
        if self._building is not None:
            fresh.discard(self._building)
            self._building = None

    def __enter__(self) -> Self:
        """Return the database, to be kept where the block ends well."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Keep it, or drop what was built."""
        if kind is None:
            self.keep()
        self.close()


def used(
    path: Path, layout: str, tables: str, work: Callable[[Database], T], watch: Watch = SILENT, *, what: str = "index"
) -> T:
    """Return what some work finds in the database at `path`; where it is damaged, the work is done again on a new one.

    The work may raise `Damaged`, and must be such that it can be done twice. A new database is kept when it ends.
    """
    import sqlite3  # noqa: PLC0415 -- it takes 18 ms to load

    database = opened(path, layout, tables, watch, what=what)
    try:
        with database:
            return work(database)
    except (Damaged, sqlite3.Error) as error:
        if database.path is None:
            raise
        again = in_memory if database.is_new or is_elsewhere(error) else _anew
    if again is _anew:
        _warn(watch, what, path)
    with again(path, layout, tables) as database:
        return work(database)


def opened(path: Path, layout: str, tables: str, watch: Watch = SILENT, *, what: str = "index") -> Database:
    """Return the database at `path`, a new one if it is missing, damaged or of another layout, or one in memory.

    `tables` are the statements that make it, each ended by a semicolon. It is used in a `with`, at whose end a new one
    is kept. Whoever meets damage later raises `Damaged` within `used`.
    """
    import sqlite3  # noqa: PLC0415 -- it takes 18 ms to load

    try:
        return _found(path, layout, tables)
    except Unfit:
        pass
    except (Damaged, sqlite3.Error) as error:
        if is_elsewhere(error):
            return in_memory(path, layout, tables)
        _warn(watch, what, path)
    return _anew(path, layout, tables)


def _anew(path: Path, layout: str, tables: str) -> Database:
    import sqlite3  # noqa: PLC0415 -- it takes 18 ms to load

    try:
        return _made(path, layout, tables)
    except (Unfit, sqlite3.Error):
        return in_memory(path, layout, tables)


def _warn(watch: Watch, what: str, path: Path) -> None:
    watch.warn(f"the {what} {path} is damaged and is built again")


class Fitness(StrEnum):
    """Whether a database can be used as it is, or why not."""

    READY = "ready"
    OTHER = "other"
    DAMAGED = "damaged"
    UNUSABLE = "unusable"


def fitness(path: Path, layout: str, tables: str) -> Fitness:
    """Return whether the database that is at a place can be used; nothing is changed."""
    import sqlite3  # noqa: PLC0415 -- it takes 18 ms to load

    if not is_plain(path):
        return Fitness.UNUSABLE
    try:
        _found(path, layout, tables).close()
    except Unfit:
        return Fitness.OTHER
    except (Damaged, sqlite3.Error) as error:
        return Fitness.UNUSABLE if is_elsewhere(error) else Fitness.DAMAGED
    return Fitness.READY


def remove(path: Path) -> None:
    """Remove a database and what belongs to it. Raises `OSError` where that cannot be."""
    if is_plain(path):
        _journal(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def _found(path: Path, layout: str, tables: str) -> Database:
    """Return the database that is there. Raises `Unfit`, `Damaged` or SQLite's errors where it cannot be used."""
    if not is_plain(path) or _journal(path).is_symlink():
        raise Unfit
    connection = _connect(f"file:{quote(os.fsencode(path))}?mode=rw")
    try:
        _check(connection, path, layout, _statements(tables))
    except BaseException:
        connection.close()
        raise
    return Database(connection, path)


def _check(connection: sqlite3.Connection, path: Path, layout: str, wanted: Sequence[str]) -> None:
    """Raise `Unfit` for another layout and for a file that was copied here, `Damaged` for a schema that is not ours."""
    schema = {sql for (sql,) in _rows(connection, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    if not schema:
        raise Unfit
    if _ABOUT not in schema:
        raise Damaged
    about = _rows(connection, "SELECT layout, inode FROM about")
    if len(about) != 1:
        raise Damaged
    if about[0] != (layout, path.stat().st_ino):
        raise Unfit
    if schema != {_ABOUT, *wanted}:
        raise Damaged


def _made(path: Path, layout: str, tables: str) -> Database:
    """Return a new database, still beside its place. Raises `Unfit` where nothing can be written there."""
    try:
        building = fresh.begin(path)
    except OSError:
        raise Unfit from None
    connection = _connect(f"file:{quote(os.fsencode(building))}?mode=rw")
    database = Database(connection, path, building)
    try:
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA synchronous = OFF")
        _lay_out(connection, layout, building.stat().st_ino, tables)
    except BaseException:
        database.close()
        raise
    return database


def in_memory(_path: Path, layout: str, tables: str) -> Database:
    """Return a database that nobody keeps."""
    connection = _connect(":memory:")
    _lay_out(connection, layout, 0, tables)
    return Database(connection, None)


def _lay_out(connection: sqlite3.Connection, layout: str, inode: int, tables: str) -> None:
    connection.execute("BEGIN")
    for statement in (_ABOUT, *_statements(tables)):
        connection.execute(statement)
    connection.execute("INSERT INTO about VALUES (?, ?)", (layout, inode))
    connection.execute("COMMIT")


def _connect(name: str) -> sqlite3.Connection:
    import sqlite3  # noqa: PLC0415 -- it takes 18 ms to load

    connection = sqlite3.connect(name, timeout=PATIENCE, isolation_level=None, uri=True)
    for setting in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "synchronous = NORMAL"):
        try:
            _rows(connection, f"PRAGMA {setting}")
        except BaseException:
            connection.close()
            raise
    return connection


def _rows(connection: sqlite3.Connection, question: str, *values: object) -> list[Row]:
    """Return all rows of an answer. Raises `Damaged` where SQLite quotes bytes of the file in an error."""
    try:
        return connection.execute(question, values).fetchall()
    except UnicodeDecodeError:
        raise Damaged from None


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")


def _statements(tables: str) -> list[str]:
    return [statement for part in tables.split(";") if (statement := part.strip())]


def is_elsewhere(error: Exception) -> bool:
    """Return whether an error is that of the disk, of rights or of a lock, and not one of what the file holds."""
    return (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF in _NOT_DAMAGE
