"""The history of one field in the files of any repository, read as that of a workspace's deals is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.settings import Settings, Team
from pipecli.core.workspace import Workspace
from pipecli.core.yamltext import require_c_parser
from pipecli.history.notices import listed_once
from pipecli.history.owner import owned, owner
from pipecli.history.step import Rules
from pipecli.history.timeline import walk
from pipecli.history.vanished import vanished
from pipecli.history.visits import visits
from pipecli.shell import git, log
from pipecli.store import labels, moment, present
from pipecli.store.commits import Commits
from pipecli.store.contents import Contents
from pipecli.store.files import IDS, Matching, Seen
from pipecli.store.shallow import refuse_shallow
from pipecli.store.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from pipecli.core.problem import Problem
    from pipecli.history.commit import Change, Commit
    from pipecli.history.event import Event
    from pipecli.history.snapshot import Snapshot
    from pipecli.shell.git import Repository
    from pipecli.store.files import Files
    from pipecli.store.view import Question


@dataclass(frozen=True, slots=True)
class _Told:
    """What happened up to a commit, empty where there is none, and when that was recorded."""

    tip: str
    recorded: datetime | None
    timelines: Mapping[str, tuple[Event, ...]]
    problems: tuple[Problem, ...]
    shallow: bool


@dataclass(frozen=True, slots=True)
class _Past:
    """What the commits say: as a history, with the rules that it was read by, and the snapshot at its tip."""

    history: _Told
    rules: Rules
    snapshot: Snapshot
    names: Mapping[str, frozenset[str]]


def look(folder: Path, files: Files, question: Question, now: datetime) -> Seen:
    """Return what a question asks of the files of the repository around a folder.

    Raises `PipeError` where there is no repository, its history is cut off, or a pattern cannot be read.
    """
    require_c_parser()
    repository = git.discover(folder)
    if repository is None:
        raise PipeError(
            "there is no git repository here, and so no history",
            hint="pipe -C DIR audit …, with a folder of one",
            code=ExitCode.STATE,
        )
    refuse_shallow(repository, allow_shallow=question.allow_shallow)
    selected = Matching(files.pattern(repository.prefix))
    at = moment.resolve(repository, question.at) if question.at else repository.head
    tip = moment.as_of(repository, question.as_of, at=at) if question.as_of and at else at
    past = _read(repository, tip, selected, files, question)
    if tip and not past.names:
        hint = f"patterns begin in the current folder, and '**/' is any depth: --files '**/{files.globs[0]}'"
        raise PipeError(f"no file in the history matches {' or '.join(files.globs)}", hint=hint, code=ExitCode.USAGE)
    if past.names and not past.history.timelines and not past.history.problems:
        hint = "--field takes keys with dots between them, like status or metadata.stage"
        raise PipeError(f"no file that matches has ever had {files.field!r}", hint=hint, code=ExitCode.USAGE)
    return _seen(repository, question if repository.top else replace(question, committed=True), files, past, now)


def _read(repository: Repository, tip: str, selected: Matching, files: Files, question: Question) -> _Past:
    commits = Commits()
    contents = Contents(files)
    if tip:
        records = log.records(repository.git, tip, selected, first_parent=question.first_parent)
        contents.read(repository, _changed(records, commits))
    every = commits.all()
    by_path = IDS.get(files.id)
    every = every if by_path else owned(every, contents.ids)
    rules = Rules(
        versions=contents.versions,
        zone=UTC,
        identify=by_path or owner,
        boundary=log.boundary(repository) if repository.shallow else frozenset(),
        first_parent=question.first_parent,
    )
    found = walk(every, commits.tip, rules)
    history = _Told(
        tip=commits.tip,
        recorded=commits.recorded,
        timelines=found.timelines,
        problems=(*commits.problems, *_once(found.problems), *vanished(every, rules, files.field)),
        shallow=repository.shallow,
    )
    return _Past(history, rules, found.snapshot, _names(every, rules))


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the problems; that the same files share an id is told of the first commit alone."""
    told: set[str] = set()
    for problem in problems:
        about = problem.message.partition(": ")[2]
        if problem.code != "several-files" or about not in told:
            told.add(about)
            yield problem


def _changed(records: Iterable[log.Record], commits: Commits) -> Iterator[Change]:
    """Yield what the commits changed, and take them up; what their messages say is no word to us."""
    return (change for record in records for change in commits.add(record._replace(message="")))


def _names(commits: Iterable[Commit], rules: Rules) -> dict[str, frozenset[str]]:
    """Return path → every id that it has had."""
    found: dict[str, frozenset[str]] = {}
    for path in (change.path for commit in commits for side in commit.changes for change in side):
        name = rules.identify(path)
        known = found.get(path, frozenset())
        if name not in known:
            found[str(path)] = known | {name}
    return found


def _seen(repository: Repository, question: Question, files: Files, past: _Past, now: datetime) -> Seen:
    told = past.history
    held = dict(sorted(past.snapshot.items(), key=lambda item: item[0]))
    there = {name: one.files for name, one in held.items() if one.files}
    versions = past.rules.versions
    found = present.read(repository, there, versions, files.field, work=not question.is_past)
    work = {} if question.is_past else present.work_of(told.timelines, found, now)
    continued = {name: (*told.timelines.get(name, ()), event) for name, event in work.items()}
    timelines = {**told.timelines, **continued}
    broken = {file.path for one in there.values() for file in one if versions[file.blob].problem}
    until = question.as_of or (told.recorded if question.at else None) or now
    nothing = Workspace(Settings(""), Team(), {}, {}, {}, {}, {}, {}, problems=found.problems)
    view = View(
        workspace=nothing,
        visits=visits(timelines, {}, clock=question.clock, until=question.as_of),
        now=until.astimezone(UTC),
        commit=labels.source(question, told, changed=found.changed),
        clock=labels.clock(question),
        problems=listed_once(told.problems, broken & {problem.path for problem in found.problems}),
        notes=labels.notes(repository, question, told, nothing),
        timelines=timelines,
        pending=tuple((events[-2].state if len(events) > 1 else None, events[-1]) for events in continued.values()),
        first_parent=question.first_parent,
        shallow=told.shallow,
    )
    never = sum(not held[name].timeline and found.readable(name) for name in there)
    return Seen(files, view, past.names, len(there), never)
