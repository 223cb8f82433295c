"""What an index keeps of the files of one folder: their stat data, the ids of their contents, what they say.

What they say is kept by columns, one for each attribute, as the plain data that the strict loader gave; it is read
when it is asked for (`pipecli.core.late`). A damaged pack raises `Damaged`.
"""

from __future__ import annotations

import json
from array import array
from dataclasses import astuple, dataclass, field, fields
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from pipecli.core import plain
from pipecli.core.checksum import Damaged
from pipecli.core.late import Columns, Late
from pipecli.core.layout import FOLDERS, FileKind, place
from pipecli.core.problem import Problem, Severity
from pipecli.core.reading import RECORDS, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

STAMP = 4
"""So many numbers of a file's stat data are kept: modified, changed, size, inode."""
COLUMNS = "folder, bucket, names, stamps, ids, records, wrong, crc"
TABLE = """
CREATE TABLE packs (folder TEXT NOT NULL, bucket TEXT NOT NULL, names TEXT NOT NULL, stamps BLOB NOT NULL,
ids TEXT NOT NULL, records BLOB NOT NULL, wrong TEXT NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (folder, bucket));
"""
_CROWD = 500
"""Files of one folder that are kept together; those of a larger folder are divided, so that a change costs little."""
_BUCKETS = 64


class Said(NamedTuple):
    """What is kept of one file: its plain data if there are any, whether they are a record, and its problems."""

    data: Mapping[str, Any] | None
    whole: bool
    problems: tuple[Problem, ...] = ()


class Key(NamedTuple):
    """Which files are in a pack."""

    folder: str
    bucket: str = ""

    @property
    def kind(self) -> FileKind:
        """The kind of all files of the pack."""
        return FileKind(self.folder.partition("/")[0] or self.bucket)

    def path(self, name: str) -> str:
        """Return the path of a file of the pack."""
        return f"{self.folder}/{name}" if self.folder else name


def key_of(folder: str, name: str, crowd: int) -> Key:
    """Return the pack of a file in a folder of so many."""
    if not folder:
        return Key(folder, name)
    return Key(folder, str(crc32(name.encode("utf-8", "surrogateescape")) % _BUCKETS) if crowd > _CROWD else "")


def crowd_of(keys: Iterable[Key]) -> int:
    """Return as how many the files of a folder count that has these packs."""
    return _CROWD + 1 if any(key.folder and key.bucket for key in keys) else 0


@dataclass(frozen=True, slots=True)
class Pack:
    """The files of a pack, by name in order. `wrong` are those with problems, by name; `records` has the others."""

    key: Key
    names: list[str]
    stamps: array[int]
    ids: list[str]
    records: dict[str, bytes]
    wrong: dict[str, Said] = field(default_factory=dict)

    @property
    def kind(self) -> FileKind:
        """The kind of all its files."""
        return self.key.kind

    def path(self, name: str) -> str:
        """Return the path of a file."""
        return self.key.path(name)

    def paths(self, names: Sequence[str]) -> list[str]:
        """Return the paths of some files."""
        folder = self.key.folder
        return [f"{folder}/{name}" for name in names] if folder else list(names)

    def identities(self, names: Sequence[str]) -> list[str]:
        """Return the ids of the records of some files: their names, but for files of which there is one."""
        return [name[:-5] for name in names] if self.key.folder else [""]

    def stamp(self, at: int) -> array[int]:
        """Return the stat data of the file at a place."""
        return self.stamps[at * STAMP : (at + 1) * STAMP]

    def whole(self) -> list[str]:
        """Return the names of the files that have a record."""
        return (
            [name for name in self.names if (one := self.wrong.get(name)) is None or one.whole]
            if self.wrong
            else self.names
        )

    def readings(self, every: Sequence[str] = ()) -> tuple[dict[str, Any], dict[str, Reading]]:
        """Return the records of the files by path, and whatever else there is to tell of those with problems.

        `every` are the paths of all its files, where they are at hand.
        """
        names = self.whole()
        paths = every if every and not self.wrong else self.paths(names)
        records = dict(zip(paths, self._made(names, paths), strict=True))
        others = {}
        for name, said in self.wrong.items():
            path = self.path(name)
            rest = None if said.whole or said.data is None else self._record(said.data, path)
            others[path] = Reading(problems=said.problems, rest=rest)
        return records, others

    def _made(self, names: Sequence[str], paths: Sequence[str]) -> list[Any]:
        kind = RECORDS[self.kind]
        if issubclass(kind, Late):
            return Columns(kind, self.identities(names), paths, self.records).records
        return [self._record(data, path) for data, path in zip(self._rows(len(paths)), paths, strict=True)]

    def _record(self, data: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 -- any record
        what = place(path)
        named = {"id": what.id, "path": path} if what and self.kind in FOLDERS else {}
        return plain.record(RECORDS[self.kind], {**data, **named})

    def _rows(self, number: int) -> list[dict[str, Any]]:
        """Return the plain data of the files that have a record."""
        rows: list[dict[str, Any]] = [{} for _ in range(number)]
        for key, column in self.records.items():
            for row, value in zip(rows, json.loads(column), strict=True):
                if value is not None:
                    row[key] = value
        return rows

    def said(self) -> dict[str, Said]:
        """Return what is kept of each file, by name."""
        names = self.whole()
        found = {name: Said(row, whole=True) for name, row in zip(names, self._rows(len(names)), strict=True)}
        for name, one in self.wrong.items():
            found[name] = one._replace(data=found[name].data) if one.whole else one
        return found


def said_by(reading: Reading) -> Said:
    """Return what is kept of a file that was read."""
    return Said(reading.data, reading.whole, reading.problems)


def packed(key: Key, names: list[str], stamps: array[int], ids: list[str], said: Mapping[str, Said]) -> Pack:
    """Return a pack of files, whose names are in order."""
    rows = [one.data or {} for name in names if (one := said[name]).whole]
    words = dict.fromkeys(key for row in rows for key in row)
    records = {word: _json([row.get(word) for row in rows]).encode() for word in words}
    wrong = {name: one for name in names if (one := said[name]).problems or not one.whole}
    return Pack(key, names, stamps, ids, records, wrong)


def row_of(pack: Pack) -> tuple[Any, ...]:
    """Return the row of the table that keeps a pack, with its checksum."""
    records = b"\n".join([_json(list(pack.records)).encode(), *pack.records.values()])
    wrong = {name: _listed(one) for name, one in pack.wrong.items()}
    row = (*pack.key, "\0".join(pack.names), pack.stamps.tobytes(), "\n".join(pack.ids), records, _json(wrong))
    return (*row, _crc(row))


def pack_of(row: tuple[Any, ...]) -> Pack:
    """Return the pack that a row keeps. Raises `Damaged`."""
    try:
        *values, crc = row
        folder, bucket, names, stamps, ids, records, wrong = values
        if _crc(values) != crc:
            raise Damaged
        numbers = array("q")
        numbers.frombytes(stamps)
        words, *columns = records.split(b"\n")
        return Pack(
            Key(folder, bucket),
            names.split("\0"),
            numbers,
            ids.split("\n"),
            dict(zip(json.loads(words), columns, strict=True)),
            {name: _unlisted(one) for name, one in json.loads(wrong).items()} if wrong != "{}" else {},
        )
    except (ValueError, TypeError, AttributeError, LookupError):
        raise Damaged from None


def _crc(values: Sequence[Any]) -> int:
    crc = 0
    for value in values:
        crc = crc32(value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass"), crc32(b"\0", crc))
    return crc


_PROBLEM = tuple(one.name for one in fields(Problem))


def listed(said: Said) -> str:
    """Return what is kept of a file as JSON."""
    return _json([said.data, *_listed(said)])


def unlisted(text: str) -> Said:
    """Return what is kept of a file. Raises `Damaged`."""
    try:
        data, *rest = json.loads(text)
        return _unlisted(rest)._replace(data=data)
    except (ValueError, TypeError, LookupError):
        raise Damaged from None


def _listed(said: Said) -> list[Any]:
    return [None if said.whole else said.data, said.whole, [astuple(problem) for problem in said.problems]]


def _unlisted(values: list[Any]) -> Said:
    data, whole, problems = values
    return Said(data, whole, tuple(_problem(dict(zip(_PROBLEM, one, strict=True))) for one in problems))


def _problem(values: dict[str, Any]) -> Problem:
    return Problem(**values | {"severity": Severity(values["severity"]), "loc": tuple(values["loc"])})


_json: Callable[[Any], str] = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
