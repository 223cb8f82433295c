"""Which deals a commit gave another id: only what is certain links two ids.

An id continues under a new one where the new file says `formerly: [OLD]` and OLD vanishes in the same commit,
or where one path is gone and one path is new with the same blob, and there is no second candidate.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipecli.core.layout import FileKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pipecli.core.workspace import Workspace
    from pipecli.history.commit import Change
    from pipecli.history.event import Event
    from pipecli.history.version import Version


def renames(
    changes: Iterable[Change],
    gone: Iterable[str],
    fresh: Mapping[str, Version | None],
    identify: Callable[[str], str],
) -> dict[str, str]:
    """Return new id → old id.

    `gone` are the ids that lost their last file in this commit, `fresh` the ids that nothing was known of
    before, with their readable versions.
    """
    left = set(gone)
    if not left or not fresh:
        return {}
    found = _by_name(left, fresh)
    for new, old in _by_content(changes, identify).items():
        if new in fresh and new not in found and old in left and old not in found.values():
            found[new] = old
    return found


def continued(
    then: Mapping[str, Sequence[Event]], now: Mapping[str, Sequence[Event]], gone: Iterable[str], new: Iterable[str]
) -> dict[str, str]:
    """Return new id → id at an earlier moment (or on another branch), of the same deal under two names.

    `then` and `now` are the timelines of both: a deal is the same where they have an event in common.
    """
    known = {event.key: deal for deal in sorted(gone) for event in then.get(deal, ())}
    found: dict[str, str] = {}
    for deal in sorted(new):
        former = next((known[event.key] for event in now.get(deal, ()) if event.key in known), None)
        if former and former not in found.values():
            found[deal] = former
    return found


def by_files(before: Workspace, after: Workspace) -> dict[str, str]:
    """Return id → id at an earlier moment, by what the files tell: the same id, or one that a deal had formerly."""
    then, now = (one.known.get(FileKind.DEAL, {}) for one in (before, after))
    names = {name: name for name in now if name in then}
    gone = set(then) - set(names)
    for new in sorted(set(now) - set(names)):
        deal = after.deals.get(new)
        old = next((old for old in reversed(deal.formerly) if old in gone), None) if deal else None
        if old:
            names[new] = old
            gone.discard(old)
    return names


def _by_name(gone: set[str], fresh: Mapping[str, Version | None]) -> dict[str, str]:
    claims: dict[str, list[str]] = defaultdict(list)
    for new, version in fresh.items():
        old = next((name for name in (version.formerly if version else ()) if name in gone), None)
        if old:
            claims[old].append(new)
    return {news[0]: old for old, news in claims.items() if len(news) == 1}


def _by_content(changes: Iterable[Change], identify: Callable[[str], str]) -> dict[str, str]:
    left: dict[str, list[str]] = defaultdict(list)
    came: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        if not change.new:
            left[change.old].append(identify(change.path))
        elif not change.old:
            came[change.new].append(identify(change.path))
    return {came[blob][0]: olds[0] for blob, olds in left.items() if len(olds) == 1 and len(came.get(blob, ())) == 1}
