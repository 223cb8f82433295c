"""The workspace and its visits at one moment: now, at a revision, or as of a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.workspace import build
from pipecli.history.pending import Present, Worker, with_pending
from pipecli.history.visits import visits
from pipecli.shell import git
from pipecli.store import history, moment, worktree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from pipecli.core.problem import Problem
    from pipecli.core.visit import Visit
    from pipecli.core.workspace import Workspace
    from pipecli.history.event import Event
    from pipecli.history.visits import ClockName
    from pipecli.shell.git import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Of which moment and by which clock a reading command asks.

    `at` is a revision, `as_of` an aware moment; without them it is now, and uncommitted work counts unless
    `committed`.
    """

    at: str | None = None
    as_of: datetime | None = None
    clock: ClockName = "effective"
    first_parent: bool = False
    committed: bool = False
    allow_shallow: bool = False

    @property
    def is_past(self) -> bool:
        """Whether the files of the work tree are not what is asked for."""
        return self.at is not None or self.as_of is not None or self.committed


@dataclass(frozen=True, slots=True)
class View:
    """What is known at a moment.

    `commit` names the source: a hash, with `+work tree` where uncommitted work counts; empty without git.
    `problems` are those of the history: versions that do not parse, trailers that contradict the tree.
    `pending` counts the deals whose present state is not committed.
    """

    workspace: Workspace
    visits: tuple[Visit, ...]
    now: datetime
    commit: str
    clock: str
    problems: tuple[Problem, ...] = ()
    pending: int = 0
    first_parent: bool = False
    shallow: bool = False


def look(root: Path, question: Question, now: datetime) -> View:
    """Return the view that a question asks for. Raises `PipeError` where there is no history, or it is cut off."""
    repository = git.discover(root)
    if repository is None:
        raise PipeError(
            "there is no git repository here, and so no history",
            hint="git init && git add . && git commit; pipe list and pipe validate work without",
            code=ExitCode.STATE,
        )
    present = _present(root, repository, question)
    zone = present.zone
    past = history.read(
        repository,
        zone=zone,
        at=question.at or "HEAD",
        as_of=question.as_of,
        first_parent=question.first_parent,
        allow_shallow=question.allow_shallow,
    )
    if question.is_past and past.tip:
        then = moment.read(repository, past.tip)
        present = build(then.pairs, problems=then.problems)
    timelines = past.timelines if question.is_past else _with_work(past.timelines, present, now)
    pending = sum(1 for events in timelines.values() if not events[-1].commit)
    until = question.as_of or now
    return View(
        workspace=present,
        visits=visits(timelines, present.pipelines, clock=question.clock, until=question.as_of),
        now=until.astimezone(zone),
        commit=f"{past.tip}+work tree" if pending else past.tip,
        clock=question.clock,
        problems=past.problems,
        pending=pending,
        first_parent=question.first_parent,
        shallow=past.shallow,
    )


def _present(root: Path, repository: Repository, question: Question) -> Workspace:
    """Return the workspace of the work tree; in a bare repository that of the revision. No deals for a past."""
    if repository.top is not None:
        return worktree.load(root, deals=not question.is_past)
    pairs = moment.read(repository, question.at or "HEAD").pairs
    return build(pair for pair in pairs if not pair[0].startswith(f"{FileKind.DEAL}/"))


def _with_work(
    timelines: Mapping[str, tuple[Event, ...]], workspace: Workspace, now: datetime
) -> Mapping[str, tuple[Event, ...]]:
    present = {
        deal.id: Present(deal.pipeline, deal.stage, deal.stage_since.isoformat() if deal.stage_since else "")
        for deal in workspace.deals.values()
    }
    broken = set(workspace.known[FileKind.DEAL]) - set(present)
    worker = Worker(now, workspace.zone, author="", email="")
    return with_pending(timelines, present, worker, unreadable=broken)


def only(view: View, deal: str) -> View:
    """Return the view with the visits of one deal only."""
    return replace(view, visits=tuple(visit for visit in view.visits if visit.deal == deal))
