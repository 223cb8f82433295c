"""The definition of a deal's timeline (docs/history.md), written down as slowly and literally as it reads.

Whole timelines at each commit, from the whole trees of the commit and its parents. Nothing is shared with the
engine but the classes of its results.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import yaml
from literal_trailers import chain, trailers, unknown

from pipecli.core.visit import Clock, Truncated
from pipecli.history.event import Event

if TYPE_CHECKING:
    from datetime import tzinfo

Key = tuple[str, str, int]
State = tuple[str, str] | None
Files = dict[str, dict[str, bytes]]


@dataclass(frozen=True)
class Meta:
    author: str
    email: str
    authored: datetime
    recorded: datetime
    message: str


class Story(Protocol):
    def parents(self, commit: str) -> list[str]: ...
    def tree(self, commit: str) -> dict[str, bytes]: ...
    def meta(self, commit: str) -> Meta: ...


@dataclass(frozen=True)
class Known:
    """What a commit knows of one deal: events with the keys that each comes after, former ids, last `since`."""

    events: tuple[tuple[Event, frozenset[Key]], ...] = ()
    names: tuple[str, ...] = ()
    since: str = ""

    @property
    def state(self) -> State:
        return self.events[-1][0].state if self.events else None

    @property
    def keys(self) -> frozenset[Key]:
        return frozenset(event.key for event, _ in self.events)


class Literal:
    def __init__(self, story: Story, zone: tzinfo, *, first_parent: bool = False) -> None:
        self.story, self.zone, self.first_parent = story, zone, first_parent
        self.done: dict[str, dict[str, Known]] = {}

    def timelines(self, tip: str) -> dict[str, tuple[Event, ...]]:
        known = self.at(tip)
        return {deal: tuple(e for e, _ in known[deal].events) for deal in sorted(known) if known[deal].events}

    def at(self, commit: str) -> dict[str, Known]:
        if commit not in self.done:
            parents = list(dict.fromkeys(self.story.parents(commit)))
            parents = parents[:1] if self.first_parent else parents
            one = len(parents) < 2
            found = self.one_parent(commit, parents) if one else self.merge(commit, parents)
            self.done[commit] = {d: k for d, k in found.items() if k.events or d in self.files(commit)}
        return self.done[commit]

    def files(self, commit: str) -> Files:
        found: Files = {}
        for path, data in self.story.tree(commit).items():
            if path.startswith("deals/") and path.endswith(".yaml"):
                found.setdefault(path.split("/")[-1][:-5], {})[path] = data
        return found

    def one_parent(self, commit: str, parents: list[str]) -> dict[str, Known]:
        past = self.at(parents[0]) if parents else {}
        before: Files = self.files(parents[0]) if parents else {}
        now = self.files(commit)
        renamed = _renamed(past, before, now)
        result = {}
        for deal in past.keys() | now.keys() | {t.deal for t in trailers(self.story.meta(commit).message)}:
            if deal in renamed.values():
                continue
            old = renamed.get(deal)
            known = past.get(old or deal)
            sinces = [known.since] if known else []
            known = known or Known()
            known = replace(known, names=(*known.names, old)) if old else known
            result[deal] = self.settle(commit, [n for n in (old, deal) if n], known, sinces, now)
        return result

    def merge(self, commit: str, parents: list[str]) -> dict[str, Known]:
        pasts = [self.at(parent) for parent in parents]
        now = self.files(commit)
        absorbed = _absorbed(pasts, now)
        gone = {name for names in absorbed.values() for name in names}
        ids = {deal for past in pasts for deal in past} | now.keys()
        ids |= {t.deal for t in trailers(self.story.meta(commit).message)}
        result = {}
        for deal in ids - gone:
            names = [deal, *absorbed.get(deal, [])]
            held = [past[name] for name in names for past in pasts if name in past]
            known = Known(
                _union([k.events for k in held]), tuple(dict.fromkeys(n for k in held for n in k.names)),
                held[0].since if held else "",
            )  # fmt: skip
            result[deal] = self.settle(commit, [deal], known, [k.since for k in held], now)
        return result

    def settle(self, commit: str, ids: list[str], known: Known, sinces: list[str], now: Files) -> Known:
        deal = ids[-1]
        version = _version(now.get(deal, {}))
        if deal not in now:
            return self.grown(commit, ids, known, None, "", provenance=False)
        if version is None:
            return self.grown(commit, ids, known, known.state, "", provenance=False)
        since = version.get("stage_since", "")
        written = since if since not in sinces or known.state is None else ""
        state = (version["pipeline"], version["stage"])
        grown = self.grown(commit, ids, known, state, written, provenance="provenance" in version)
        return replace(grown, since=since)

    def grown(self, commit: str, ids: list[str], known: Known, state: State, since: str, *, provenance: bool) -> Known:
        meta = self.story.meta(commit)
        plain = self.first_parent and len(self.story.parents(commit)) > 1
        said = [t for name in ids for t in trailers(meta.message) if t.deal == name]
        story = [] if plain else chain(unknown(said, [event for event, _ in known.events]), known.state, state)
        entry = known.events[-1][0].effective if known.events else None
        imported = "Pipe-Import" in meta.message
        unseen = known.state is None and state is not None and provenance and not imported
        base = Event(
            deal=ids[-1], commit=commit, state=state, effective=meta.authored, recorded=meta.recorded,
            author=meta.author, email=meta.email, imported=imported,
        )  # fmt: skip
        if len(story) > 1:
            told = [
                replace(
                    base, deal=t.deal, state=t.target, effective=t.moment, clock=Clock.TRAILER, op=t.op,
                    from_trailer=not (known.state != state and t is story[-1]),
                    truncated=Truncated.START_UNKNOWN if unseen and t is story[0] else Truncated.NO,
                    number=[(u.op, u.deal) for u in story[:place]].count((t.op, t.deal)),
                )
                for place, t in enumerate(story)
            ]  # fmt: skip
            return _with(known, told)
        if state == known.state:
            return known
        if story:
            base = replace(base, deal=story[0].deal, effective=story[0].moment, clock=Clock.TRAILER, op=story[0].op)
        if unseen:
            moment = self.stage_since(since, meta, None)
            truncated = Truncated.START_KNOWN if moment else Truncated.START_UNKNOWN
            base = replace(base, truncated=truncated)
            if moment:
                base = replace(base, effective=moment[0], clock=moment[1])
        elif not story and not plain:
            moment = self.stage_since(since, meta, entry)
            base = replace(base, effective=moment[0], clock=moment[1]) if moment else base
        return _with(known, [base])

    def stage_since(self, text: str, meta: Meta, entry: datetime | None) -> tuple[datetime, Clock] | None:
        if not text:
            return None
        latest = meta.recorded + timedelta(days=1)
        if len(text) > len("2026-01-01"):
            moment = datetime.fromisoformat(text)
            fits = moment <= latest and (entry is None or entry <= moment)
            return (moment, Clock.STAGE_SINCE) if fits else None
        day = date.fromisoformat(text)
        if day == meta.authored.astimezone(self.zone).date():
            return meta.authored, Clock.AUTHOR_DATE
        start = datetime.combine(day, time(), self.zone)
        end = datetime.combine(day + timedelta(days=1), time(), self.zone)
        if start > latest or (entry is not None and end <= entry):
            return None
        return (max(start, entry) if entry is not None else start), Clock.STAGE_SINCE


def _with(known: Known, events: list[Event]) -> Known:
    for event in events:
        known = replace(known, events=(*known.events, (event, known.keys)))
    return known


def _version(files: dict[str, bytes]) -> dict[str, Any] | None:
    found = [_parsed(files[path]) for path in sorted(files)]
    if not found or any(v is None for v in found):
        return None
    states = {(v["pipeline"], v["stage"]) for v in found if v}
    return found[0] if len(states) == 1 else None


def _parsed(data: bytes) -> dict[str, Any] | None:
    try:
        found = yaml.load(data, Loader=yaml.BaseLoader)  # noqa: S506 -- text only, and ours
    except yaml.YAMLError:
        return None
    whole = isinstance(found, dict) and all(isinstance(found.get(k), str) for k in ("pipeline", "stage"))
    return found if whole else None


def _renamed(past: dict[str, Known], before: Files, now: Files) -> dict[str, str]:
    gone = [deal for deal in before if deal not in now]
    fresh = [deal for deal in now if deal not in past]
    claims = []
    for new in fresh:
        version = _version(now[new]) or {}
        claims += [(new, old) for old in version.get("formerly", []) if old in gone][:1]
    found = {new: old for new, old in claims if [o for _, o in claims].count(old) == 1}
    left = [(p, d) for files in before.values() for p, d in files.items() if p not in _paths(now)]
    came = [(p, d) for files in now.values() for p, d in files.items() if p not in _paths(before)]
    for path, data in left:
        twins = [p for p, d in came if d == data]
        if len(twins) != 1 or [d for _, d in left].count(data) != 1:
            continue
        old, new = path.split("/")[-1][:-5], twins[0].split("/")[-1][:-5]
        if old in gone and new in fresh and new not in found and old not in found.values():
            found[new] = old
    return found


def _paths(files: Files) -> set[str]:
    return {path for paths in files.values() for path in paths}


def _absorbed(pasts: list[dict[str, Known]], now: Files) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    gone: set[str] = set()
    for deal in sorted({d for past in pasts for d in past}, key=lambda d: (d not in now, d)):
        held = [past[deal] for past in pasts if deal in past]
        keys = {key for known in held for key in known.keys}
        for name in sorted({name for known in held for name in known.names}):
            rivals = [past[name] for past in pasts if name in past]
            same = any(known.events and known.events[0][0].key in keys for known in rivals)
            apart = not any(name in past and deal in past for past in pasts)
            if same and apart and name != deal and name not in now and deal not in gone:
                found.setdefault(deal, []).append(name)
        gone |= set(found.get(deal, []))
    return found


def _union(
    timelines: list[tuple[tuple[Event, frozenset[Key]], ...]],
) -> tuple[tuple[Event, frozenset[Key]], ...]:
    best: dict[Key, tuple[Event, frozenset[Key]]] = {}
    for event, after in itertools.chain(*timelines):
        if event.key not in best or event.rank < best[event.key][0].rank:
            best[event.key] = (event, after)
    ordered: list[tuple[Event, frozenset[Key]]] = []
    while best:
        ready = [key for key, (_, after) in best.items() if not (after & best.keys()) - {key}]
        key = min(ready or best, key=lambda k: best[k][0].rank)
        ordered.append(best.pop(key))
    return tuple(ordered)
