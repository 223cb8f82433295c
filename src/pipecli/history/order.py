"""Commits in an order in which parents come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipecli.history.commit import Commit


def parents_first(commits: Iterable[Commit]) -> Iterator[Commit]:
    """Return the commits, each after all of its parents that are among them.

    Which of several possible orders it is does not matter to a history, and is not promised.
    """
    known = {commit.hash: commit for commit in commits}
    waiting = {name: len({p for p in commit.parents if p in known}) for name, commit in known.items()}
    children: dict[str, list[str]] = {name: [] for name in known}
    for name, commit in known.items():
        for parent in set(commit.parents) & known.keys():
            children[parent].append(name)
    ready = [name for name, count in waiting.items() if not count]
    while ready:
        name = ready.pop()
        yield known[name]
        for child in children[name]:
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
