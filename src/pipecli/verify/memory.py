"""What was known before a commit: where deals had been, when they were expected to close; and who merged it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from pipecli.core.promise import Promise
    from pipecli.history.commit import Commit
    from pipecli.history.event import Event, State


@dataclass(frozen=True)
class Memory:
    """The timelines and promises of all deals, by their present ids, and the commits that lead to `tip`.

    `committer` tells the e-mail address of who committed, by full hash.
    """

    timelines: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    promises: Mapping[str, Sequence[Promise]] = field(default_factory=dict)
    commits: Sequence[Commit] = ()
    tip: str = ""
    committer: Callable[[str], str] = lambda _: ""

    def stays(self, names: Collection[str], commit: Commit) -> tuple[State | None, ...]:
        """Return the states in which a deal, by any of these ids, had been before a commit."""
        for name in names:
            events, place = self._events.get((name, commit.hash), ((), 0))
            if events:
                return tuple(event.state for event in events[:place])
        events = next((self.timelines[name] for name in names if name in self.timelines), ())
        return tuple(event.state for event in events if event.recorded < commit.recorded)

    def promised(self, names: Collection[str], commit: Commit) -> tuple[Promise, ...]:
        """Return the days on which a deal, by any of these ids, was expected to close before a commit."""
        told = next((self.promises[name] for name in names if name in self.promises), ())
        return tuple(one for one in told if one.recorded < commit.recorded)

    def merged_by(self, commit: Commit) -> tuple[str, ...]:
        """Return the e-mail addresses of who brought a commit to the main line by a merge: author and committer."""
        brought = self._descendants(commit.hash)
        for merge in self._main_line:
            if merge.hash in brought and merge.hash != commit.hash and merge.parents[0] not in brought:
                return merge.email, self.committer(merge.hash)
        return ()

    @cached_property
    def _events(self) -> Mapping[tuple[str, str], tuple[Sequence[Event], int]]:
        found: dict[tuple[str, str], tuple[Sequence[Event], int]] = {}
        for events in self.timelines.values():
            for place, event in enumerate(events):
                found.setdefault((event.deal, event.commit), (events, place))
        return found

    @cached_property
    def _main_line(self) -> tuple[Commit, ...]:
        """The commits that follow first parents from the tip."""
        known = {commit.hash: commit for commit in self.commits}
        found: list[Commit] = []
        at = known.get(self.tip)
        while at:
            found.append(at)
            at = known.get(at.parents[0]) if at.parents else None
        return tuple(found)

    def _descendants(self, commit: str) -> set[str]:
        """Return a commit and all that come from it; the commits are told parents first."""
        found = {commit}
        for one in self.commits:
            if any(parent in found for parent in one.parents):
                found.add(one.hash)
        return found
