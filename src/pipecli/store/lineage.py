"""The commits that touch one deal, each with what its file was: one `git log`, one `git cat-file`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from pipecli.history import version
from pipecli.history.blame import Touch
from pipecli.history.order import parents_first
from pipecli.history.rename import renames
from pipecli.history.timeline import stem
from pipecli.shell import log
from pipecli.shell.blobs import blobs
from pipecli.store.commits import Commits
from pipecli.store.places import Places
from pipecli.store.shallow import refuse_shallow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pipecli.history.commit import Change, Commit
    from pipecli.shell.git import Repository

_Files = tuple[tuple[str, str], ...]
"""The files of one id, path and blob, by path; empty once it is removed."""


def lineage(repository: Repository, deal: str, tip: str, *, allow_shallow: bool = False) -> tuple[Touch, ...]:
    """Return the commits in the history of `tip` that touch a deal, under former ids, too; parents first.

    A merge is among them where its parents have different pasts of the deal. Where several files claim the id, it
    is the first of them. Empty where the deal never was. Raises `PipeError` where git fails, and for a shallow clone
    unless `allow_shallow`.
    """
    refuse_shallow(repository, allow_shallow=allow_shallow)
    commits = Commits()
    for record in log.records(repository.git, tip, Places(repository.prefix)):
        commits.add(record)
    every = commits.all()
    names = _names(every, deal)
    wanted = dict.fromkeys(
        change.new
        for one in every
        for side in one.changes
        for change in side
        if change.new and stem(change.path) in names
    )
    contents = dict(blobs(repository.git, wanted)) if wanted else {}
    boundary = log.boundary(repository) if repository.shallow else frozenset()
    walk = _Walk(names, contents, boundary, [])
    return walk.touches_of(deal, every, commits.tip)


def _names(commits: Iterable[Commit], deal: str) -> frozenset[str]:
    """Return the ids that may have been the deal's: those gone in a commit in which one of them was new."""
    links = [link for commit in commits for side in commit.changes if (link := _link(side))]
    names = {deal}
    while more := [link for link in links if link.came & names and not names.issuperset(link.came | link.gone)]:
        names.update(name for link in more for name in link.came | link.gone)
    return frozenset(names)


class _Link(NamedTuple):
    came: frozenset[str]
    gone: frozenset[str]


def _link(side: Sequence[Change]) -> _Link | None:
    """Return the ids that are new and those that are gone; None where there are not both."""
    if all(change.new for change in side) or all(change.old for change in side):
        return None
    olds = {stem(change.path) for change in side if change.old}
    news = {stem(change.path) for change in side if change.new}
    return _Link(frozenset(news - olds), frozenset(olds - news)) if news - olds and olds - news else None


@dataclass(frozen=True, slots=True)
class _Line:
    """Where one id stands at a commit: its last touch and its first, its files, the ids that it had before."""

    touch: int
    first: int
    files: _Files
    names: frozenset[str] = frozenset()


_Lines = dict[str, _Line]


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes through the commits, parents first, and takes up the touches of some ids."""

    names: frozenset[str]
    contents: Mapping[str, bytes | None]
    boundary: Collection[str]
    touches: list[Touch]

    def touches_of(self, deal: str, commits: Iterable[Commit], tip: str) -> tuple[Touch, ...]:
        """Return the touches that lead to what the deal is at the tip."""
        states: dict[str, _Lines] = {}
        for commit in parents_first(commits):
            parents = [states[name] for name in dict.fromkeys(commit.parents) if name in states] or [{}]
            states[commit.hash] = self._after(commit, parents)
        line = states.get(tip, {}).get(deal)
        return _leading_to(self.touches, line.touch) if line else ()

    def _after(self, commit: Commit, parents: Sequence[_Lines]) -> _Lines:
        changes = self._by_id(commit.changes[0]) if commit.changes else {}
        if not changes and all(other is parents[0] for other in parents):
            return parents[0]
        return (
            self._merged(commit, parents, changes) if len(parents) > 1 else self._changed(commit, parents[0], changes)
        )

    def _by_id(self, changes: Iterable[Change]) -> dict[str, list[Change]]:
        found: dict[str, list[Change]] = defaultdict(list)
        for change in changes:
            if (name := stem(change.path)) in self.names:
                found[name].append(change)
        return found

    def _changed(self, commit: Commit, before: _Lines, changes: Mapping[str, list[Change]]) -> _Lines:
        files = {name: _files(before.get(name), some) for name, some in changes.items()}
        gone = [name for name, left in files.items() if not left and name in before and before[name].files]
        fresh = {name: version.parse(self._data(left)) for name, left in files.items() if left and name not in before}
        renamed = renames(commit.changes[0], gone, fresh, stem)
        after = {name: line for name, line in before.items() if name not in renamed.values()}
        for name in sorted(files.keys() - set(renamed.values())):
            old = renamed.get(name)
            line = before.get(old or name)
            names = (line.names if line else frozenset()) | ({old} if old else frozenset())
            after[name] = self._touch(commit, [line] if line else [], files[name], names)
        return after

    def _merged(self, commit: Commit, parents: Sequence[_Lines], changes: Mapping[str, list[Change]]) -> _Lines:
        ids = sorted({name for parent in parents for name in parent} | changes.keys())
        files = {name: _files(parents[0].get(name), changes.get(name, ())) for name in ids}
        after: _Lines = {}
        absorbed: set[str] = set()
        for name in sorted(ids, key=lambda one: (not files[one], one)):
            lines = _distinct(parents, name)
            firsts = {line.first for line in lines}
            for old in sorted({old for line in lines for old in line.names if files[name] and not files.get(old)}):
                others = [line for line in _distinct(parents, old) if line.first in firsts]
                absorbed.update([old] if others else [])
                lines += others
            if len(lines) == 1 and lines[0].files == files[name]:
                after[name] = lines[0]
            elif lines or files[name]:
                after[name] = self._touch(
                    commit, lines, files[name], frozenset(n for line in lines for n in line.names)
                )
        merged = {name: line for name, line in after.items() if name not in absorbed}
        return parents[0] if merged == parents[0] else merged

    def _touch(self, commit: Commit, lines: Sequence[_Line], files: _Files, names: frozenset[str]) -> _Line:
        self.touches.append(
            Touch(
                commit=commit.hash,
                author=commit.author,
                email=commit.email,
                authored=commit.authored,
                recorded=commit.recorded,
                message=commit.message,
                path=files[0][0] if files else "",
                data=self._data(files),
                parents=tuple(line.touch for line in lines),
                cut=commit.hash in self.boundary,
            )
        )
        place = len(self.touches) - 1
        return _Line(place, lines[0].first if lines else place, files, names)

    def _data(self, files: _Files) -> bytes | None:
        return self.contents.get(files[0][1]) if files else None


def _files(line: _Line | None, changes: Iterable[Change]) -> _Files:
    left = dict(line.files) if line else {}
    for change in changes:
        left.pop(change.path, None)
        if change.new:
            left[change.path] = change.new
    return tuple(sorted(left.items()))


def _distinct(parents: Sequence[_Lines], name: str) -> list[_Line]:
    """Return the lines of an id in the parents, each touch once."""
    return list({line.touch: line for parent in parents if (line := parent.get(name))}.values())


def _leading_to(touches: Sequence[Touch], last: int) -> tuple[Touch, ...]:
    """Return the touches from which a touch follows, and itself, with their places among these."""
    wanted = set(_before(touches, last))
    place = {old: new for new, old in enumerate(sorted(wanted))}
    return tuple(replace(touches[old], parents=tuple(place[p] for p in touches[old].parents)) for old in place)


def _before(touches: Sequence[Touch], last: int) -> Iterator[int]:
    waiting, seen = [last], {last}
    while waiting:
        at = waiting.pop()
        yield at
        more = [parent for parent in touches[at].parents if parent not in seen]
        seen.update(more)
        waiting += more
