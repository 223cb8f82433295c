"""The history of a workspace's deals, from the index and from what git has beyond it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from pipecli.core.watch import SILENT, Watch
from pipecli.history.visits import visits
from pipecli.shell import log
from pipecli.store import derived, moment, promised, stays
from pipecli.store.lazily import Lazily
from pipecli.store.reading import Reading
from pipecli.store.shallow import refuse_shallow
from pipecli.store.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime, tzinfo
    from pathlib import Path

    from pipecli.core.pipeline import Pipeline
    from pipecli.core.problem import Problem
    from pipecli.core.promise import Promise
    from pipecli.core.visit import Visit
    from pipecli.history.event import Event
    from pipecli.history.snapshot import Held, Snapshot
    from pipecli.history.visits import ClockName
    from pipecli.shell.git import Repository
    from pipecli.store.derived import Packed
    from pipecli.store.reading import Found

_Visits = Mapping[str, Sequence["Visit"]]
_FULL = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
_EFFECTIVE: ClockName = "effective"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which visits are wanted: by which stages and clock, until when, and of some deals those of other events."""

    pipelines: Mapping[str, Pipeline]
    clock: ClockName = _EFFECTIVE
    until: datetime | None = None
    instead: Mapping[str, Sequence[Event]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What they follow from beside the history."""
        return derived.key_of(self.pipelines, self.clock)

    def each(self, timelines: Mapping[str, Sequence[Event]]) -> dict[str, Sequence[Visit]]:
        """Return the visits of some timelines by deal."""
        found: dict[str, list[Visit]] = {}
        for one in self.of(timelines):
            found.setdefault(one.deal, []).append(one)
        return dict(found)

    def of(self, timelines: Mapping[str, Sequence[Event]]) -> Sequence[Visit]:
        """Return the visits of some timelines."""
        return visits(timelines, self.pipelines, clock=self.clock, until=self.until)


class History:
    """What happened up to the commit `tip` (a full hash; empty where there is no commit yet).

    What it has of each deal is looked up when it is asked for. `recorded` is when the tip was committed. `shallow`:
    the history is cut off, and visits at the cut are marked. `first_parent`: a move counts from when it reached the
    main line.
    """

    def __init__(self, source: Source | None = None, *, shallow: bool = False, first_parent: bool = False) -> None:
        self._source = source
        self.tip = source.reading.tip if source else ""
        self.shallow, self.first_parent = shallow, first_parent
        self.recorded: datetime | None = source.ask(lambda found: found.recorded) if source else None
        self.problems: Sequence[Problem] = source.ask(lambda found: found.problems) if source else ()

    @property
    def timelines(self) -> Mapping[str, tuple[Event, ...]]:
        """Deal id → its events in order, of deals that were removed, too."""
        if self._source is None:
            return {}
        source = self._source
        return Lazily(lambda: source.ask(_deals), lambda deal: source.ask(lambda found: _events(found.snapshot, deal)))

    @property
    def earlier(self) -> Mapping[str, tuple[Event, ...]] | None:
        """The timelines at the commit that was asked for besides; None where it is not in the history of the tip.

        Only of the deals of which the tip may know something else.
        """
        if self._source is None:
            return None
        return self._source.ask(_earlier)

    @property
    def since(self) -> Mapping[str, tuple[Event, ...]]:
        """The timelines of the deals of which the earlier commit may know something else."""
        return self._source.ask(_since) if self._source else {}

    @property
    def last(self) -> Mapping[str, Packed]:
        """What the tip has of each deal, as `derived.last` packs it."""
        return self._source.ask(_last) if self._source else {}

    def remembered(self, name: str, key: str, work: Callable[[], Sequence[str]]) -> Sequence[str]:
        """Return what some work finds: what it found the last time, if that was asked by the same key."""

        def look(found: Found) -> Sequence[str]:
            known = None if found.put_away else found.index.fact(name)
            if known and known[0] == key:
                return list(known[1])
            made = work()
            if not found.put_away:
                found.index.put_fact(name, [key, list(made)])
                found.index.write()
            return made

        return self._source.ask(look) if self._source else work()

    @property
    def promises(self) -> Mapping[str, Sequence[Promise]]:
        """On which days each deal was expected to close: see `pipecli.store.promised`."""
        if self._source is None:
            return {}
        source = self._source
        return Lazily.of(lambda: _promises(source.look_up(_promised)))

    def visits(self, wanted: Wanted) -> Sequence[Visit]:
        """Return the visits of all deals."""
        by_deal = self._each(_visits, wanted)
        return [visit for deal in sorted(by_deal) for visit in by_deal[deal]]

    def current(self, wanted: Wanted) -> Mapping[str, Visit]:
        """Return the open visit of each deal."""
        find = (
            _current if wanted.until is None else _visits
        )  # of a visit that is over by now nobody knows whether it was
        return {deal: own[-1] for deal, own in stays.current(self._each(find, wanted)).items()}

    def _each(self, find: Callable[[Found, Wanted], Mapping[str, Sequence[Visit]]], wanted: Wanted) -> _Visits:
        """Return the visits of each deal; worked out anew of those with other events, or with some that are to come."""
        if self._source is None:
            return wanted.each(wanted.instead)
        found: _Visits = self._source.ask(lambda found: find(found, wanted))
        early = {} if wanted.until is None else self._by(wanted.until, found)
        if not (early or wanted.instead):
            return found
        return {
            **{deal: own for deal, own in found.items() if deal not in early},
            **wanted.each({**early, **wanted.instead}),
        }

    def _by(self, until: datetime, found: _Visits) -> Mapping[str, Sequence[Event]]:
        """Return the timelines of the deals of which something happened after a moment."""
        late = [
            deal
            for deal, own in found.items()
            if any(one.entered > until or (one.left or until) > until for one in own)
        ]
        return {deal: self.timelines[deal] for deal in late}


def read(  # noqa: PLR0913 -- options of the reading commands, by name
    repository: Repository,
    *,
    zone: tzinfo,
    at: str = "HEAD",
    as_of: datetime | None = None,
    first_parent: bool = False,
    allow_shallow: bool = False,
    earlier: str = "",
    pipelines: Mapping[str, Pipeline] | None = None,
    watch: Watch = SILENT,
) -> History:
    """Return the history of the deals at a revision, with two git processes for what the index does not have.

    `as_of` takes the last commit on the revision's first-parent line that was committed by then; `earlier` is the
    full hash of a commit of which the timelines are wanted, too; `pipelines` are those by which the visits of a new
    index are worked out at once. Raises `PipeError` where git fails, and for a shallow clone unless `allow_shallow`.
    """
    refuse_shallow(repository, allow_shallow=allow_shallow)
    tip = _tip(repository, at, as_of)
    if not tip:
        return History(first_parent=first_parent)
    boundary = log.boundary(repository) if repository.shallow else frozenset()
    reading = Reading(repository, tip, zone, first_parent, boundary, watch, earlier)
    source = Source(_place(reading), reading, lambda found: _prepare(found, Wanted(pipelines or {})))
    return History(source, shallow=repository.shallow, first_parent=first_parent)


def _tip(repository: Repository, at: str, as_of: datetime | None) -> str:
    if at == "HEAD" and not repository.head:
        return ""
    if as_of is not None:
        return moment.as_of(repository, as_of, at=at)
    if at == "HEAD":
        return repository.head
    return at if _FULL.fullmatch(at) else moment.resolve(repository, at)


def _place(reading: Reading) -> Path:
    """Return where the index lies: one for each way to read the history."""
    way = (reading.repository.prefix, str(reading.zone), reading.first_parent, sorted(reading.boundary))
    name = sha256(repr(way).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return reading.repository.common / "pipe" / f"history-{name}.sqlite"


def _prepare(found: Found, wanted: Wanted) -> None:
    """Work out what most views need, while all of a new index is at hand."""
    _last(found)
    every = _visits(found, wanted)
    found.each(f"current {wanted.clock}", wanted.key, lambda _: stays.current(every), stays.STAYS)


def _deals(found: Found) -> Collection[str]:
    return [deal for deal in sorted(found.deals()) if _events(found.snapshot, deal)]


def _events(snapshot: Snapshot, deal: str) -> tuple[Event, ...] | None:
    held = snapshot.get(deal)
    return held.timeline.events() if held and held.timeline else None


def _earlier(found: Found) -> dict[str, tuple[Event, ...]] | None:
    return None if found.earlier is None else _some(found.earlier, found.since())


def _since(found: Found) -> dict[str, tuple[Event, ...]]:
    return _some(found.snapshot, found.since())


def _some(snapshot: Snapshot, deals: Collection[str]) -> dict[str, tuple[Event, ...]]:
    return {deal: events for deal in sorted(deals) if (events := _events(snapshot, deal))}


def _last(found: Found) -> Mapping[str, Packed]:
    return found.each("last", "", lambda helds: {deal: derived.last(held) for deal, held in helds.items()})


def _promised(found: Found) -> Mapping[str, Sequence[Packed]]:
    return found.each("promises", "", lambda helds: promised.packed(found.index, helds))


def _promises(packed: Mapping[str, Sequence[Packed]]) -> Mapping[str, Sequence[Promise]]:
    return {deal: promised.promises(own) for deal, own in packed.items()}


def _visits(found: Found, wanted: Wanted) -> Mapping[str, Sequence[Visit]]:
    return found.each(f"visits {wanted.clock}", wanted.key, lambda helds: _of(helds, wanted), stays.STAYS)


def _current(found: Found, wanted: Wanted) -> Mapping[str, Sequence[Visit]]:
    name = f"current {wanted.clock}"
    return found.each(name, wanted.key, lambda helds: stays.current(_of(helds, wanted)), stays.STAYS)


def _of(helds: Mapping[str, Held], wanted: Wanted) -> dict[str, Sequence[Visit]]:
    ever = replace(wanted, until=None)
    return ever.each({deal: held.timeline.events() for deal, held in helds.items() if held.timeline})
