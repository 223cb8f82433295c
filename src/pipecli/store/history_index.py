"""The history index: what every commit made of the deals, so that it is read once ever.

The snapshot after a commit is what the commit changed of that of its first parent. Only the snapshot of one commit,
the `tip`, is kept whole; that of any other is the tip's, changed along the way between the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipecli.history.event import Timeline
from pipecli.history.snapshot import Snapshot
from pipecli.shell.database import Damaged
from pipecli.store import packing, versions
from pipecli.store.rows import Rows, dumped, opened, parsed, sealed
from pipecli.store.versions import KeptVersions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipecli.core.problem import Problem
    from pipecli.history.event import Ref
    from pipecli.history.snapshot import Held
    from pipecli.shell.database import Database
    from pipecli.store.packing import Author, Packed
    from pipecli.store.past import Told

TABLES = f"""{versions.TABLES}
CREATE TABLE commits (no INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, base INTEGER, data TEXT NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE more (place INTEGER PRIMARY KEY, data TEXT NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE faults (no INTEGER PRIMARY KEY, data TEXT NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE current (deal TEXT NOT NULL PRIMARY KEY, no INTEGER NOT NULL, place INTEGER NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, data TEXT NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE shelves (name TEXT NOT NULL, place INTEGER NOT NULL, data TEXT NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (name, place))
"""  # noqa: E501 -- a line a table
_PART = 256
"""So many entries of a commit stand in one row: a change of one deal is found without reading ten thousand others."""
_PARTS = 1 << 20
_NEAR = 20_000
"""So many rows are kept unpacked."""


class Index:
    """One index, as one process sees it. Raises `Damaged` wherever something in it cannot be right.

    `tip` is the number of the commit whose snapshot is kept whole, 0 where there is none; `last` that of the last
    commit, whose parents all have lower ones. The base of all snapshots is what was kept whole when it was opened.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rows = Rows(database)
        self.is_new = database.is_new
        self.last = int(self.rows.read("SELECT COALESCE(MAX(no), 0) FROM commits")[0][0])
        self._base = self.tip = int(self._certain("tip"))
        self._first = self.last
        self._faults: list[tuple[int, str]] = []
        self._faulty = int(self._certain("faults"))
        self._whole = int(self._certain("current"))
        self._is_whole = self.is_new
        self._versions = KeptVersions(self.rows)
        self.version, self.keep_version = self._versions.find, self._versions.keep
        self._commits: dict[int, tuple[str, int, Packed]] = {}
        self._added: dict[int, tuple[str, int, Packed]] = {}
        self._more: dict[int, list[Packed]] = {}
        self._numbers: dict[str, int] = {}
        self._helds: dict[Ref, Held] = {}
        self._timelines: dict[Ref, Timeline] = {}
        self._current: dict[str, Held | None] = {}

    def fact(self, name: str) -> Any:  # noqa: ANN401 -- whatever was put there
        """Return what was put under a name, or None."""
        found = self.rows.read("SELECT name, data, crc FROM facts WHERE name = ?", name)
        return parsed(opened(*found[0])[1]) if found else None

    def _certain(self, name: str) -> Any:  # noqa: ANN401 -- whatever was put there
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

    # Commits.

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

    def _entry(self, no: int, place: int) -> Packed:
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

    def _entries(self, no: int) -> Iterator[tuple[int, Packed]]:
        *_, first, count = self._commit(no)[2]
        yield from enumerate(first)
        for part in range(1, (count - len(first) - 1) // _PART + 2):
            yield from enumerate(self._part(no * _PARTS + part), start=part * _PART)

    # Snapshots.

    def snapshot(self, no: int) -> Snapshot:
        """Return the snapshot after a commit; all snapshots of an index have one base."""
        way = {deal: self._held(ref) if ref else None for deal, ref in self.way(self._base, no).items()}
        return Snapshot(base=self.current).changed(way)

    def way(self, start: int, end: int) -> dict[str, Ref | None]:
        """Return the deals that may differ between two snapshots, and where that after `end` has them; 0 is nothing."""
        found: dict[str, Ref | None] = {}
        forward: list[int] = []
        while start != end:
            if start > end:
                for _, (deal, was, _packed) in self._entries(start):
                    found[deal] = tuple(was) if was else None
                start = self._commit(start)[1]
            else:
                forward.append(end)
                end = self._commit(end)[1]
        for no in reversed(forward):
            for place, (deal, _, packed) in self._entries(no):
                found[deal] = None if packed is None else _ref(packed, no, place)
        return found

    def nothing(self) -> Snapshot:
        """Return the snapshot before a commit without parents."""
        return Snapshot(base=self.current).changed(dict.fromkeys(self.deals()))

    def deals(self) -> list[str]:
        """Return the deals of the snapshot that is kept whole."""
        found = [deal for (deal,) in self.rows.read("SELECT deal FROM current")]
        if self.tip == self._base and len(found) != self._whole:
            raise Damaged
        return found

    def current(self, deal: str) -> Held | None:
        """Return what the snapshot that is kept whole has of a deal, or None."""
        if deal not in self._current:
            rows = self.rows.read("SELECT deal, no, place, crc FROM current WHERE deal = ?", deal)
            if not rows:
                self._check_whole()
            self._current[deal] = self._held(opened(*rows[0])[1:]) if rows else None
        return self._current[deal]

    def _check_whole(self) -> None:
        """Raise `Damaged` where a deal of the snapshot that is kept whole is not found by its id, or is missing."""
        if self._is_whole or self.tip != self._base:
            return
        rows = self.rows.read("SELECT deal, no, place, crc FROM current")
        if sum(1 for row in rows if opened(*row)) != self._whole:
            raise Damaged
        self._is_whole = True

    def set_tip(self, no: int, entries: Iterable[tuple[str, Held | None]]) -> None:
        """Let the snapshot after another commit be the one that is kept whole; `entries` are what differs in it."""
        gone, there, whole = [], [], self._whole
        for deal, held in entries:
            whole += (1 if held else 0) - (1 if self.current(deal) else 0)  # asked here, the base stays what it was
            if held and held.ref:
                there.append(sealed(deal, *held.ref))
            else:
                gone.append((deal,))
        self.rows.put("DELETE FROM current WHERE deal = ?", gone)
        self.rows.put("INSERT OR REPLACE INTO current VALUES (?, ?, ?, ?)", there)
        self.tip = no
        self.put_fact("tip", no)
        self.put_fact("current", whole)

    def _held(self, ref: Ref) -> Held:
        found = self._helds.get(ref)
        if found is None:
            packed = self._entry(*ref)[2]
            if not packed or packing.is_reference(packed):
                raise Damaged
            found = self._helds[ref] = packing.unpacked(packed, ref, self._timeline)
        return found

    def _timeline(self, ref: Ref) -> Timeline:
        """Return the timeline that ends with a node, with all that comes before it."""
        waiting = [ref]
        while waiting:
            at = waiting[-1]
            if at in self._timelines:
                waiting.pop()
                continue
            node = self._node(at)
            missing = [r for r in (packing.before(node), packing.after(node)) if r and r not in self._timelines]
            if any(r >= at for r in missing):
                raise Damaged
            waiting += missing
            if not missing:
                self._timelines[at] = self._linked(at, node)
        return self._timelines[ref]

    def _node(self, ref: Ref) -> Packed:
        no, place, number = ref
        packed = self._entry(no, place)[2]
        try:
            node: Packed = packed[-1][number]
        except (IndexError, TypeError):
            raise Damaged from None
        return node

    def _linked(self, ref: Ref, node: Packed) -> Timeline:
        was, found = packing.before(node), packing.after(node)
        before = self._timelines[was] if was else None
        event = packing.event(node, self.author(packing.made_by(node)), self._timelines[found] if found else None)
        return Timeline(event, before, before.length + 1 if before else 1, ref)

    # Problems, and what is reachable.

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


def _ref(packed: Packed, no: int, place: int) -> Ref:
    return tuple(packed) if packing.is_reference(packed) else (no, place)
