"""Every change of every deal in a history, one after the other: one `git log`, one `git cat-file`.

Each content is parsed once, when the first change needs it, and dropped after the last one, so that there are never
more of them than deals at work on some line of the history.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.layout import FileKind, place
from pipecli.core.workspace import build, read_file
from pipecli.history.order import parents_first
from pipecli.history.rename import renames
from pipecli.history.revision import Ground, Revision
from pipecli.history.timeline import stem
from pipecli.history.version import Version
from pipecli.shell import log
from pipecli.shell.blobs import blobs
from pipecli.store.commits import Commits
from pipecli.store.places import Places

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pipecli.core.problem import Problem
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.history.commit import Change, Commit
    from pipecli.shell.git import Repository

_GROUND = (FileKind.SETTINGS, FileKind.TEAM, FileKind.PIPELINE)
_MOST_GROUNDS = 64
"""So many readings of the ground are kept: a history with branches goes back and forth between a few."""


class _Everything(Places):
    """The deals, and the files that say what deals have to obey."""

    def keep(self, path: str) -> str | None:
        """Return the path of a deal's file or of one of the ground, relative to the workspace; else None."""
        deal = super().keep(path)
        if deal is not None or not path.endswith(".yaml"):
            return deal
        for prefix in (self.prefix, *self.former):
            if path.startswith(prefix) and (what := place(path[len(prefix) :])) and what.kind in _GROUND:
                return path[len(prefix) :]
        return None


def past(repository: Repository, tip: str) -> tuple[Commit, ...]:
    """Return the commits up to a tip, parents first, with what they change of deals, settings, team and pipelines."""
    commits = Commits()
    for record in log.records(repository.git, tip, _Everything(repository.prefix)):
        commits.add(record)
    return tuple(parents_first(commits.all()))


def reached(repository: Repository, commit: str) -> frozenset[str]:
    """Return a commit (a full hash) and all that it comes from; nothing for the empty string."""
    if not commit:
        return frozenset()
    return frozenset(repository.git.read("rev-list", "--end-of-options", commit, "--").decode("ascii").split())


def revisions(
    repository: Repository, commits: Sequence[Commit], passed: Collection[str] = frozenset()
) -> Iterator[tuple[Ground, tuple[Revision, ...]]]:
    """Yield each commit that changes the workspace, parents first, with what it made of deals.

    Of the commits in `passed` the ground alone is told. Raises `PipeError` where git fails.
    """
    boundary = log.boundary(repository) if repository.shallow else frozenset()
    jobs = [job for commit in commits if (job := _job(commit, judged=commit.hash not in passed))]
    uses = Counter(blob for job in jobs for blob in job.blobs())
    contents = blobs(repository.git, list(uses)) if uses else iter(())
    walk = _Walk(_Contents(contents, uses), boundary)
    waiting = {job.commit.hash: job for job in jobs}
    for commit in commits:
        ground = walk.ground_of(commit, waiting.get(commit.hash))
        if ground:
            yield ground, walk.revisions(ground, waiting[commit.hash])


class _Edit(NamedTuple):
    """The file of one id before and after a commit; empty where there is none."""

    deal: str
    path: str
    old: str
    new: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    """What one commit changes of the ground, against its first parent, and of deals."""

    commit: Commit
    ground: tuple[Change, ...]
    edits: tuple[_Edit, ...]

    def blobs(self) -> Iterator[str]:
        """Yield the contents that are needed, in the order in which they are."""
        yield from (change.new for change in self.ground if change.new)
        for edit in self.edits:
            yield from (blob for blob in (edit.old, *edit.others, edit.new) if blob)


def _job(commit: Commit, *, judged: bool) -> _Job | None:
    """Return what there is to do, or None where the commit changes nothing of the workspace."""
    if not any(commit.changes):
        return None
    first = commit.changes[0]
    ground = tuple(change for change in first if not _is_deal(change.path))
    deals = [change for change in first if _is_deal(change.path)]
    if len(commit.changes) > 1:
        known = [{(change.path, change.new) for change in side} for side in commit.changes[1:]]
        deals = [change for change in deals if change.new and all((change.path, change.new) in side for side in known)]
    edits = [edit._replace(others=_others(commit, edit)) for edit in _edits(deals)] if judged else []
    return _Job(commit, ground, tuple(edits))


def _others(commit: Commit, edit: _Edit) -> tuple[str, ...]:
    """Return what the further parents of a merge have at the path of an edit."""
    return tuple(
        change.old for side in commit.changes[1:] for change in side if change.path == edit.path and change.old
    )


def _is_deal(path: str) -> bool:
    return path.startswith(f"{FileKind.DEAL}/")


def _edits(changes: Iterable[Change]) -> Iterator[_Edit]:
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        found[stem(change.path)].append(change)
    for deal, some in found.items():
        old = next((change for change in sorted(some) if change.old), None)
        new = next((change for change in sorted(some) if change.new), None)
        edit = _Edit(deal, (new or some[0]).path, old.old if old else "", new.new if new else "")
        if edit.old != edit.new:
            yield edit


class _Read(NamedTuple):
    """What a content was read as: a deal, or the first thing that is wrong with it."""

    deal: Deal | None = None
    wrong: Problem | None = None


@dataclass(slots=True)
class _Contents:
    """Contents as they come from git, in the order in which they were asked for; kept while they are needed."""

    source: Iterator[tuple[str, bytes | None]]
    uses: Counter[str]
    raw: dict[str, bytes | None] = field(default_factory=dict)
    read: dict[str, _Read] = field(default_factory=dict)

    def bytes_of(self, blob: str) -> bytes | None:
        """Return a content, which is not kept any longer."""
        while blob not in self.raw:
            name, data = next(self.source)
            self.raw[name] = data
        return self.raw.pop(blob) if self.uses[blob] <= 1 else self.raw[blob]

    def deal(self, blob: str, path: str) -> _Read:
        """Return the deal in a content, or what is wrong where it is none; neither where there is no content."""
        if not blob:
            return _Read()
        if blob not in self.read:
            data = self.bytes_of(blob)
            self.raw.pop(blob, None)
            found, problems = read_file(path, data) if data is not None else (None, ())
            self.read[blob] = _Read(found, None if found else next(iter(problems), None))
        self.uses[blob] -= 1
        return self.read[blob] if self.uses[blob] > 0 else self.read.pop(blob)


class _Files(NamedTuple):
    """The files of the ground at a commit: path and blob, by path."""

    files: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Walk:
    """Goes through the commits with the ground of each.

    `instead`: by id and content, the last deal that could be read before a content that cannot.
    """

    contents: _Contents
    boundary: Collection[str]
    files: dict[str, _Files] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    built: dict[_Files, Workspace] = field(default_factory=dict)
    instead: dict[tuple[str, str], Deal] = field(default_factory=dict)
    begun: bool = False

    def ground_of(self, commit: Commit, job: _Job | None) -> Ground | None:
        """Take up what a commit makes of the ground, and return it where the commit changes the workspace."""
        before = next((self.files[name] for name in commit.parents if name in self.files), _Files())
        after = self._after(before, job.ground) if job else before
        self.files[commit.hash] = after
        if job is None:
            return None
        begins = not self.begun and FileKind.SETTINGS.value in dict(after.files)
        self.begun |= begins
        return Ground(
            commit=commit,
            workspace=self._built(after),
            before=self._built(before),
            begins=begins,
            cut=commit.hash in self.boundary,
        )

    def revisions(self, ground: Ground, job: _Job) -> tuple[Revision, ...]:
        """Return what a commit made of deals; a deal that got another id is one."""
        found = [self._revision(ground, edit) for edit in job.edits]
        news = {one.deal: one for one in found if one.fresh and one.after}
        gone = {one.deal: one for one in found if one.before and one.after is None}
        fresh = {name: Version(formerly=tuple(one.after.formerly)) for name, one in news.items() if one.after}
        for new, old in renames(job.commit.changes[0], gone, fresh, stem).items():
            whole = news[new]
            joined = replace(whole, before=gone[old].before, fresh=False)
            found = [joined if one is whole else one for one in found if one is not gone[old]]
        return tuple(found)

    def _revision(self, ground: Ground, edit: _Edit) -> Revision:
        before = self.contents.deal(edit.old, edit.path).deal or self.instead.get((edit.deal, edit.old))
        others = [self.contents.deal(blob, edit.path).deal for blob in edit.others]
        after, wrong = self.contents.deal(edit.new, edit.path)
        if wrong and before:
            after = self.instead[edit.deal, edit.new] = before
        return Revision(
            ground=ground,
            deal=edit.deal,
            path=edit.path,
            before=before,
            after=after and replace(after, id=edit.deal, path=edit.path),
            fresh=not edit.old,
            merge=len(ground.commit.parents) > 1,
            others=tuple(deal for deal in others if deal),
            unread=wrong,
        )

    def _after(self, before: _Files, changes: Sequence[Change]) -> _Files:
        if not changes:
            return before
        left = dict(before.files)
        for change in changes:
            left.pop(change.path, None)
            if change.new:
                data = self.texts.get(change.new)
                self.texts[change.new] = data if data is not None else self.contents.bytes_of(change.new) or b""
                left[change.path] = change.new
        return _Files(tuple(sorted(left.items())))

    def _built(self, files: _Files) -> Workspace:
        if files not in self.built:
            if len(self.built) >= _MOST_GROUNDS:
                self.built.clear()
            self.built[files] = build((path, self.texts[blob]) for path, blob in files.files)
        return self.built[files]
