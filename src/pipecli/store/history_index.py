"""The history index: what every commit made of the deals, so that it is read once ever.

The snapshot after a commit is what the commit changed of that of its first parent. Only the snapshot of one commit,
the `tip`, is kept whole; that of any other is the tip's, changed along the way between the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.checksum import Damaged
from pipecli.history.event import Timeline
from pipecli.history.snapshot import Snapshot
from pipecli.store import packing, recorded, versions
from pipecli.store.recorded import Recorded
from pipecli.store.rows import opened, sealed
from pipecli.store.versions import KeptVersions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipecli.history.event import Ref
    from pipecli.history.snapshot import Held
    from pipecli.shell.database import Database
    from pipecli.store.packing import Packed

TABLES = f"""{versions.TABLES}{recorded.TABLES}
CREATE TABLE current (deal TEXT NOT NULL PRIMARY KEY, no INTEGER NOT NULL, place INTEGER NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE shelves (name TEXT NOT NULL, place INTEGER NOT NULL, data TEXT NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (name, place))
"""  # noqa: E501 -- a line a table


class Index(Recorded):
    """One index, as one process sees it. Raises `Damaged` wherever something in it cannot be right.

    `tip` is the number of the commit whose snapshot is kept whole, 0 where there is none. The base of all snapshots is
    what was kept whole when it was opened.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._base = self.tip = int(self.certain("tip"))
        self._whole = int(self.certain("current"))
        self._is_whole = self.is_new
        self._versions = KeptVersions(self.rows)
        self.version, self.keep_version = self._versions.find, self._versions.keep
        self._helds: dict[Ref, Held] = {}
        self._timelines: dict[Ref, Timeline] = {}
        self._current: dict[str, Held | None] = {}

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
                for _, (deal, was, _packed) in self.entries(start):
                    found[deal] = tuple(was) if was else None
                start = self.base(start)
            else:
                forward.append(end)
                end = self.base(end)
        for no in reversed(forward):
            for place, (deal, _, packed) in self.entries(no):
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
            packed = self.entry(*ref)[2]
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
        packed = self.entry(no, place)[2]
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


def _ref(packed: Packed, no: int, place: int) -> Ref:
    return tuple(packed) if packing.is_reference(packed) else (no, place)
