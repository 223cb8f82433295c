"""The versions of deal files that were ever read, by the blob that held them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.checksum import Damaged, checksum
from pipecli.store import packing
from pipecli.store.rows import dumped, opened, parsed, sealed

if TYPE_CHECKING:
    from pipecli.history.version import Version
    from pipecli.store.rows import Rows

TABLES = """
CREATE TABLE said (id INTEGER PRIMARY KEY, data TEXT NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE versions (blob BLOB NOT NULL PRIMARY KEY, said INTEGER NOT NULL) WITHOUT ROWID;
"""
_FRESH = 100_000
"""So many versions are at hand that may not be written yet: many more than rows that wait."""
_HALF = 32
_LOW = (1 << _HALF) - 1


class KeptVersions:
    """What blobs said: each thing once, since most versions differ in what the history does not need."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._first = int(rows.read("SELECT COALESCE(MAX(id), 0) FROM said")[0][0]) + 1
        self._numbers: dict[Version, int] = {}
        self._heard: dict[int, Version] = {}
        self._fresh: dict[str, Version] = {}

    def find(self, blob: str) -> Version | None:
        """Return the version in a blob, or None where it was never read."""
        found = self._fresh.get(blob)
        if found is not None:
            return found
        rows = self._rows.read("SELECT said FROM versions WHERE blob = ?", bytes.fromhex(blob))
        return self._hear(blob, rows[0][0]) if rows else None

    def keep(self, blob: str, version: Version) -> None:
        """Keep a version that was read."""
        number = self._numbers.get(version)
        if number is None:
            number = self._numbers[version] = self._first + len(self._numbers)
            self._rows.put("INSERT INTO said VALUES (?, ?, ?)", [sealed(number, dumped(packing.version(version)))])
        self._fresh[blob] = version
        if len(self._fresh) > _FRESH:
            for old in list(self._fresh)[: _FRESH // 2]:  # written long ago
                del self._fresh[old]
        said = number << _HALF | checksum((blob, number))
        self._rows.put("INSERT OR REPLACE INTO versions VALUES (?, ?)", [(bytes.fromhex(blob), said)])

    def _hear(self, blob: str, said: int) -> Version:
        number = said >> _HALF
        if said & _LOW != checksum((blob, number)):
            raise Damaged
        if number not in self._heard:
            rows = self._rows.read("SELECT id, data, crc FROM said WHERE id = ?", number)
            if not rows:
                raise Damaged
            self._heard[number] = packing.version_from(parsed(opened(*rows[0])[1]))
        return self._heard[number]
