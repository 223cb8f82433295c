"""A commit as the history sees it: who, when, what was said, and which files changed against each parent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class Change(NamedTuple):
    """One path that differs between a commit and one of its parents.

    `old` and `new` are the object ids of the blobs; the empty string means that there is no regular file on
    that side (absent, a symbolic link, a submodule).
    """

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. Both moments are aware and keep the offset that was written.

    `changes` has one tuple for each parent, in their order; a commit without parents has one tuple, against
    nothing. `cut` marks a merge of which only the first parent is looked at.
    """

    hash: str
    parents: tuple[str, ...]
    author: str
    email: str
    authored: datetime
    recorded: datetime
    message: str
    changes: tuple[tuple[Change, ...], ...]
    cut: bool = False
