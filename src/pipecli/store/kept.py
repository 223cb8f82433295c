"""The index of the work tree: what was kept of its files when they were read before, and what is kept of them now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.checksum import Damaged, checksum
from pipecli.store import packs

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Container, Iterable, Mapping

    from pipecli.shell.database import Database
    from pipecli.store.packs import Key, Pack, Said

TABLES = f"""{packs.TABLE}
CREATE TABLE former (number INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, said TEXT NOT NULL,
crc INTEGER NOT NULL, UNIQUE (id, kind));
CREATE TABLE verdicts (number INTEGER PRIMARY KEY, state TEXT NOT NULL UNIQUE, found TEXT NOT NULL,
crc INTEGER NOT NULL);
"""
_MOST = 50_000
"""Contents that are no longer there and are remembered, in case that they come back: with another branch, say."""


class Kept:
    """What is kept of the files in some folders, or of `every` file; without a database nothing is.

    Raises `Damaged` where what is kept cannot be right.
    """

    def __init__(self, database: Database | None, folders: Iterable[str], *, every: bool) -> None:
        self.every = every
        self.is_open = database is not None
        self._database = database
        self._stored: dict[str, dict[Key, Pack]] = {}
        self._said: dict[Key, dict[str, Said]] = {}
        self._by_id: dict[tuple[str, str], tuple[Pack, str]] | None = None
        self._former: bool | None = None
        self._new: list[Pack] = []
        self._gone: list[Key] = []
        self._left: dict[tuple[str, str], Said] = {}
        if database and not database.is_new:
            self._load(database, folders)

    def _load(self, database: Database, folders: Iterable[str]) -> None:
        question = f"SELECT {packs.COLUMNS} FROM packs"  # noqa: S608 -- a constant
        if self.every:
            rows = database.rows(question)
        else:
            rows = [row for folder in folders for row in database.rows(f"{question} WHERE folder = ?", folder)]
        for row in rows:
            pack = packs.pack_of(row)
            self._stored.setdefault(pack.key.folder, {})[pack.key] = pack

    def packs_in(self, folder: str) -> Mapping[Key, Pack]:
        """Return the packs of the files in a folder."""
        return self._stored.get(folder, {})

    def packs_outside(self, folders: Container[str]) -> list[Pack]:
        """Return the packs of folders other than these."""
        return [pack for folder, inside in self._stored.items() if folder not in folders for pack in inside.values()]

    def said(self, pack: Pack) -> Mapping[str, Said]:
        """Return what is kept of the files of a pack, by name."""
        if pack.key not in self._said:
            self._said[pack.key] = pack.said()
        return self._said[pack.key]

    def find(self, identity: str, path: str, kind: str) -> Said | None:
        """Return what a content says, wherever it was met before; problems are those of one path only."""
        if self._by_id is None:
            every = [pack for inside in self._stored.values() for pack in inside.values()]
            self._by_id = {
                (one, p.kind.value): (p, name) for p in every for one, name in zip(p.ids, p.names, strict=True)
            }
        found = self._by_id.get((identity, kind))
        if found:
            pack, name = found
            said = self.said(pack)[name]
            return said if pack.path(name) == path or not said.problems else None
        return self._find_former(identity, kind)

    def _find_former(self, identity: str, kind: str) -> Said | None:
        if self._database is None or self._database.is_new:
            return None
        if self._former is None:
            self._former = bool(self._database.rows("SELECT 1 FROM former LIMIT 1"))
        for said, crc in self._database.rows(_FORMER, identity, kind) if self._former else ():
            if checksum((identity, kind, said)) != crc:
                raise Damaged
            return packs.unlisted(said)
        return None

    def put(self, pack: Pack, before: Pack | None) -> None:
        """Keep a pack in the place of another."""
        if pack != before:
            self._new.append(pack)
            if before:
                self._leave(before, dict(zip(pack.names, pack.ids, strict=True)))

    def drop(self, pack: Pack) -> None:
        """Keep a pack no longer."""
        self._gone.append(pack.key)
        self._leave(pack, {})

    def _leave(self, pack: Pack, present: Mapping[str, str]) -> None:
        """Remember what a pack says of contents that are not present any more."""
        for name, identity in zip(pack.names, pack.ids, strict=True):
            if present.get(name) != identity and not (said := self.said(pack)[name]).problems:
                self._left[identity, pack.kind.value] = said

    def save(self) -> None:
        """Write what is new, if anything is and that can be."""
        if self._database and (self._new or self._gone):
            self._database.write(self._write, needed=False)

    def _write(self, connection: sqlite3.Connection) -> None:
        connection.executemany("DELETE FROM packs WHERE folder = ? AND bucket = ?", self._gone)
        row = f"REPLACE INTO packs ({packs.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 -- a constant
        connection.executemany(row, map(packs.row_of, self._new))
        left = [(*key, packs.listed(said)) for key, said in self._left.items()]
        connection.executemany(
            "INSERT OR IGNORE INTO former (id, kind, said, crc) VALUES (?, ?, ?, ?)",
            [(*values, checksum(values)) for values in left],
        )
        if left:
            connection.execute("DELETE FROM former WHERE number <= (SELECT max(number) FROM former) - ?", (_MOST,))


_FORMER = "SELECT said, crc FROM former WHERE id = ? AND kind = ?"
