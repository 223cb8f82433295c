"""The workspace and its visits at one moment: now, at a revision, or as of a day."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from pipecli.core.blob import content_id
from pipecli.core.contents import Contents
from pipecli.core.layout import FileKind
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.watch import SILENT, Watch
from pipecli.core.workspace import build
from pipecli.history.effective import day_in
from pipecli.history.notices import listed_once
from pipecli.history.visits import visits
from pipecli.shell import git
from pipecli.store import derived, earlier, history, labels, moment, places, worktree
from pipecli.store.changes import differing
from pipecli.store.history import Wanted
from pipecli.store.lazily import Lazily, Listed
from pipecli.store.work import without_history, work_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from pipecli.core.problem import Problem
    from pipecli.core.promise import Promise
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
    numbers has to know. `updated`: deal id → the day on which its file was last changed, by the clock; `current`: its
    open visit. `pending` are the changes that are not
    committed, at most one of each deal: the state before, and the event. `before` is what was known at the moment to
    compare with; it has no visits, and both have the timelines of those deals only that differ. `visits_of` finds the
    visits of one deal without those of all. `then` finds what was recorded by another moment, by the same question, and
    `at` what was at a revision. `promises` are the days on which each deal was expected to close, as committed.
    """

    workspace: Workspace
    visits: Sequence[Visit]
    now: datetime
    commit: str
    clock: str
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    timelines: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    first_parent: bool = False
    shallow: bool = False
    updated: Mapping[str, date] = field(default_factory=dict)
    current: Mapping[str, Visit] = field(default_factory=dict)
    pending: tuple[tuple[State | None, Event], ...] = ()
    before: View | None = None
    visits_of: Callable[[str], Sequence[Visit]] | None = None
    then: Callable[[datetime], View] | None = None
    promises: Mapping[str, Sequence[Promise]] = field(default_factory=dict)
    at: Callable[[str], View] | None = None

    @property
    def entered(self) -> Mapping[str, date]:
        """The day on which each deal entered the stage that it is in, or was first seen in it."""
        found, zone = self.current, self.workspace.zone
        return Lazily(lambda: found, lambda deal: day_in(found[deal].entered, zone) if deal in found else None)


def look(root: Path, question: Question, now: datetime, *, needs_history: bool = True, watch: Watch = SILENT) -> View:
    """Return the view that a question asks for.

    Where there is no repository it is one of the present work, unless that is not enough. Raises `PipeError`
    where there is no history that is needed, or it is cut off.
    """
    repository = git.discover(root)
    if repository is None:
        if needs_history or question.is_past or question.since or question.clock != "effective":
            raise _no_history()
        return _without_history(worktree.load(root), now)
    question = question if repository.top else replace(question, committed=True)

    def then(by: datetime) -> View:
        return seen(replace(question, as_of=min(by, question.as_of or by), since=None))

    def at(revision: str) -> View:
        return seen(replace(question, at=revision, as_of=None, since=None))

    @cache
    def seen(asked: Question) -> View:  # reports that are told together look back to the same moments
        return replace(_seen(root, repository, asked, now, watch), then=then, at=at)

    return seen(question)


def _seen(root: Path, repository: Repository, question: Question, now: datetime, watch: Watch) -> View:
    at = moment.resolve(repository, question.at) if question.at else "HEAD"
    present = _present(root, repository, at)
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
        pipelines=present.pipelines,
        watch=watch,
    )
    if question.is_past and past.tip:
        present = moment.workspace(then, past.tip, present)
    elif question.is_past:
        ground = _present(root, repository, at, deals=False)
        present = replace(ground, known={**ground.known, FileKind.DEAL: {}})
    found = _view(repository, question, past, present, now)
    return _with_before(found, repository, question, since, past) if since else found


def _with_before(view: View, repository: Repository, question: Question, since: Earlier, past: History) -> View:
    """Return the view beside what was known by then. Raises `PipeError` where that is no part of this history."""
    then = past.earlier
    if since.commit and then is None:
        message = f"{question.since} is not in the history of {question.at or 'HEAD'}: nothing happened since then"
        raise PipeError(message, hint="--since 7d, or a revision that git log lists", code=ExitCode.USAGE)
    before = View(
        workspace=earlier.workspace(repository, since.commit, view.workspace),
        visits=(),
        now=since.moment.astimezone(view.workspace.zone),
        commit=since.commit,
        clock="recorded",
        notes=() if since.commit else (labels.not_yet(repository, question, view.workspace),),
        timelines=then or {},
    )
    if not since.commit:
        return replace(view, before=before)
    made = {event.deal: view.timelines[event.deal] for _, event in view.pending}
    return replace(view, before=before, timelines=dict(sorted({**past.since, **made}.items())))


def _tip(repository: Repository, question: Question, at: str) -> str:
    """Return the former commit that is asked for, or the empty string: none is, or nothing was recorded by then."""
    if question.as_of is not None and repository.head:
        return moment.as_of(repository, question.as_of, at=at)
    return at if question.at else ""


def _view(repository: Repository, question: Question, past: History, present: Workspace, now: datetime) -> View:
    is_work = past.tip and not question.is_past
    changed = _worked(repository, past, present) if is_work else ()
    same = question.is_past or (is_work and not changed)
    made = {} if same else work_of(past, present, now)
    committed = past.timelines
    instead = {deal: (*committed.get(deal, ()), event) for deal, event in made.items()}
    until = question.as_of or (past.recorded if question.at else None) or now
    wanted = Wanted(present.pipelines, question.clock, question.as_of, instead)
    timelines = Lazily(lambda: sorted({*committed, *instead}), lambda deal: instead.get(deal) or committed.get(deal))
    return View(
        workspace=present,
        visits=Listed(lambda: past.visits(wanted)),
        now=until.astimezone(present.zone),
        commit=labels.source(question, past, changed=bool(changed)),
        clock=labels.clock(question),
        problems=listed_once(past.problems, _broken(past, present)),
        notes=labels.notes(repository, question, past, present),
        timelines=timelines,
        first_parent=question.first_parent,
        shallow=past.shallow,
        updated=_updated(question, past, present, dict.fromkeys(changed, now.date())),
        current=Lazily.of(lambda: past.current(wanted)),
        pending=tuple((events[-2].state if len(events) > 1 else None, events[-1]) for events in instead.values()),
        promises=past.promises,
        visits_of=lambda deal: wanted.of({deal: timelines[deal]} if deal in timelines else {}),
    )


def _worked(repository: Repository, past: History, present: Workspace) -> Sequence[str]:
    """Return the paths at which the work tree is not as committed: found out once for the same files."""

    def work() -> Sequence[str]:
        return sorted(differing(repository, past.tip, present))

    if not isinstance(present.texts, Contents):
        return work()
    key = content_id("\n".join((past.tip, *present.texts.identified())).encode("utf-8", "surrogateescape"))
    return past.remembered("work", key, work)


def _broken(past: History, present: Workspace) -> set[str]:
    """Return the paths of files that could not be read at the tip, and cannot now."""
    if not past.problems:
        return set()
    then = {path for packed in past.last.values() for path in packed[derived.BROKEN]}
    return then & {problem.path for problem in present.problems}


def _updated(question: Question, past: History, present: Workspace, work: Mapping[str, date]) -> Mapping[str, date]:
    """Return when each deal was last changed: by its last commit, or by work at a path that is not committed."""
    worked = {deal.id: work[deal.path] for deal in present.deals.values() if deal.path in work} if work else {}
    place = derived.RECORDED if question.clock == "recorded" else derived.AUTHORED

    def day(deal: str) -> date | None:
        if deal in worked:
            return worked[deal]
        packed = past.last.get(deal)
        return day_in(datetime.fromisoformat(packed[place]), present.zone) if packed and packed[place] else None

    return Lazily(lambda: {deal for deal in {*past.last, *worked} if day(deal)}, day)


def _present(root: Path, repository: Repository, at: str, *, deals: bool = True) -> Workspace:
    """Return the workspace of the work tree; in a bare repository that of the revision, without deals."""
    if repository.top is not None:
        return worktree.load(root, deals=deals)
    pairs = moment.read(repository, at).pairs
    return build(pair for pair in pairs if not pair[0].startswith(f"{FileKind.DEAL}/"))


def _without_history(workspace: Workspace, now: datetime) -> View:
    timelines = without_history(workspace, now)
    found = visits(timelines, workspace.pipelines)
    return View(
        workspace=workspace,
        visits=found,
        now=now,
        commit="none: no git repository",
        clock="stage_since",
        notes=("there is no git repository, and so no history: ages are counted from stage_since",),
        timelines=timelines,
        current={visit.deal: visit for visit in found},
        pending=tuple((None, events[0]) for events in timelines.values()),
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
        visits=view.visits_of(deal) if view.visits_of else tuple(visit for visit in view.visits if visit.deal == deal),
        timelines={deal: view.timelines[deal]} if deal in view.timelines else {},
        pending=tuple(change for change in view.pending if change[1].deal == deal),
    )


def concerning(view: View, deal: str) -> tuple[Problem, ...]:
    """Return the problems in the history of one deal, under former ids, too, and those of no certain deal."""
    from pipecli.history.timeline import stem  # noqa: PLC0415 -- few histories have problems

    names = {deal, *(event.deal for event in view.timelines.get(deal, ()))}
    return tuple(problem for problem in view.problems if not problem.path or stem(problem.path) in names)
