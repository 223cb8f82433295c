"""One deal with its past: which one is meant, the commits that touched it, and what is not committed of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipecli.core.finding import find_deal
from pipecli.core.layout import SETTINGS, FileKind
from pipecli.core.problem import ExitCode, PipeError
from pipecli.core.value import ID
from pipecli.core.workspace import build
from pipecli.history.blame import Touch
from pipecli.history.timeline import stem
from pipecli.shell import disk, git
from pipecli.store import moment, places
from pipecli.store.lineage import lineage

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pipecli.core.problem import Problem
    from pipecli.core.workspace import Workspace
    from pipecli.shell.git import Repository
    from pipecli.store.view import Question

_GROUND = (SETTINGS, FileKind.TEAM.value)


@dataclass(frozen=True, slots=True)
class Blamed:
    """A deal, by its id; its touches, parents first; the workspace's settings and team.

    `problems` say why its file in the work tree cannot be read; what is not committed of it is not told then.
    """

    deal: str
    touches: tuple[Touch, ...]
    workspace: Workspace
    problems: tuple[Problem, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Every id that the deal ever had."""
        return frozenset({self.deal, *(stem(touch.path) for touch in self.touches if touch.path)})


@dataclass(frozen=True, slots=True)
class _Scene:
    """Where is looked: the folder, its repository as it lay then, and the commit; empty where there is none."""

    root: Path
    repository: Repository
    tip: str
    past: bool
    allow_shallow: bool


def find(root: Path, question: Question, word: str, now: datetime) -> Blamed:
    """Return the deal that a word means at the moment that is asked of, with its past.

    A deal that was removed is meant by its id alone. Raises `PipeError` where there is no such deal or no history,
    and for a shallow clone unless it is allowed.
    """
    repository = git.discover(root)
    if repository is None:
        hint = "git init && git add . && git commit"
        raise PipeError("there is no git repository here, and so no history", hint=hint, code=ExitCode.STATE)
    past = question.is_past or repository.top is None
    tip = _tip(repository, question)
    then = places.at(repository, tip) if past and tip else repository
    scene = _Scene(root, then, tip, past, question.allow_shallow)
    ground, deals = _ground(scene)
    name, touches = _meant(scene, word, deals)
    if past:
        return Blamed(name, touches, ground)
    pairs, unreadable = disk.read(root, [deals[name]] if name in deals else [])
    problems = tuple(one for one in (*ground.problems, *unreadable) if stem(one.path) == name)
    if problems:
        return Blamed(name, touches, ground, problems)
    path, data = pairs[0] if pairs else ("", None)
    return Blamed(name, _with_work(touches, path, data, now), ground)


def _tip(repository: Repository, question: Question) -> str:
    """Return the commit that is asked of, or the empty string: nothing is committed, or was by then."""
    if not repository.head:
        return ""
    at = moment.resolve(repository, question.at) if question.at else repository.head
    return at if question.as_of is None else moment.as_of(repository, question.as_of, at=at)


def _ground(scene: _Scene) -> tuple[Workspace, dict[str, str]]:
    """Return the settings and the team, and the paths of the deals by their ids."""
    if not scene.past:
        paths, problems = disk.scan(scene.root)
        deals = [path for path in paths if path.startswith(f"{FileKind.DEAL}/")]
        found = build(disk.read(scene.root, _GROUND)[0], paths=deals, problems=problems)
    elif scene.tip:
        listed = moment.listed(scene.repository, scene.tip, [FileKind.DEAL])
        paths = [path for mode, _, path in listed if mode.startswith("100")]
        found = build(moment.read(scene.repository, scene.tip, _GROUND).pairs, paths=paths)
    else:
        found = build(())
    return found, dict(found.known[FileKind.DEAL])


def _meant(scene: _Scene, word: str, deals: dict[str, str]) -> tuple[str, tuple[Touch, ...]]:
    """Return the deal that a word means, and its touches; files are read only where the ids do not tell."""
    names = replace(build(()), known={FileKind.DEAL: deals})
    try:
        name = find_deal(names, word)
    except PipeError:
        try:
            name = find_deal(_whole(scene), word)
        except PipeError:
            touches = _touches(scene, word) if ID.fullmatch(word) else ()
            if not touches:
                raise
            return word, touches
    return name, _touches(scene, name)


def _whole(scene: _Scene) -> Workspace:
    if scene.past:
        return build(moment.read(scene.repository, scene.tip).pairs if scene.tip else ())
    return build(disk.read(scene.root, disk.scan(scene.root)[0])[0])


def _touches(scene: _Scene, name: str) -> tuple[Touch, ...]:
    if not scene.tip:
        return ()
    return lineage(scene.repository, name, scene.tip, allow_shallow=scene.allow_shallow)


def _with_work(touches: tuple[Touch, ...], path: str, data: bytes | None, now: datetime) -> tuple[Touch, ...]:
    """Return the touches and, where the file is not as it was committed, one without a commit."""
    last = touches[-1] if touches else None
    if (path, data) == ((last.path, last.data) if last else ("", None)):
        return touches
    work = Touch(
        commit="", author="", email="", authored=now, recorded=now, message="", path=path, data=data,
        parents=(len(touches) - 1,) if touches else (),
    )  # fmt: skip
    return (*touches, work)
