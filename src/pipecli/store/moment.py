"""The workspace as it stood at a commit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from pipecli.core.contents import Contents
from pipecli.core.layout import FOLDERS, TEMPLATES, FileKind, meant_at_top, place
from pipecli.core.problem import ExitCode, PipeError, Problem, Severity
from pipecli.core.workspace import build
from pipecli.shell.blobs import blobs
from pipecli.shell.disk import symbolic_link

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from pipecli.core.workspace import Workspace
    from pipecli.shell.git import Repository

T = TypeVar("T")

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

    A submodule is a problem here alone, for a checkout shows an empty folder. The file of a deal, a company or a
    contact that is as in the workspace `like` is not read again.
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
    same = _same(wanted, like) if like else frozenset()
    fresh = {path: blob for path, blob in wanted.items() if path not in same}
    contents = dict(blobs(repository.git, dict.fromkeys(fresh.values()))) if fresh else {}
    problems += [_missing(path, blob) for path, blob in fresh.items() if contents.get(blob) is None]
    found = {path: data for path, blob in sorted(fresh.items()) if (data := contents.get(blob)) is not None}
    made = build(found.items(), paths=[*others, *same], problems=problems)
    return replace(_with(made, like, same) if like else made, templates=frozenset(templates))


def _same(wanted: Mapping[str, str], like: Workspace) -> frozenset[str]:
    """Return the paths of the deals, companies and contacts of which `like` was read from the same contents."""
    texts = like.texts
    if not isinstance(texts, Contents):
        return frozenset()
    records = (record for kind in (like.deals, like.companies, like.contacts) for record in kind.values())
    return frozenset(r.path for r in records if r.path in wanted and [wanted[r.path]] == texts.ids_of(r.path)[:1])


def _with(made: Workspace, like: Workspace, same: Collection[str]) -> Workspace:
    """Return the workspace with the records of `like` at some paths, where no other file counts for their ids."""
    if not (same and isinstance(like.texts, Contents)):
        return made
    first = {path for ids in made.known.values() for path in ids.values()}.intersection(same)

    def joined(kind: Mapping[str, T], old: Mapping[str, T], paths: Mapping[str, str]) -> Mapping[str, T]:
        return {
            name: kind[name] if name in kind else old[name]
            for name, path in paths.items()
            if name in kind or path in first
        }

    known = made.known
    return replace(
        made,
        deals=joined(made.deals, like.deals, known[FileKind.DEAL]),
        companies=joined(made.companies, like.companies, known[FileKind.COMPANY]),
        contacts=joined(made.contacts, like.contacts, known[FileKind.CONTACT]),
        texts=like.texts.beside(made.texts, same),
    )


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
