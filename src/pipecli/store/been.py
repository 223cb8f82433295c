"""Where deals have been, and when they were expected to close: the history, read once somebody asks for it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pipecli.core.problem import ExitCode, PipeError
from pipecli.shell import git
from pipecli.store.lazily import Lazily

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipecli.core.promise import Promise
    from pipecli.core.watch import Watch
    from pipecli.history.event import State
    from pipecli.store.view import Question, View


class Been(NamedTuple):
    """By deal the states in which it has been, and the days on which it was expected to close, first to last.

    `author` tells the name of who commits here.
    """

    stays: Mapping[str, Sequence[State | None]]
    promises: Mapping[str, Sequence[Promise]]
    author: Callable[[], str]


def been(root: Path, question: Callable[[], Question], now: datetime, watch: Watch) -> Been:
    """Return what the history tells of each deal by the moment of a question; nothing is read yet.

    What is asked for raises `PipeError` where the history is cut off.
    """

    @cache
    def view() -> View:
        from pipecli.store.view import look  # noqa: PLC0415 -- few commands ask

        repository = git.discover(root)
        if repository and repository.shallow:
            message = (
                "the clone is shallow: in which stages a deal was, and how often its close was pushed, is not known"
            )
            raise PipeError(message, hint="git fetch --unshallow; in CI: fetch-depth: 0", code=ExitCode.STATE)
        return look(root, question(), now, needs_history=False, watch=watch)

    stays = Lazily(lambda: view().timelines, lambda deal: _states(view(), deal))
    promises = Lazily(lambda: view().promises, lambda deal: _promises(view(), deal))
    return Been(stays, promises, cache(lambda: git.own_name(root)))


def _states(view: View, deal: str) -> Sequence[State | None]:
    return tuple(event.state for event in view.timelines.get(deal, ()))


def _promises(view: View, deal: str) -> Sequence[Promise] | None:
    return view.promises.get(deal)
