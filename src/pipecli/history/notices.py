"""What the engine has to report: versions it could not read, identities and trailers it could not trust."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.history.commit import Commit
    from pipecli.history.snapshot import File
    from pipecli.history.trailer import Move

_KEPT = ("history-gap", "missing-object")
_REMEDY = "nothing is lost: the last readable state is taken to have lasted until the next readable version"


def unreadable_version(commit: Commit, path: str, problem: Problem) -> Problem:
    """Return that a commit's version of a file says no state, with the place and the reason."""
    place = f":{problem.line}" if problem.line else ""
    return replace(
        problem,
        code=problem.code if problem.code in _KEPT else "unreadable-version",
        message=f"commit {_name(commit)}: {path}{place}: {problem.message}",
        path=path,
        severity=Severity.ERROR if problem.code == "missing-object" else Severity.WARNING,
        hint=problem.hint if problem.code == "missing-object" else _REMEDY,
    )


def several_files(commit: Commit, deal: str, files: Sequence[File]) -> Problem:
    """Return that several files claim one id from a commit on."""
    return Problem(
        code="several-files",
        message=f"commit {_name(commit)}: {len(files)} files have the id {deal!r}: "
        f"{', '.join(file.path for file in files)}",
        path=files[0].path,
        severity=Severity.WARNING,
        hint="the state before is kept while they disagree; give every deal its own file name",
    )


def unfitting(commit: Commit, move: Move, path: str) -> Problem:
    """Return that a trailer tells of a state which the deal did not have."""
    said = f"{move.deal} {_state(move.source, 'new')} -> {_state(move.target, 'gone')} @ {move.moment.isoformat()}"
    return Problem(
        code="contradicting-trailer",
        message=f"commit {_name(commit)}: the trailer 'Pipe-Move: {said}' contradicts the file and is ignored",
        path=path,
        severity=Severity.WARNING,
        hint="the file decides; correct its stage where the trailer is right",
    )


def unreadable_trailer(commit: Commit, text: str) -> Problem:
    """Return that a line is no trailer."""
    return Problem(
        code="contradicting-trailer",
        message=f"commit {_name(commit)}: the trailer 'Pipe-Move: {text}' cannot be read and is ignored",
        severity=Severity.WARNING,
        hint="it is written like 'Pipe-Move: DEAL sales/new -> sales/won @ 2026-11-03T14:05:00+01:00'",
    )


def _name(commit: Commit) -> str:
    return commit.hash[:10]


def _state(state: tuple[str, str] | None, nothing: str) -> str:
    return "/".join(state) if state else nothing
