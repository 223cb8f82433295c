"""What the history index keeps of each commit: who made it, of which parents, what of each deal it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipecli.core.checksum import Damaged
from pipecli.store import packing
from pipecli.store.rows import Rows, dumped, opened, parsed, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipecli.core.problem import Problem
    from pipecli.history.snapshot import Held, Snapshot
    from pipecli.shell.database import Database
    from pipecli.store.packing import Author, Packed
    from pipecli.store.past import Told

TABLES = """
CREATE TABLE commits (no INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, base INTEGER, data TEXT NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE more (place INTEGER PRIMARY KEY, data TEXT NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE faults (no INTEGER PRIMARY KEY, data TEXT NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, data TEXT NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;
"""  # noqa: E501 -- a line a table
_PART = 256
"""So many entries of a commit stand in one row: a change of one deal is found without reading ten thousand others."""
_PARTS = 1 << 20
_NEAR = 20_000
"""So many rows are kept unpacked."""


class Recorded:
    """The commits, numbered so that parents have lower numbers, and facts about the whole by their names.

    `last` is the number of the last commit. Raises `Damaged` wherever something in it cannot be right.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rows = Rows(database)
        self.is_new = database.is_new
        self.last = int(self.rows.read("SELECT COALESCE(MAX(no), 0) FROM commits")[0][0])
        self._first = self.last
        self._faults: list[tuple[int, str]] = []
        self._faulty = int(self.certain("faults"))
        self._commits: dict[int, tuple[str, int, Packed]] = {}
        self._added: dict[int, tuple[str, int, Packed]] = {}
        self._more: dict[int, list[Packed]] = {}
        self._numbers: dict[str, int] = {}

    def fact(self, name: str) -> Any:  # noqa: ANN401 -- whatever was put there
        """Return what was put under a name, or None."""
        found = self.rows.read("SELECT name, data, crc FROM facts WHERE name = ?", name)
        return parsed(opened(*found[0])[1]) if found else None

    def certain(self, name: str) -> Any:  # noqa: ANN401 -- whatever was put there
        """Return a fact that every index has, 0 where nothing was read yet."""
        found = self.fact(name)
        if found is None and self.last:
            raise Damaged
        return found or 0

    def put_tips(self, tips: Sequence[str]) -> None:
        """Keep which revisions were read, and how many commits with problems there are by now."""
        self.put_fact("tips", tips)
        self.put_fact("faults", self._faulty + len(self._faults))

    def put_fact(self, name: str, value: object) -> None:
        """Keep something that JSON can hold under a name."""
        self.rows.put("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", [sealed(name, dumped(value))])

    def write(self) -> None:
        """Write what was added. Raises `OvertakenError` where another process has written since this one began to read.

        Where nothing can be written this index goes on without it.
        """
        self.rows.write()

    def number(self, commit: str) -> int:
        """Return the number of a commit, or 0 where it was never read."""
        found = self._numbers.get(commit)
        if found is None:
            rows = self.rows.read("SELECT no FROM commits WHERE hash = ?", commit)
            if not rows:
                return 0
            found = self._numbers[commit] = int(rows[0][0])
            if self._commit(found)[0] != commit:
                raise Damaged
        return found

    def author(self, no: int) -> Author:
        """Return who made a commit."""
        name, _, data = self._commit(no)
        return packing.author(name, data[2])

    def tree(self, commit: str) -> str:
        """Return the tree of a commit, or the empty string where it was never read."""
        no = self.number(commit)
        return str(self._commit(no)[2][1]) if no else ""

    def former(self, commit: str) -> list[str]:
        """Return where the workspace lay besides at a commit that was read."""
        return list(self._commit(self.number(commit))[2][3])

    def base(self, no: int) -> int:
        """Return the number of the first parent of a commit, or 0 where it has none."""
        return self._commit(no)[1]

    def _commit(self, no: int) -> tuple[str, int, Packed]:
        found = self._commits.get(no) or self._added.get(no)
        if found is None:
            rows = self.rows.read("SELECT no, hash, base, data, crc FROM commits WHERE no = ?", no)
            if not rows:
                raise Damaged
            _, name, base, data = opened(*rows[0])
            if len(self._commits) > _NEAR:
                self._commits.clear()
            found = self._commits[no] = name, base, parsed(data)
        return found

    def add(
        self, told: Told, entries: Mapping[str, Held | None], was: Snapshot | None, problems: Sequence[Problem]
    ) -> None:
        """Keep a commit whose parents are kept; `was` is the snapshot after the first of them."""
        commit = told.commit
        self.last = no = self.last + 1
        self._numbers[commit.hash] = no
        parents = [self.number(parent) for parent in commit.parents]
        packed = []
        for place, (deal, held) in enumerate(entries.items()):
            before = was.get(deal) if was else None
            packed.append([deal, before and before.ref, packing.held(held, no, place, self.number)])
        about = [parents, told.tree, packing.author_of(commit), list(told.former)]
        data = dumped([*about, packed[:_PART], len(packed)])
        base = next((parent for parent in parents if parent), 0)
        self.rows.put("INSERT INTO commits VALUES (?, ?, ?, ?, ?)", [sealed(no, commit.hash, base, data)])
        for part in range(1, (len(packed) - 1) // _PART + 1):
            row = sealed(no * _PARTS + part, dumped(packed[part * _PART : (part + 1) * _PART]))
            self.rows.put("INSERT INTO more VALUES (?, ?, ?)", [row])
        if told.problems or problems:
            listed = dumped([packing.problem_of(problem) for problem in (*told.problems, *problems)])
            self._faults.append((no, listed))
            self.rows.put("INSERT INTO faults VALUES (?, ?, ?)", [sealed(no, listed)])
        if not self.is_new:
            self._added[no] = commit.hash, base, [*about, packed, len(packed)]

    def entry(self, no: int, place: int) -> Packed:
        """Return what a commit changed at a place: the deal, what its first parent had of it, what there is now."""
        part, rest = divmod(place, _PART) if no not in self._added else (0, place)
        try:
            found: Packed = (self._part(no * _PARTS + part) if part else self._commit(no)[2][4])[rest]
        except IndexError:
            raise Damaged from None
        return found

    def _part(self, place: int) -> list[Packed]:
        if place not in self._more:
            rows = self.rows.read("SELECT place, data, crc FROM more WHERE place = ?", place)
            if not rows:
                raise Damaged
            self._more[place] = parsed(opened(*rows[0])[1])
        return self._more[place]

    def entries(self, no: int) -> Iterator[tuple[int, Packed]]:
        """Yield everything that a commit changed, with its place."""
        *_, first, count = self._commit(no)[2]
        yield from enumerate(first)
        for part in range(1, (count - len(first) - 1) // _PART + 2):
            yield from enumerate(self._part(no * _PARTS + part), start=part * _PART)

    def problems(self, no: int) -> tuple[Problem, ...]:
        """Return the problems of a commit and of all that are reachable from it, in the order of their moments."""
        kept = self.rows.read("SELECT no, data, crc FROM faults WHERE no <= ?", self._first)
        if len(kept) != self._faulty:
            raise Damaged
        rows = [*(opened(*row) for row in kept), *self._faults]
        if not rows:
            return ()
        known = self.reachable(no, min(at for at, _ in rows))
        found = sorted((self.author(at).recorded, self.author(at).hash, data) for at, data in rows if at in known)
        return tuple(packing.problem_from(packed) for _, _, data in found for packed in parsed(data))

    def reachable(self, no: int, since: int) -> set[int]:
        """Return the commits that are reachable from one, without those of a lower number than `since`."""
        found: set[int] = set()
        waiting = [no]
        while waiting:
            at = waiting.pop()
            if at >= since and at not in found:
                found.add(at)
                waiting += self._commit(at)[2][0]
        return found
