"""The workspace and its visits at one moment: now, at a revision, or as of a day."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.workspace import build
from pipecli.history.notices import listed_once
from pipecli.history.timeline import stem
from pipecli.history.visits import visits
from pipecli.shell import git
from pipecli.store import history, labels, moment, places, worktree
from pipecli.store.work import with_work, without_history

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from pipecli.core.problem import Problem
    from pipecli.core.visit import Visit
    from pipecli.core.workspace import Workspace
    from pipecli.history.event import Event, State
    from pipecli.history.visits import ClockName
    from pipecli.shell.git import Repository
    from pipecli.store.history import History


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

    `commit` names the source: a hash, with `+work tree` where its files are not those of the commit, or words
    where there is no commit. `clock` says by which clock the visits are dated. `problems` are those of the
    history: versions that do not parse, trailers that contradict the tree. `notes` say what a reader of the
    numbers has to know.
    """

    workspace: Workspace
    visits: tuple[Visit, ...]
    now: datetime
    commit: str
    clock: str
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    timelines: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    first_parent: bool = False
    shallow: bool = False

    @property
    def pending(self) -> tuple[tuple[State | None, Event], ...]:
        """The changes that are not committed, at most one of each deal: the state before, and the event."""
        return tuple(
            (events[-2].state if len(events) > 1 else None, events[-1])
            for events in self.timelines.values()
            if not events[-1].commit
        )


def look(root: Path, question: Question, now: datetime, *, needs_history: bool = True) -> View:
    """Return the view that a question asks for.

    Where there is no repository it is one of the present work, unless that is not enough. Raises `PipeError`
    where there is no history that is needed, or it is cut off.
    """
    repository = git.discover(root)
    if repository is None:
        if needs_history or question.is_past or question.clock != "effective":
            raise _no_history()
        return _without_history(worktree.load(root), now)
    return _seen(root, repository, question if repository.top else replace(question, committed=True), now)


def _seen(root: Path, repository: Repository, question: Question, now: datetime) -> View:
    at = moment.resolve(repository, question.at) if question.at else "HEAD"
    present = _present(root, repository, question, at)
    tip = _tip(repository, question, at)
    then = places.at(repository, tip) if tip else repository
    past = history.read(
        then,
        zone=present.zone,
        at=tip or at,
        as_of=None if tip else question.as_of,
        first_parent=question.first_parent,
        allow_shallow=question.allow_shallow,
    )
    if question.is_past and past.tip:
        files = moment.read(then, past.tip)
        present = build(files.pairs, problems=files.problems)
    elif question.is_past:
        present = replace(present, known={**present.known, FileKind.DEAL: {}})
    return _view(repository, question, past, present, now)


def _tip(repository: Repository, question: Question, at: str) -> str:
    """Return the former commit that is asked for, or the empty string: none is, or nothing was recorded by then."""
    if question.as_of is not None and repository.head:
        return moment.as_of(repository, question.as_of, at=at)
    return at if question.at else ""


def _view(repository: Repository, question: Question, past: History, present: Workspace, now: datetime) -> View:
    timelines = past.timelines if question.is_past else with_work(past, present, now)
    until = question.as_of or (past.recorded if question.at else None) or now
    broken = past.broken & {problem.path for problem in present.problems}
    return View(
        workspace=present,
        visits=visits(timelines, present.pipelines, clock=question.clock, until=question.as_of),
        now=until.astimezone(present.zone),
        commit=labels.source(repository, question, past, present),
        clock=labels.clock(question),
        problems=listed_once(past.problems, broken),
        notes=labels.notes(repository, question, past, present),
        timelines=timelines,
        first_parent=question.first_parent,
        shallow=past.shallow,
    )


def _present(root: Path, repository: Repository, question: Question, at: str) -> Workspace:
    """Return the workspace of the work tree; in a bare repository that of the revision. No deals for a past."""
    if repository.top is not None:
        return worktree.load(root, deals=not question.is_past)
    pairs = moment.read(repository, at).pairs
    return build(pair for pair in pairs if not pair[0].startswith(f"{FileKind.DEAL}/"))


def _without_history(workspace: Workspace, now: datetime) -> View:
    timelines = without_history(workspace, now)
    return View(
        workspace=workspace,
        visits=visits(timelines, workspace.pipelines),
        now=now,
        commit="none: no git repository",
        clock="stage_since",
        notes=("there is no git repository, and so no history: ages are counted from stage_since",),
    )


def _no_history() -> PipeError:
    return PipeError(
        "there is no git repository here, and so no history",
        hint="git init && git add . && git commit; pipe list, pipe validate and pipe report pipeline work without",
        code=ExitCode.STATE,
    )


def only(view: View, deal: str) -> View:
    """Return the view with the visits and the pending change of one deal only; the problems stay."""
    return replace(
        view,
        visits=tuple(visit for visit in view.visits if visit.deal == deal),
        timelines={deal: view.timelines[deal]} if deal in view.timelines else {},
    )


def concerning(view: View, deal: str) -> tuple[Problem, ...]:
    """Return the problems in the history of one deal, under former ids, too, and those of no certain deal."""
    names = {deal, *(event.deal for event in view.timelines.get(deal, ()))}
    return tuple(problem for problem in view.problems if not problem.path or stem(problem.path) in names)
