"""The engine's parts: snapshots, order, union, pending work."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipecli.core.visit import Clock
from pipecli.history.commit import Change, Commit
from pipecli.history.event import Event, Timeline, append
from pipecli.history.order import parents_first
from pipecli.history.pending import Present, Worker, pending
from pipecli.history.scan import Scanner
from pipecli.history.snapshot import EMPTY, Held
from pipecli.history.step import Rules
from pipecli.history.timeline import stem, walk
from pipecli.history.union import union
from pipecli.history.version import Version

START = datetime(2026, 1, 1, tzinfo=UTC)


def _event(commit: str, hour: int, after: Timeline | None = None, *, op: str = "") -> Event:
    moment = START + timedelta(hours=hour)
    return Event(deal="a", commit=commit, state=("p", commit), effective=moment, recorded=moment, op=op, after=after)


def _commit(name: str, *parents: str, changes: tuple[tuple[Change, ...], ...] = ((),)) -> Commit:
    return Commit(name, parents, "Ann", "ann@example.com", START, START, "", changes)


@given(st.lists(st.tuples(st.text(max_size=2), st.none() | st.integers(0, 3)), max_size=30))
def test_a_snapshot_is_a_map_that_keeps_its_past(steps: list[tuple[str, int | None]]) -> None:
    helds = [Held(None, (), str(n)) for n in range(4)]
    plain: dict[str, Held] = {}
    snapshot = EMPTY
    for deal, which in steps:
        before, kept = snapshot, dict(snapshot.items())
        held = None if which is None else helds[which]
        snapshot = snapshot.changed({deal: held}, like=[EMPTY])
        plain = {d: h for d, h in (plain | {deal: held}).items() if h}
        assert dict(snapshot.items()) == plain
        assert dict(before.items()) == kept
        assert snapshot.differing([before]) == {d for d in {*plain, *kept} if plain.get(d) is not kept.get(d)}


def test_a_bucket_that_is_the_others_again_is_shared() -> None:
    held = Held(None, ())
    one = EMPTY.changed({"a": held})
    assert (
        EMPTY.changed({"a": held}, like=[one]).buckets[hash("a") % len(one.buckets)]
        is one.buckets[hash("a") % len(one.buckets)]
    )


def test_the_order_of_the_commits_changes_nothing() -> None:
    commits = [_commit("r"), _commit("a", "r"), _commit("b", "r"), _commit("m", "a", "b", changes=((), ()))]
    for seed in range(20):
        random.Random(seed).shuffle(commits)  # noqa: S311 -- no secret
        seen: set[str] = set()
        for commit in parents_first(commits):
            assert set(commit.parents) <= seen
            seen.add(commit.hash)
        assert len(seen) == 4


def test_the_graph_wins_where_dates_run_backwards() -> None:
    root = append(None, _event("r", 5))
    one = append(root, _event("x", 1, root))
    other = append(root, _event("y", 0, root))
    both = union([one, other])
    assert both
    assert [event.commit for event in both.events()] == ["r", "y", "x"]
    assert union([one, root]) is one
    assert union([None]) is None


def test_one_event_in_two_commits_counts_once_and_the_least_represents_it() -> None:
    root = append(None, _event("r", 0))
    one = append(root, _event("x", 2, root, op="O"))
    other = append(root, _event("y", 1, root, op="O"))
    for order in ([one, other], [other, one]):
        both = union(order)
        assert both
        assert [event.commit for event in both.events()] == ["r", "y"]


def test_occurrences_that_contradict_each_other_still_come_to_an_order() -> None:
    root = append(None, _event("r", 0))
    one = append(root, _event("a1", 3, root, op="A"))
    one = append(one, _event("b1", 1, one, op="B"))
    other = append(root, _event("b2", 4, root, op="B"))
    other = append(other, _event("a2", 2, other, op="A"))
    both = union([one, other])
    assert both
    assert [event.commit for event in both.events()] == ["r", "b1", "a2"]


def test_a_very_long_timeline_is_no_deep_recursion() -> None:
    count = 20_000
    changes = [(Change("deals/a.yaml", str(n) if n else "", str(n + 1)),) for n in range(count)]
    commits = [_commit(f"c{n}", *([f"c{n - 1}"] if n else []), changes=(changes[n],)) for n in range(count)]
    versions = {str(n + 1): Version(("p", f"s{n % 2}")) for n in range(count)}
    found = walk(commits, f"c{count - 1}", Rules(versions, UTC, stem))
    assert len(found.timelines["a"]) == count


def test_pending_work() -> None:
    timelines = {name: (replace(_event("c", 0), deal=name, state=("p", "x")),) for name in ("a", "b", "c", "d")}
    present = {"a": Present("p", "x"), "b": Present("p", "y", "2026-01-02"), "e": Present("p", "x")}
    now = START + timedelta(days=3)
    states = {name: events[-1].state for name, events in timelines.items()}
    last = pending(states, timelines, present, Worker(now, UTC, "Ann"), unreadable=["d"])
    assert {name: event.state for name, event in last.items()} == {"b": ("p", "y"), "c": None, "e": ("p", "x")}
    assert {event.clock for event in last.values()} == {Clock.WORK_TREE}
    assert (last["b"].effective.day, last["b"].recorded, last["b"].commit) == (2, now, "")
    assert (last["c"].effective, last["e"].author) == (now, "Ann")


def test_versions() -> None:
    read = Scanner().read
    assert read(b"pipeline: p\nstage: x\nstage_since: 2026-01-01\nformerly: [a, b]\nprovenance: {source: s}\n") == (
        Version(("p", "x"), "2026-01-01", ("a", "b"), provenance=True)
    )
    for data in (None, b"\xff", b"a: [", b"", b"- x", b"pipeline: p\n", b"stage: {x: y}\npipeline: p\n", b"{" * 50_000):
        found = read(data)
        assert found.state is None
        assert found.problem
