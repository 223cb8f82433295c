"""The workspace and its visits at one moment: now, at a revision, or as of a day."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.workspace import build
from pipecli.history.effective import day_in
from pipecli.history.notices import listed_once
from pipecli.history.timeline import stem
from pipecli.history.visits import visits
from pipecli.shell import git
from pipecli.store import earlier, history, labels, moment, places, worktree
from pipecli.store.changes import differing
from pipecli.store.work import with_work, without_history

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path

    from pipecli.core.problem import Problem
    from pipecli.core.visit import Visit
    from pipecli.core.workspace import Workspace
    from pipecli.history.event import Event, State
    from pipecli.history.visits import ClockName
    from pipecli.shell.git import Repository
    from pipecli.store.earlier import Earlier
    from pipecli.store.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Of which moment and by which clock a reading command asks.

    `at` is a revision, `as_of` an aware moment; without them it is now, and uncommitted work counts unless
    `committed`. `since`, as it was written, is the moment before, or the revision, to compare with.
    """

    at: str | None = None
    as_of: datetime | None = None
    clock: ClockName = "effective"
    first_parent: bool = False
    committed: bool = False
    allow_shallow: bool = False
    since: str | None = None

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
    numbers has to know. `updated`: deal id → the day on which its file was last changed, by the clock. `before` is
    what was known at the moment to compare with; it has no visits.
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
    updated: Mapping[str, date] = field(default_factory=dict)
    before: View | None = None

    @property
    def entered(self) -> dict[str, date]:
        """The day on which each deal entered the stage that it is in, or was first seen in it."""
        return {v.deal: day_in(v.entered, self.workspace.zone) for v in self.visits if v.left is None}

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
        if needs_history or question.is_past or question.since or question.clock != "effective":
            raise _no_history()
        return _without_history(worktree.load(root), now)
    return _seen(root, repository, question if repository.top else replace(question, committed=True), now)


def _seen(root: Path, repository: Repository, question: Question, now: datetime) -> View:
    at = moment.resolve(repository, question.at) if question.at else "HEAD"
    present = _present(root, repository, question, at)
    tip = _tip(repository, question, at)
    since = earlier.asked(repository, question, tip or at, now.astimezone(present.zone))
    then = places.at(repository, tip) if tip else repository
    past = history.read(
        then,
        zone=present.zone,
        at=tip or at,
        as_of=None if tip else question.as_of,
        first_parent=question.first_parent,
        allow_shallow=question.allow_shallow,
        earlier=since.commit if since else "",
    )
    if question.is_past and past.tip:
        files = moment.read(then, past.tip)
        present = build(files.pairs, problems=files.problems)
    elif question.is_past:
        present = replace(present, known={**present.known, FileKind.DEAL: {}})
    found = _view(repository, question, past, present, now)
    return replace(found, before=_before(repository, question, since, past, present)) if since else found


def _before(repository: Repository, question: Question, since: Earlier, past: History, present: Workspace) -> View:
    """Return what was known by then. Raises `PipeError` where that is no part of this history."""
    if since.commit and past.earlier is None:
        message = f"{question.since} is not in the history of {question.at or 'HEAD'}: nothing happened since then"
        raise PipeError(message, hint="--since 7d, or a revision that git log lists", code=ExitCode.USAGE)
    return View(
        workspace=earlier.workspace(repository, since.commit, present),
        visits=(),
        now=since.moment.astimezone(present.zone),
        commit=since.commit,
        clock="recorded",
        notes=() if since.commit else (labels.not_yet(repository, question, present),),
        timelines=past.earlier or {},
    )


def _tip(repository: Repository, question: Question, at: str) -> str:
    """Return the former commit that is asked for, or the empty string: none is, or nothing was recorded by then."""
    if question.as_of is not None and repository.head:
        return moment.as_of(repository, question.as_of, at=at)
    return at if question.at else ""


def _view(repository: Repository, question: Question, past: History, present: Workspace, now: datetime) -> View:
    timelines = past.timelines if question.is_past else with_work(past, present, now)
    until = question.as_of or (past.recorded if question.at else None) or now
    broken = past.broken & {problem.path for problem in present.problems}
    is_work = past.tip and not question.is_past
    changed = differing(repository, past.tip, present) if is_work else frozenset()
    return View(
        workspace=present,
        visits=visits(timelines, present.pipelines, clock=question.clock, until=question.as_of),
        now=until.astimezone(present.zone),
        commit=labels.source(question, past, changed=bool(changed)),
        clock=labels.clock(question),
        problems=listed_once(past.problems, broken),
        notes=labels.notes(repository, question, past, present),
        timelines=timelines,
        first_parent=question.first_parent,
        shallow=past.shallow,
        updated=_updated(question, past, present, dict.fromkeys(changed, now.date())),
    )


def _updated(question: Question, past: History, present: Workspace, work: Mapping[str, date]) -> dict[str, date]:
    """Return when each deal was last changed: by its last commit, or by work at a path that is not committed."""
    moments = {d: made.recorded if question.clock == "recorded" else made.authored for d, made in past.updated.items()}
    committed = {deal: day_in(moment, present.zone) for deal, moment in moments.items()}
    return committed | {deal.id: work[deal.path] for deal in present.deals.values() if deal.path in work}


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
        hint="git init && git add . && git commit; without it: pipe list, pipe validate, pipe report pipeline or stale",
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
