"""Versions of files that no longer have the field which they had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipecli.core.problem import Problem
from pipecli.history import notices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipecli.history.commit import Change, Commit
    from pipecli.history.step import Rules


def vanished(commits: Iterable[Commit], rules: Rules, field: str) -> Iterator[Problem]:
    """Yield a problem for each commit that takes the field out of a file, and leaves the file."""
    gone = Problem(code="history-gap", message=f"{field!r} is not there any more")
    for commit in commits:
        for change in _chosen(commit.changes[:1] if rules.first_parent else commit.changes):
            before, after = (rules.versions.get(blob) for blob in (change.old, change.new))
            if before and after and (before.state or before.problem) and not (after.state or after.problem):
                yield notices.unreadable_version(commit, change.path, gone)


def _chosen(sides: Sequence[Sequence[Change]]) -> Iterator[Change]:
    """Yield the changes of a commit whose content none of its parents has."""
    others = [{(change.path, change.new) for change in side} for side in sides[1:]]
    return (change for change in sides[0] if all((change.path, change.new) in other for other in others))
