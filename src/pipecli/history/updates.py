"""When the file of each deal was last changed, whatever was changed in it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipecli.history.effective import Made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipecli.history.commit import Change, Commit
    from pipecli.history.step import Rules


def last_updates(commits: Iterable[Commit], rules: Rules) -> dict[str, Made]:
    """Return by deal the latest author date and the latest committer date of the commits that changed its content.

    A file that only moved to another folder was not changed; a merge changes what differs from all of its parents,
    and from the first where first parents alone are read.
    """
    found: dict[str, Made] = {}
    for commit in commits:
        for deal in _changed(commit.changes[:1] if rules.first_parent else commit.changes, rules.identify):
            before = found.get(deal)
            made = Made(commit.authored, commit.recorded)
            found[deal] = Made(*map(max, before, made)) if before else made
    return found


def _changed(sides: Sequence[Sequence[Change]], identify: Callable[[str], str]) -> set[str]:
    """Return the deals that differ from every parent."""
    first, *others = [_of_one(side, identify) for side in sides] or [set[str]()]
    return first.intersection(*others)


def _of_one(changes: Sequence[Change], identify: Callable[[str], str]) -> set[str]:
    gone: defaultdict[str, set[str]] = defaultdict(set)
    came: defaultdict[str, set[str]] = defaultdict(set)
    for change in changes:
        deal = identify(change.path)
        gone[deal].add(change.old)
        came[deal].add(change.new)
    return {deal for deal in came if gone[deal] - {""} != came[deal] - {""}}
