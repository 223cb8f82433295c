"""One commit under way: what it changed, what its trailers say, and what it leaves of each deal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.history import notices, trailer
from pipecli.history.effective import Made
from pipecli.history.event import state_of
from pipecli.history.snapshot import File, Held
from pipecli.history.transition import Circumstances, Outcome, continued
from pipecli.history.updates import updated

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import tzinfo

    from pipecli.core.problem import Problem
    from pipecli.history.commit import Change, Commit
    from pipecli.history.event import Timeline
    from pipecli.history.trailer import Move
    from pipecli.history.version import Version

_MOST = 1000
"""Trailers about one deal in one message; more is no squash but an attack on our time."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a history is read.

    The versions by blob, the workspace's zone, which id a path has, the commits whose parents were not fetched,
    and whether first parents alone are read.
    """

    versions: Mapping[str, Version]
    zone: tzinfo
    identify: Callable[[str], str]
    boundary: Collection[str] = frozenset()
    first_parent: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A commit, with its trailers by deal, and the deals whose content it changed.

    `problems` takes up what is found wrong on the way.
    """

    commit: Commit
    rules: Rules
    at: Circumstances
    moves: Mapping[str, Sequence[Move]]
    problems: list[Problem]
    updated: Collection[str]

    def by_deal(self, changes: Iterable[Change]) -> dict[str, list[Change]]:
        """Return the changes of each deal."""
        found: dict[str, list[Change]] = defaultdict(list)
        for change in changes:
            found[self.rules.identify(change.path)].append(change)
        return found

    def readable(self, files: Sequence[File]) -> Version | None:
        """Return what the files of one id say, or None where they say nothing, or contradict each other."""
        versions = [self.rules.versions[file.blob] for file in files]
        states = {version.state for version in versions}
        return versions[0] if len(states) == 1 and versions[0].state else None

    def settle(self, deal: str, known: Known, files: tuple[File, ...], moves: Sequence[Move]) -> Held | None:
        """Return what is known of a deal after this commit, or None if nothing is."""
        version = self.readable(files)
        since = next(iter(known.sinces), "")
        outcome = Outcome(state_of(known.timeline) if files else None)
        if version:
            written = version.since not in known.sinces or outcome.state is None
            outcome = Outcome(version.state, version.since if written else "", version.provenance)
            since = version.since
        timeline, rest = continued(self.at, deal, known.timeline, outcome, moves)
        path = files[0].path if files else ""
        self.problems.extend(notices.unfitting(self.commit, move, path) for move in rest)
        if not timeline and not files:
            return None
        made = self._made(known) if deal in self.updated else known.made
        broken = any(self.rules.versions[file.blob].problem for file in files) if not version else False
        return Held(timeline, files, since, known.names, made, broken)

    def _made(self, known: Known) -> Made:
        made = Made(self.commit.authored, self.commit.recorded)
        return Made(*map(max, known.made, made)) if known.made else made

    def report(self, changes: Iterable[Change]) -> None:
        """Take up the versions among the changes that say no state."""
        for change in changes:
            problem = self.rules.versions[change.new].problem if change.new else None
            if problem:
                self.problems.append(notices.unreadable_version(self.commit, change.path, problem))

    def report_several(self, deal: str, files: Sequence[File]) -> None:
        """Take up that an id has several files."""
        if len(files) > 1:
            self.problems.append(notices.several_files(self.commit, deal, files))


@dataclass(frozen=True, slots=True)
class Known:
    """What the parents know of a deal.

    The timeline, each `stage_since` that they have, former ids, and when its content was last changed.
    """

    timeline: Timeline | None = None
    sinces: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    made: Made | None = None


NOTHING = Known()


def begin(commit: Commit, rules: Rules, problems: list[Problem]) -> Step:
    """Return the step of a commit, its trailers read."""
    said = trailer.read(commit.message)
    moves: Mapping[str, list[Move]] = {}
    if said.moves or said.unreadable:
        problems.extend(notices.unreadable_trailer(commit, text) for text in said.unreadable[:_MOST])
        moves = _by_deal(said.moves)
    at = Circumstances(
        commit=commit,
        zone=rules.zone,
        imported=said.imported,
        boundary=commit.hash in rules.boundary,
        plain=commit.cut,
    )
    return Step(commit, rules, at, moves, problems, updated(commit.changes, rules.identify))


def files_after(files: tuple[File, ...], changes: Iterable[Change]) -> tuple[File, ...]:
    """Return the files of a deal after the changes."""
    left = dict(files)
    for change in changes:
        left.pop(change.path, None)
        if change.new:
            left[change.path] = change.new
    return tuple(File(*item) for item in sorted(left.items()))


def _by_deal(moves: Iterable[Move]) -> dict[str, list[Move]]:
    found: dict[str, list[Move]] = defaultdict(list)
    for move in moves:
        if len(found[move.deal]) < _MOST:
            found[move.deal].append(move)
    return found
