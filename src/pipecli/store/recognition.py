"""Files known again by their stat data or by the ids of their contents; the others are read and parsed.

As git's own index does it, a file that looks as it did is not read again, unless it was changed so shortly before it
was read that a later change need not show.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

from pipecli.core import blob, reading
from pipecli.core.contents import Contents
from pipecli.core.layout import MAX_BYTES, FileKind, is_folder_of_ours, is_right_name
from pipecli.shell import clock, disk
from pipecli.store import packs
from pipecli.store.packs import STAMP, Key, Pack, Said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipecli.core.problem import Problem
    from pipecli.core.reading import Reading
    from pipecli.core.watch import Watch
    from pipecli.store.kept import Kept

_UNSETTLED = array("q", (-2, -2, -2, -2))
"""Stands for the stat data of a file that must be read again: no file looks like this."""


class Found(NamedTuple):
    """What files say: the records by path, and whatever else there is to tell of those with problems; what they hold.

    `named` has the ids of the files whose names are known to be right, by kind and path; `loose` are the others.
    `problems` are those of files that cannot be read.
    """

    records: Mapping[str, Any]
    others: Mapping[str, Reading]
    contents: Contents
    problems: Sequence[Problem]
    named: Mapping[FileKind, Mapping[str, str]]
    loose: Sequence[str]


class Entry(NamedTuple):
    """What is kept of one file."""

    stamp: array[int]
    id: str
    said: Said


class Recognition:
    """One look at some files of a workspace; `kept` is what was kept of them before."""

    def __init__(self, root: Path, kept: Kept, watch: Watch) -> None:
        self.root = root
        self.kept = kept
        self.watch = watch
        self.moment = clock.stamp()
        self.records: dict[str, Any] = {}
        self.others: dict[str, Reading] = {}
        self.loose: list[str] = []
        self.held: dict[str, bytes] = {}
        self.ids: dict[str, str] = {}
        self.named: dict[FileKind, dict[str, str]] = {}
        self.problems: list[Problem] = []
        self.parsed = 0
        self.total = 0

    def of(self, folders: Mapping[str, list[str]]) -> Found:
        """Return what files say that are given by folder, their names in order."""
        self.total = sum(map(len, folders.values()))
        for folder, names in folders.items():
            self._folder(folder, names)
        if self.parsed:
            self.watch.progress("reading files", self.total, self.total)
        for pack in self.kept.packs_outside(folders) if self.kept.every else ():
            self.kept.drop(pack)
        contents = Contents(self.held, self.ids, self._now)
        return Found(self.records, self.others, contents, self.problems, self.named, self.loose)

    def _folder(self, folder: str, names: list[str]) -> None:
        before = self.kept.packs_in(folder)
        if (whole := before.get(Key(folder))) and whole.names == names and len(before) == 1:
            self._group(whole.key, names, whole)  # as nearly always
            return
        known = {name for pack in before.values() for name in pack.names}
        crowd = len(names) if self.kept.every else packs.crowd_of(before)
        groups: dict[Key, list[str]] = {}
        ours = self.kept.is_open and folder.isprintable() and is_folder_of_ours(folder)
        for name in names:
            if name in known or (ours and is_right_name(folder, name)):
                groups.setdefault(packs.key_of(folder, name, crowd), []).append(name)
            else:
                self._loose(f"{folder}/{name}" if folder else name)
        for key, group in groups.items():
            self._group(key, group, before.get(key))
        for key in before.keys() - groups.keys() if self.kept.every else ():
            self.kept.drop(before[key])

    def _loose(self, path: str) -> None:
        data = self._content(path)
        if data is not None:
            self.loose.append(path)
            self._parsed(path, data)

    def _group(self, key: Key, names: list[str], before: Pack | None) -> None:
        stamps = disk.stamps(self.root, [f"{key.folder}/{name}" for name in names] if key.folder else names)
        if before and before.names == names and before.stamps == stamps:
            self._take(before, names)
            return
        at = {name: number for number, name in enumerate(before.names)} if before else {}
        looks = {name: stamps[number * STAMP : (number + 1) * STAMP] for number, name in enumerate(names)}
        changed = [n for n in names if not (before and n in at and before.stamp(at[n]) == looks[n])]
        if before and not changed and not (self.kept.every and len(at) > len(names)):
            self._take(before, names)
            return
        stay = at.keys() - set(changed)
        stay = stay & looks.keys() if self.kept.every else stay
        entries = {name: self._entry(before, at[name]) for name in stay if before}
        for name in changed:
            entry = self._again(key.path(name), key.kind.value, looks[name])
            if entry:
                entries[name] = entry
        self._put(key, names, entries, before)

    def _entry(self, pack: Pack, number: int) -> Entry:
        return Entry(pack.stamp(number), pack.ids[number], self.kept.said(pack)[pack.names[number]])

    def _again(self, path: str, kind: str, look: array[int]) -> Entry | None:
        """Read a file that is not as it was, and return what is to be kept of it, if anything is."""
        data = self._content(path)
        if data is None:
            return None
        identity = blob.content_ids(data)
        said = self.kept.find(identity, path, kind)
        if len(data) > MAX_BYTES:  # it was not read to its end, and has no id
            self.loose.append(path)
            self._parsed(path, data)
            return None
        if said is None:
            said = packs.said_by(self._parsed(path, data, made=False))
        return Entry(look if disk.is_settled(look, self.moment) else _UNSETTLED, identity, said)

    def _put(self, key: Key, names: Sequence[str], entries: Mapping[str, Entry], before: Pack | None) -> None:
        if not entries:
            if before:
                self.kept.drop(before)
            return
        order = sorted(entries)
        stamps = array("q")
        for name in order:
            stamps.extend(entries[name].stamp)
        ids, said = [entries[name].id for name in order], {name: one.said for name, one in entries.items()}
        pack = packs.packed(key, order, stamps, ids, said)
        self.kept.put(pack, before)
        self._take(pack, [name for name in names if name in entries])

    def _take(self, pack: Pack, names: Sequence[str]) -> None:
        """Take what a pack says of some of its files, but for those that were parsed just now."""
        paths = pack.paths(names)
        self.named.setdefault(pack.kind, {}).update(zip(paths, pack.identities(names), strict=True))
        whole = len(names) == len(pack.names)
        ids = pack.ids if whole else map(dict(zip(pack.names, pack.ids, strict=True)).__getitem__, names)
        self.ids.update(zip(paths, ids, strict=True))
        if whole and not self.parsed:
            records, others = pack.readings(paths)
            self.records.update(records)
            self.others.update(others)
        elif missing := [path for path in paths if path not in self.records and path not in self.others]:
            records, others = pack.readings()
            self.records.update((path, records[path]) for path in missing if path in records)
            self.others.update((path, others[path]) for path in missing if path in others)

    def _parsed(self, path: str, data: bytes, *, made: bool = True) -> Reading:
        self.parsed += 1
        if not self.parsed % 50:
            self.watch.progress("reading files", self.parsed, self.total)
        found = reading.read(path, data, made=made)
        if found.record is not None:
            self.records[path] = found.record
        if found.problems:
            self.others[path] = found
        return found

    def _content(self, path: str) -> bytes | None:
        pairs, problems = disk.read(self.root, [path])
        self.problems += problems
        self.held.update(pairs)
        return pairs[0][1] if pairs else None

    def _now(self, path: str) -> bytes | None:
        return dict(disk.read(self.root, [path])[0]).get(path)
