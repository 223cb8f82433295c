"""Of which deals a commit changed the content, whatever was changed in it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from pipecli.history.commit import Change


def updated(sides: Sequence[Sequence[Change]], identify: Callable[[str], str]) -> Collection[str]:
    """Return the deals whose content differs from that in every parent.

    A file that only moved to another folder was not changed.
    """
    if len(sides) == 1 and len(sides[0]) == 1:
        return (identify(sides[0][0].path),)
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
