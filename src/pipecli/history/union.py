"""One timeline from those of a merge's parents: every event once, in the order of the graph."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from pipecli.history.event import append

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipecli.history.event import Event, Key, Timeline


def union(timelines: Iterable[Timeline | None]) -> Timeline | None:
    """Return the timeline that holds the events of all.

    Of two occurrences of one event the least (effective, recorded, hash) represents it. The order is
    topological, and always takes the ready event with the least (effective, recorded, hash); where two
    occurrences make the graph contradict itself, the least event goes first.
    """
    distinct = _tips({id(t): t for t in timelines if t}.values())
    if len(distinct) < 2:  # noqa: PLR2004 -- two are needed for a union
        return distinct[0] if distinct else None
    events: dict[Key, Event] = {}
    for timeline in distinct:
        for event in timeline.events():
            known = events.get(event.key)
            if known is None or event.rank < known.rank:
                events[event.key] = event
    return _chained(_ordered(events), distinct[0])


def _tips(timelines: Iterable[Timeline]) -> list[Timeline]:
    """Return the timelines that are no earlier state of another."""
    tips: list[Timeline] = []
    for timeline in sorted(timelines, key=lambda t: -t.length):
        if not any(tip.back_to(timeline.length) is timeline for tip in tips):
            tips.append(timeline)
    return tips


def _ordered(events: dict[Key, Event]) -> list[Event]:
    """Return the events in order; each waits for one that it comes after, until none is missing."""
    bit = {key: 1 << place for place, key in enumerate(events)}
    keys = list(events)
    after = _predecessors(events, bit)
    waiting: dict[Key, list[Key]] = {}
    ready = [(event.rank, key) for key, event in events.items() if not after[key]]
    for key in events:
        if after[key]:
            waiting.setdefault(keys[after[key].bit_length() - 1], []).append(key)
    heapify(ready)
    done = 0
    ordered: list[Event] = []
    while len(ordered) < len(events):
        key = heappop(ready)[1] if ready else min((e.rank, k) for k, e in events.items() if not bit[k] & done)[1]
        if bit[key] & done:
            continue
        done |= bit[key]
        ordered.append(events[key])
        for next_key in waiting.pop(key, ()):
            missing = after[next_key] & ~done
            if missing:
                waiting.setdefault(keys[missing.bit_length() - 1], []).append(next_key)
            else:
                heappush(ready, (events[next_key].rank, next_key))
    return ordered


def _predecessors(events: dict[Key, Event], bit: dict[Key, int]) -> dict[Key, int]:
    """Return for each event the set of those before it, as a number with a bit for each."""
    masks: dict[int, int] = {}
    for event in events.values():
        steps: list[Timeline] = []
        step = event.after
        while step and id(step) not in masks:
            steps.append(step)
            step = step.before
        mask = masks[id(step)] if step else 0
        for step in reversed(steps):
            mask |= bit.get(step.event.key, 0)
            masks[id(step)] = mask
    own = {key: (masks[id(event.after)] if event.after else 0) for key, event in events.items()}
    return {key: mask & ~bit[key] for key, mask in own.items()}


def _chained(events: Sequence[Event], like: Timeline) -> Timeline | None:
    """Return the events as a timeline that shares its beginning with `like`."""
    timeline: Timeline | None = None
    shared = _steps(like)
    for place, event in enumerate(events):
        if place < len(shared) and shared[place].event is event and shared[place].before is timeline:
            timeline = shared[place]
        else:
            timeline = append(timeline, event)
    return timeline


def _steps(timeline: Timeline) -> list[Timeline]:
    steps: list[Timeline] = []
    step: Timeline | None = timeline
    while step:
        steps.append(step)
        step = step.before
    return steps[::-1]
