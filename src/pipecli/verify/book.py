"""What is kept of a history while its changes go by, for the checks that see more than one of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.pipeline import Kind
from pipecli.core.settings import Signatures
from pipecli.verify.case import IMPORTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date, timedelta, tzinfo

    from pipecli.core.problem import Problem
    from pipecli.core.workspace import Workspace
    from pipecli.history.commit import Commit
    from pipecli.history.event import State
    from pipecli.history.revision import Ground
    from pipecli.verify.case import Case


class Judged(NamedTuple):
    """A commit that is judged, by which limit for moves that are dated back, and in which zone."""

    commit: Commit
    limit: timedelta
    zone: tzinfo
    begins: bool


class Pushed(NamedTuple):
    """One change of the day on which a deal is expected to close; the fiscal year begins in the month `starts`."""

    commit: Commit
    deal: str
    path: str
    day: date
    old: date
    new: date
    starts: int


@dataclass(frozen=True, slots=True)
class Book:
    """What the changes that went by left.

    `judged`: by full hash. `found`: by commit and deal, the state in which a commit that moved it found it.
    `stages`: every word for a stage that any pipeline ever had; `gone`: those that were taken out, by which commit.
    `unread`: what is wrong with settings, team or pipelines from a commit on. `imported`: the commits of each import.
    `to_sign`: those that had to be signed.
    """

    passed: Collection[str] = frozenset()
    judged: dict[str, Judged] = field(default_factory=dict)
    found: dict[tuple[str, str], State | None] = field(default_factory=dict)
    pushed: list[Pushed] = field(default_factory=list)
    stages: set[State] = field(default_factory=set)
    gone: dict[State, Commit] = field(default_factory=dict)
    unread: list[tuple[Commit, Problem]] = field(default_factory=list)
    imported: defaultdict[str, list[Commit]] = field(default_factory=lambda: defaultdict(list))
    to_sign: list[Commit] = field(default_factory=list)

    def take(self, ground: Ground, cases: Iterable[Case]) -> None:
        """Take up what one commit made of the workspace and of its deals."""
        self._take_stages(ground)
        commit = ground.commit
        if commit.hash in self.passed:
            return
        if ground.workspace is not ground.before:
            known = {(problem.path, problem.message) for problem in ground.before.errors()}
            news = (one for one in ground.workspace.errors() if (one.path, one.message) not in known)
            self.unread.extend((commit, one) for one in news if one.code != "no-settings")
        settings = ground.workspace.settings
        self.judged[commit.hash] = Judged(commit, settings.backdate_limit, ground.workspace.zone, ground.begins)
        if Signatures.REQUIRED in (settings.signatures, ground.before.settings.signatures):
            self.to_sign.append(commit)
        for line in _imports(commit.message):
            self.imported[line].append(commit)
        for case in cases:
            self._take_case(case)

    def _take_case(self, case: Case) -> None:
        revision = case.revision
        before, after = revision.before, revision.after
        if not revision.is_known or revision.merge:
            return
        if after is None or revision.moves:
            for name in case.names:
                self.found[(case.commit.hash, name)] = (before.pipeline, before.stage) if before else None
        if before and after and not _is_closed(case):
            old, new = before.expected_close, after.expected_close
            if old and new and old != new:
                starts = case.workspace.settings.fiscal_year_starts
                self.pushed.append(Pushed(case.commit, revision.deal, revision.path, case.day, old, new, starts))

    def _take_stages(self, ground: Ground) -> None:
        if ground.workspace.pipelines is ground.before.pipelines:
            return
        now = set(_stages(ground.workspace))
        self.stages.update(now)
        if ground.commit.hash not in self.passed:
            for state in set(_stages(ground.before)) - now:
                self.gone.setdefault(state, ground.commit)


def _stages(workspace: Workspace) -> Iterator[State]:
    for pipeline in workspace.pipelines.values():
        for stage in pipeline.stages:
            yield from ((pipeline.id, word) for word in (stage.id, *stage.aliases))


def _imports(message: str) -> Iterator[str]:
    if any(trailer in message for trailer in IMPORTS):
        yield from dict.fromkeys(line.strip() for line in message.splitlines() if line.strip().startswith(IMPORTS))


def _is_closed(case: Case) -> bool:
    stage = case.workspace.stage_of(case.revision.after) if case.revision.after else None
    return stage is not None and stage.kind in (Kind.WON, Kind.LOST)
