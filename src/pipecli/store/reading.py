"""The index brought up to a commit: what it has of it is looked up, what is new is read from git and added."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipecli.store.shelves import AS_THEY_ARE, Form, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from pipecli.core.problem import Problem
    from pipecli.core.watch import Watch
    from pipecli.history.snapshot import Held, Snapshot
    from pipecli.shell.git import Repository
    from pipecli.store.history_index import Index
    from pipecli.store.past import Past, Told
    from pipecli.store.places import Places

_TIPS = 20
"""So many revisions that were read are told to git as known."""


class OutdatedError(Exception):
    """The index does not fit what is asked any more, and has to be made anew."""


class _ForgottenError(Exception):
    """A commit is not kept although git takes it for known: it is reachable from one that is, by another way."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a history is read: of what, up to which commit (a full hash), by which zone and parents.

    `earlier` is a commit of which the deals are wanted, too; `boundary` has those whose parents were not fetched.
    """

    repository: Repository
    tip: str
    zone: tzinfo
    first_parent: bool
    boundary: frozenset[str]
    watch: Watch
    earlier: str = ""


@dataclass(slots=True)
class Found:
    """What was found: the number of the commit, when it was committed, the snapshot after it, the problems on the way.

    `earlier` is the snapshot after the commit that was asked for besides; None where it is not in this history.
    `put_away`: the index was new, and is closed now that it is in its place; all that is known is at hand.
    """

    index: Index
    no: int
    snapshot: Snapshot
    problems: Sequence[Problem]
    recorded: datetime
    earlier: Snapshot | None = None
    put_away: bool = False
    _ready: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)

    def each(
        self, name: str, key: str, work: Callable[[Mapping[str, Held]], dict[str, Any]], form: Form = AS_THEY_ARE
    ) -> Mapping[str, Any]:
        """Return what some work makes of the deals: from the shelf of that name, where the index has it.

        `key` says from what else it follows, `form` how it is kept. The work is done on the deals that changed since
        only.
        """
        if (name, key) not in self._ready:
            shelf = Shelf(self.index, name, key, form)
            self._ready[name, key] = work(self._of(self.deals())) if self.put_away else self._each(shelf, work)
        return self._ready[name, key]

    def _each(self, shelf: Shelf, work: Callable[[Mapping[str, Held]], dict[str, Any]]) -> Mapping[str, Any]:
        tip = shelf.tip
        if not tip:
            values = work(self._of(self.deals()))
            changed = None
        else:
            values = shelf.load()
            changed = self.index.way(tip, self.no)
            if changed:
                fresh = work(self._of(changed))
                values = {deal: value for deal, value in values.items() if deal not in changed} | fresh
        if self.no == self.index.tip != tip:
            shelf.put(values, self.no, changed)
            self.index.write()
        return values

    def _of(self, deals: Iterable[str]) -> dict[str, Held]:
        return {deal: held for deal in sorted(deals) if (held := self.snapshot.get(deal))}

    def deals(self) -> Collection[str]:
        """Return every deal that there ever was, by its present or last id."""
        changed = dict(self.snapshot.entries())
        new = {deal for deal, held in changed.items() if held}
        return new if self.index.is_new else new.union(set(self.index.deals()) - changed.keys())

    def since(self) -> Collection[str]:
        """Return the deals of which the earlier commit may know something else, whatever its ids for them."""
        entries = (one.entries() for one in (self.snapshot, self.earlier) if one)
        return {deal for each in entries for deal, _ in each}


def find(index: Index, reading: Reading) -> Found:
    """Return what the index has of a commit; what is missing is read, added and written.

    The snapshot is then kept whole where the commit is that of HEAD. Raises `OutdatedError` where the index has to be
    made anew, and `OvertakenError` where it is to be opened again.
    """
    no = index.number(reading.tip)
    if not no:
        try:
            snapshot, earlier = _read(index, reading, index.fact("tips") or [])
        except _ForgottenError:
            snapshot, earlier = _read(index, reading, [])
        no = index.number(reading.tip)
    else:
        snapshot, earlier = index.snapshot(no), None
    if earlier is None:
        before = index.number(reading.earlier) if reading.earlier else 0
        earlier = index.snapshot(before) if before and before in index.reachable(no, before) else None
    if no != index.tip and (not index.tip or reading.tip == reading.repository.head):
        index.set_tip(no, snapshot.entries())
    index.write()
    return Found(index, no, snapshot, index.problems(no), index.author(no).recorded, earlier)


def _read(index: Index, reading: Reading, known: Sequence[str]) -> tuple[Snapshot, Snapshot | None]:
    with closing(_past(index, reading, known)) as past:
        snapshot, earlier = _walked(index, reading, past)
    index.put_tips(list(dict.fromkeys((reading.tip, *(index.fact("tips") or ()))))[:_TIPS])
    return snapshot, earlier


def _walked(index: Index, reading: Reading, past: Past) -> tuple[Snapshot, Snapshot | None]:
    """Return the snapshots after the tip and the earlier commit; None where that is not among the new ones."""
    from pipecli.history.step import Rules  # noqa: PLC0415 -- only where git has more than the index
    from pipecli.history.timeline import advance, stem  # noqa: PLC0415 -- the same

    rules = Rules(past.versions, reading.zone, stem, reading.boundary, reading.first_parent)
    live: dict[str, Snapshot] = {}
    earlier = None
    for told in past:
        name = told.commit.hash
        if index.is_new or not index.number(name):
            parents = list(_parents(told, live, index))
            done = advance(told.commit, parents, rules)
            index.add(told, done.entries, parents[0] if parents else None, done.problems)
            live[name] = done.snapshot
        if name == reading.earlier:
            earlier = live.get(name)
        for parent in told.done_with:
            live.pop(parent, None)
    if reading.tip not in live:
        raise _ForgottenError
    return live[reading.tip], earlier


def _past(index: Index, reading: Reading, known: Sequence[str]) -> Past:
    """Return the commits that are not known.

    Raises `OutdatedError` where by them the workspace lay elsewhere at known ones than it was read at.
    """
    from pipecli.history.scan import Scanner  # noqa: PLC0415 -- only where git has more than the index
    from pipecli.store.past import Past  # noqa: PLC0415 -- the same
    from pipecli.store.places import Places  # noqa: PLC0415 -- the same

    places = Places(reading.repository.prefix)
    past = Past(
        reading.repository.git, reading.tip, places, Scanner().read, index,
        first_parent=reading.first_parent, without=known, watch=reading.watch,
    )  # fmt: skip
    try:
        _check_places(places, past, index)
    except BaseException:
        past.close()
        raise
    return past


def _check_places(places: Places, past: Past, index: Index) -> None:
    known_ends = [commit for commit in past.ends if index.number(commit)]
    if any(sorted(places.left.get(commit, ())) != index.former(commit) for commit in known_ends):
        raise OutdatedError


def _parents(told: Told, live: dict[str, Snapshot], index: Index) -> Iterator[Snapshot]:
    """Yield the snapshots of a commit's parents."""
    for parent in dict.fromkeys(told.commit.parents):
        if parent not in live:
            no = index.number(parent)
            if not no:
                raise _ForgottenError
            live[parent] = index.snapshot(no)
        yield live[parent]
    if not told.commit.parents and not index.is_new:
        yield index.nothing()
