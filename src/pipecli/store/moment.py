"""The workspace as it stood at a commit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipecli.core.contents import holds
from pipecli.core.layout import FOLDERS, TEMPLATES, FileKind, meant_at_top, place
from pipecli.core.problem import ExitCode, PipeError, Problem, Severity
from pipecli.core.workspace import build
from pipecli.shell.blobs import blobs
from pipecli.shell.disk import symbolic_link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipecli.core.workspace import Workspace
    from pipecli.shell.git import Repository

_LINK, _SUBMODULE = "120000", "160000"
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Moment:
    """The YAML files of a workspace at a commit: (path relative to the workspace, content), in git's order.

    `problems` name what was passed over: symbolic links, submodules, contents that git does not have.
    """

    commit: str
    pairs: tuple[tuple[str, bytes], ...]
    problems: tuple[Problem, ...]


def read(repository: Repository, commit: str, names: Iterable[str] = ("",)) -> Moment:
    """Return the workspace at a commit, or the files and folders of some names in it, with two git processes.

    Raises `PipeError` where git fails.
    """
    problems: list[Problem] = []
    wanted: dict[str, str] = {}
    for mode, blob, path in listed(repository, commit, names):
        if mode in (_LINK, _SUBMODULE):
            problems.append(_passed_over(path, mode))
        elif path.endswith(_SUFFIXES):
            wanted[path] = blob
    contents = dict(blobs(repository.git, dict.fromkeys(wanted.values()))) if wanted else {}
    problems += [_missing(path, blob) for path, blob in wanted.items() if contents.get(blob) is None]
    found = ((path, contents.get(blob)) for path, blob in wanted.items())
    return Moment(commit, tuple((path, data) for path, data in found if data is not None), tuple(problems))


def workspace(repository: Repository, commit: str, like: Workspace | None = None) -> Workspace:
    """Return the workspace at a commit as `worktree.load` builds it from a checkout: the same files, the same problems.

    A submodule is a problem here alone, for a checkout shows an empty folder. A deal's file that is as in the workspace
    `like` is not parsed again.
    """
    wanted: dict[str, str] = {}
    others: list[str] = []
    templates: set[str] = set()
    problems: list[Problem] = []
    for mode, blob, path in listed(repository, commit):
        top, slash, rest = path.partition("/")
        meant = meant_at_top(top)
        if rest.startswith(".") or "/." in rest or not (meant or top == TEMPLATES):
            continue
        if mode == _LINK:
            problems += [] if meant is None else [symbolic_link(path)]
        elif mode == _SUBMODULE:
            problems += [] if meant is None else [_passed_over(path, mode)]
        elif meant is None:
            templates.add(path)
        elif bool(slash) == (meant in FOLDERS):
            if place(path):
                wanted[path] = blob
            else:
                others.append(path)
    contents = dict(blobs(repository.git, dict.fromkeys(wanted.values()))) if wanted else {}
    problems += [_missing(path, blob) for path, blob in wanted.items() if contents.get(blob) is None]
    found = [(path, data) for path, blob in wanted.items() if (data := contents.get(blob)) is not None]
    known = {deal.path: deal for deal in like.deals.values()} if like else {}
    same = {path for path, data in found if like and path in known and holds(like.texts, path, data)}
    made = build([pair for pair in found if pair[0] not in same], paths=[*others, *same], problems=problems)
    first = set(made.known[FileKind.DEAL].values())
    deals = {**made.deals, **{known[path].id: known[path] for path in sorted(same & first)}}
    return replace(made, deals=deals, texts=dict(sorted(found)), templates=frozenset(templates))


def pairs(repository: Repository, commit: str) -> list[tuple[str, bytes]]:
    """Return the YAML files of the workspace at a commit; `read` says what was passed over, too."""
    return list(read(repository, commit).pairs)


def as_of(repository: Repository, moment: datetime, *, at: str = "HEAD") -> str:
    """Return the last commit on the first-parent line whose committer date is not later, or the empty string.

    The line begins at `at`; "last" is the one nearest to it.
    """
    _one(at)
    out = repository.git.read(
        "rev-list", "--first-parent", "--max-count=1", f"--min-age={int(moment.timestamp() // 1)}",
        "--end-of-options", f"{at}^{{commit}}", "--",
    )  # fmt: skip
    return out.decode("ascii").strip()


def first(repository: Repository, *, at: str = "HEAD") -> datetime | None:
    """Return the earliest committer date on the first-parent line of a revision, in UTC, or None without commits."""
    out = repository.git.read("rev-list", "--first-parent", "--timestamp", "--end-of-options", f"{at}^{{commit}}", "--")
    stamps = [int(line.split()[0]) for line in out.splitlines()]
    return datetime.fromtimestamp(min(stamps), UTC) if stamps else None


def resolve(repository: Repository, revision: str) -> str:
    """Return the full hash of the commit that a revision names. Raises `PipeError` where it names none."""
    _one(revision)
    answer = repository.git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if answer.code:
        raise PipeError(
            f"there is no revision {revision!r}", hint="git log --oneline shows the revisions", code=ExitCode.USAGE
        )
    return answer.out.decode("ascii").split()[-1]


def _one(revision: str) -> None:
    if ".." in revision or revision.startswith("^"):
        raise PipeError(f"{revision!r} is not one revision", hint="name one commit, branch or tag")


def listed(repository: Repository, commit: str, names: Iterable[str] = ("",)) -> Iterator[tuple[str, str, str]]:
    """Return (mode, object id, path relative to the workspace) of its files at a commit, or of those of some names."""
    prefix = repository.prefix
    scope = [prefix + name for name in names if prefix + name]
    out = repository.git.read("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit, *scope)
    for entry in out.split(b"\0")[:-1]:
        about, _, path = entry.partition(b"\t")
        mode, _, blob = about.decode("ascii").split(" ")
        yield mode, blob, path.decode("utf-8", "surrogateescape").removeprefix(prefix)


def _passed_over(path: str, mode: str) -> Problem:
    what = "a symbolic link" if mode == _LINK else "a submodule"
    return Problem(
        code="not-a-file",
        message=f"{path} is {what}, which is never followed",
        path=path,
        severity=Severity.WARNING,
        hint="put the file itself in its place",
    )


def _missing(path: str, blob: str) -> Problem:
    return Problem(
        code="missing-object",
        message=f"git does not have the content of {path} ({blob[:10]})",
        path=path,
        hint="fetch the missing objects (git fetch --refetch), then read again",
    )
