"""`pipe validate --range`: what a range of commits, like a pull request, did with deals, against the gates."""

from typing import TYPE_CHECKING, NamedTuple

from pipecli.cli.session import Session, now_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipecli.core.problem import Problem
    from pipecli.core.workspace import Workspace
    from pipecli.history.commit import Commit
    from pipecli.shell.git import Repository
    from pipecli.store.view import View
    from pipecli.verify.range import Range

_NOBODY = "0" * 40
"""What a host calls the commit before the first one of a new branch."""


class Judged(NamedTuple):
    """What is wrong with the changes of a range; how many were judged; the workspace, the commit and its prefix."""

    problems: "tuple[Problem, ...]"
    changed: int
    workspace: "Workspace"
    commit: str
    prefix: str


def judged_range(session: Session, text: str) -> Judged:
    """Return what is wrong with the changes of deals in `BASE..HEAD`, in the order of their commits.

    Raises `PipeError` for what is no range, and where the history is cut off.
    """
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.shell.git import discover
    from pipecli.store import moment, places, revisions
    from pipecli.store.view import Question, look
    from pipecli.verify.range import Range

    found = discover(session.root(bare=True))
    if found is None:
        raise PipeError("there is no git repository here, and so no range of commits", code=ExitCode.STATE)
    base, tip = (_resolved(found, word) for word in _ends(text))
    now = now_in(session.settings(tip))
    view = look(session.root(bare=True), Question(at=tip), now, watch=session.watch())
    repository = places.at(found, tip)
    before = places.at(found, base)
    asked = Range(moment.workspace(before, base, view.workspace), revisions.reached(repository, base))
    past = revisions.past(repository, tip)
    problems = tuple(_judged(repository, view, past, asked))
    return Judged(_located(repository, tip, problems), asked.changed, view.workspace, tip, repository.prefix)


def _judged(repository: "Repository", view: "View", past: "tuple[Commit, ...]", asked: "Range") -> "Iterator[Problem]":
    from pipecli.cli.verifying import remembered
    from pipecli.store import revisions
    from pipecli.verify.case import case

    memory = remembered(repository, view, past)
    for ground, changes in revisions.revisions(repository, past, asked.passed):
        yield from asked.judge(ground, [case(change, memory) for change in changes])
    yield from asked.left()


def _ends(text: str) -> tuple[str, str]:
    """Return base and tip of a range as it is written. Raises `PipeError` for what is none."""
    from pipecli.core.problem import PipeError

    hint = "--range origin/main..HEAD"
    base, dots, tip = text.strip().partition("..")
    if not base or not dots:
        raise PipeError(f"--range {text}: a range is written BASE..HEAD", hint=hint)
    if set(base) == {"0"}:
        raise PipeError(f"--range {text}: a new branch has no commit before it", hint=hint)
    return base, tip.removeprefix(".") or "HEAD"


def _resolved(repository: "Repository", word: str) -> str:
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.store import moment

    try:
        return moment.resolve(repository, word)
    except PipeError as error:
        if not repository.shallow:
            raise
        hint = "git fetch --unshallow; in CI: fetch-depth: 0, or GIT_DEPTH: 0"
        raise PipeError(f"{error}: the clone is shallow", hint=hint, code=ExitCode.STATE) from None


def _located(repository: "Repository", tip: str, problems: "tuple[Problem, ...]") -> "tuple[Problem, ...]":
    """Return the problems at the lines on which the deals say now what was done with them."""
    from pipecli.core.workspace import located
    from pipecli.core.yamltext import YamlError, load
    from pipecli.shell.objects import read_objects

    names = {one.path: f"{tip}:{repository.prefix}{one.path}" for one in problems if one.loc}
    contents = read_objects(repository.git, names.values()) if names else {}
    texts = {}
    for path, name in names.items():
        content = contents[name]
        try:
            load(content.data if content else b"", path)
        except YamlError:
            continue
        texts[path] = content.data if content else b""
    return located(problems, texts)
