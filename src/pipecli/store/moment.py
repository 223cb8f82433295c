"""The workspace as it stood at a commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipecli.core.problem import PipeError, Problem, Severity
from pipecli.shell.blobs import blobs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

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


def read(repository: Repository, commit: str) -> Moment:
    """Return the workspace at a commit, with two git processes. Raises `PipeError` where git fails."""
    problems: list[Problem] = []
    wanted: dict[str, str] = {}
    for mode, blob, path in _listed(repository, commit):
        if mode in (_LINK, _SUBMODULE):
            problems.append(_passed_over(path, mode))
        elif path.endswith(_SUFFIXES):
            wanted[path] = blob
    contents = dict(blobs(repository.git, dict.fromkeys(wanted.values()))) if wanted else {}
    problems += [_missing(path, blob) for path, blob in wanted.items() if contents.get(blob) is None]
    found = ((path, contents.get(blob)) for path, blob in wanted.items())
    return Moment(commit, tuple((path, data) for path, data in found if data is not None), tuple(problems))


def pairs(repository: Repository, commit: str) -> list[tuple[str, bytes]]:
    """Return the YAML files of the workspace at a commit; `read` says what was passed over, too."""
    return list(read(repository, commit).pairs)


def as_of(repository: Repository, moment: datetime, *, at: str = "HEAD") -> str:
    """Return the last commit on the first-parent line whose committer date is not later, or the empty string.

    The line begins at `at`; "last" is the one nearest to it.
    """
    if ".." in at or at.startswith("^"):
        raise PipeError(f"{at!r} is not one revision", hint="name one commit, branch or tag")
    out = repository.git.read(
        "rev-list", "--first-parent", "--max-count=1", f"--min-age={int(moment.timestamp() // 1)}",
        "--end-of-options", f"{at}^{{commit}}", "--",
    )  # fmt: skip
    return out.decode("ascii").strip()


def _listed(repository: Repository, commit: str) -> Iterator[tuple[str, str, str]]:
    prefix = repository.prefix
    scope = (prefix,) if prefix else ()
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
