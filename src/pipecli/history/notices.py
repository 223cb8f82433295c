"""What the engine has to report: versions it could not read, identities and trailers it could not trust."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from pipecli.core.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pipecli.history.commit import Commit
    from pipecli.history.snapshot import File
    from pipecli.history.trailer import Move

_KEPT = ("history-gap", "missing-object")
_UNREADABLE = ("unreadable-version", "history-gap")
_REMEDY = "nothing is lost: the last readable state is taken to have lasted until the next readable version"


def unreadable_version(commit: Commit, path: str, problem: Problem) -> Problem:
    """Return that a commit's version of a file says no state, with the place and the reason.

    The place stands in the message alone: the file of today has other lines.
    """
    place = f":{problem.line}" if problem.line else ""
    return replace(
        problem,
        code=problem.code if problem.code in _KEPT else "unreadable-version",
        message=f"commit {_name(commit)}: {path}{place}: {problem.message}",
        path=path,
        line=0,
        column=0,
        excerpt="",
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
    return Problem(
        code="contradicting-trailer",
        message=f"commit {_name(commit)}: the trailer 'Pipe-Move: {move.text}' contradicts the file and is ignored",
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


def listed_once(problems: Sequence[Problem], broken: Collection[str]) -> tuple[Problem, ...]:
    """Return the problems without the last unreadable version of each file that is broken now and told of as such."""
    left = set(broken)
    kept: list[Problem] = []
    for problem in reversed(problems):
        if problem.code in _UNREADABLE and problem.path in left:
            left.remove(problem.path)
        else:
            kept.append(problem)
    return tuple(reversed(kept))


def in_short(problems: Iterable[Problem]) -> Iterator[str]:
    """Yield a line that counts the unreadable versions among the problems, and one for the others."""
    codes = Counter(problem.code in _UNREADABLE for problem in problems)
    if codes[True]:
        what, it = ("version", "it") if codes[True] == 1 else ("versions", "them")
        yield f"{codes[True]} {what} in the history cannot be read; pipe audit DEAL shows {it}"
    if codes[False]:
        what, it = ("other thing", "it") if codes[False] == 1 else ("other things", "them")
        yield f"{codes[False]} {what} in the history may not add up; pipe audit shows {it}"
