"""The engine: commits and versions in, the timeline of every deal out.

A transition is a difference between a commit and its own parents. The definition that this computes, and
the tests hold it against, is in docs/history.md: without parents a creation; with one parent its timeline and
what the commit changed; with several the union of their timelines and, where the merge itself chose another
state, a transition at the merge.

Commits are visited parents first. Each holds a snapshot, shared with its parents but for what it touches, and
dropped once its last child is done; a merge looks only at deals of which its parents hold different things.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.history.merging import merged
from pipecli.history.order import parents_first
from pipecli.history.rename import renames
from pipecli.history.snapshot import EMPTY, Snapshot
from pipecli.history.step import NOTHING, Known, begin, files_after

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipecli.core.problem import Problem
    from pipecli.history.commit import Change, Commit
    from pipecli.history.event import Event
    from pipecli.history.snapshot import File, Held
    from pipecli.history.step import Rules, Step
    from pipecli.history.trailer import Move


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk found: the snapshot at its tip, the problems commit by commit."""

    snapshot: Snapshot
    problems: tuple[Problem, ...]

    @property
    def timelines(self) -> dict[str, tuple[Event, ...]]:
        """The events of every deal that there ever was, by its present or last id, in their order."""
        return events(self.snapshot)


@dataclass(frozen=True, slots=True)
class Advance:
    """What one commit did: the snapshot after it, what it changed of its first parent's, what is wrong with it."""

    snapshot: Snapshot
    entries: Mapping[str, Held | None]
    problems: Sequence[Problem]


def events(snapshot: Snapshot) -> dict[str, tuple[Event, ...]]:
    """Return the events of every deal in a snapshot, by the id that it has there, in their order."""
    return {
        deal: held.timeline.events()
        for deal, held in sorted(snapshot.items(), key=lambda item: item[0])
        if held.timeline
    }


def stem(path: str) -> str:
    """Return the id of a deal: its file's name without the suffix."""
    return path[path.rfind("/") + 1 :].rpartition(".")[0]


def walk(commits: Iterable[Commit], tip: str, rules: Rules) -> Walk:
    """Return the timelines of all deals at the commit `tip`, which is among the commits.

    `rules.versions` knows every blob that the commits name.
    """
    known = [first_parent_only(commit) if rules.first_parent else commit for commit in commits]
    children = Counter(parent for commit in known for parent in set(commit.parents))
    snapshots: dict[str, Snapshot] = {}
    problems: list[Problem] = []
    for commit in parents_first(known):
        names = [name for name in dict.fromkeys(commit.parents) if name in snapshots]
        done = advance(commit, [snapshots[name] for name in names], rules)
        snapshots[commit.hash] = done.snapshot
        problems += done.problems
        for name in names:
            children[name] -= 1
            if not children[name] and name != tip:
                del snapshots[name]
    return Walk(snapshots.get(tip, EMPTY), tuple(problems))


def advance(commit: Commit, parents: Sequence[Snapshot], rules: Rules) -> Advance:
    """Return what a commit makes of its parents' snapshots, which are of one base; none is nothing."""
    before = parents[0] if parents else EMPTY
    problems: list[Problem] = []
    if not any(commit.changes) and len(parents) < 2 and "Pipe-" not in commit.message:  # noqa: PLR2004 -- a merge's
        return Advance(before, {}, problems)
    step = begin(commit, rules, problems)
    entries = merged(step, parents) if len(parents) > 1 else changed(step, before)
    entries = {deal: held for deal, held in entries.items() if held is not before.get(deal)}
    return Advance(before.changed(entries, like=parents[1:]) if entries else before, entries, problems)


def changed(step: Step, before: Snapshot) -> dict[str, Held | None]:
    """Return what a commit with one parent, or none, leaves of the deals that it touches."""
    changes = step.commit.changes[0] if step.commit.changes else ()
    touched = step.by_deal(changes)
    held = {deal: before.get(deal) for deal in (*touched, *step.moves)}
    files = {deal: files_after(known.files if known else (), touched.get(deal, ())) for deal, known in held.items()}
    renamed = _renamed(step, changes, held, files)
    entries: dict[str, Held | None] = dict.fromkeys(renamed.values())
    for deal in sorted(files.keys() - entries.keys()):
        old = renamed.get(deal)
        known = _known(held[old or deal], old)
        entries[deal] = step.settle(deal, known, files[deal], _moves(step, deal, old))
        if deal in touched:
            step.report_several(deal, files[deal])
    step.report(changes)
    return entries


def first_parent_only(commit: Commit) -> Commit:
    """Return a commit as the reading of the main line alone sees it."""
    if len(commit.parents) <= 1:
        return commit
    return replace(commit, parents=commit.parents[:1], changes=commit.changes[:1], cut=True)


def _renamed(
    step: Step,
    changes: Sequence[Change],
    held: Mapping[str, Held | None],
    files: Mapping[str, tuple[File, ...]],
) -> dict[str, str]:
    gone = [deal for deal, known in held.items() if known and known.files and not files[deal]]
    if not gone:
        return {}
    fresh = {deal: step.readable(files[deal]) for deal, known in held.items() if files[deal] and not known}
    return renames(changes, gone, fresh, step.rules.identify)


def _known(held: Held | None, old: str | None) -> Known:
    if held is None:
        return NOTHING
    return Known(held.timeline, (held.since,), (*held.names, old) if old else held.names, held.made)


def _moves(step: Step, deal: str, old: str | None) -> Sequence[Move]:
    if not step.moves:
        return ()
    return (*(step.moves.get(old, ()) if old else ()), *step.moves.get(deal, ()))
