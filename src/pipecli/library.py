"""What `import pipecli` offers to programs; docs/library.md shows each by an example that a test runs.

Nothing here prints, writes or runs anything from a workspace. What is wrong in its files is in `Workspace.problems`
and in what `problems` returns; "this cannot go on" is raised as `PipeError`, with a hint.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pipecli.core.problem import ExitCode, PipeError, Problem, Severity
from pipecli.core.record import Deal
from pipecli.core.table import Column, Table, Withheld
from pipecli.core.visit import Visit
from pipecli.core.workspace import Workspace
from pipecli.facts.derived import Context
from pipecli.render.registry import render
from pipecli.reports import registry
from pipecli.reports.former import former
from pipecli.reports.scope import Asked, Scope
from pipecli.shell import clock, disk
from pipecli.store import bare, worktree
from pipecli.store.view import Question, View, look

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from os import PathLike

T = TypeVar("T")

__all__ = [
    "Asked", "Column", "Deal", "PipeError", "Problem", "Question", "Severity", "Table", "View", "Visit", "Withheld",
    "Workspace", "audit", "load", "problems", "render", "report",
]  # fmt: skip


def load(folder: str | PathLike[str] = ".") -> Workspace:
    """Return the workspace that a folder is in, as its files are now; `problems` of it say what is wrong in them.

    Raises `PipeError` where there is no `pipe.yaml` in the folder or above it.
    """
    return worktree.load(_root(folder))


def problems(workspace: Workspace, *, today: date | None = None) -> tuple[Problem, ...]:
    """Return every problem in the files of a workspace, as `pipe validate` prints them, by path, line and column."""
    from pipecli.rules.registry import check  # noqa: PLC0415 -- reports do not judge, and load this module too

    now = clock.now(workspace.zone)
    return check(Context(workspace, today or now.date(), workspace.zone))


def audit(folder: str | PathLike[str] = ".", question: Question | None = None) -> View:
    """Return what the git history tells: `visits`, and the workspace, moment, commit and problems beside them.

    The question says of which moment and by which clock; without one it is now, by the effective clock. Raises
    `PipeError` where there is no history, it is cut off, or the moment that is asked for is still to come.
    """
    root, question = _root(folder), question or Question()
    now = clock.now(bare.settings(root, question.at).zone)
    if question.as_of is not None and question.as_of > now:
        raise PipeError(f"{question.as_of} is in the future: nothing is recorded of it", hint="name a moment before")
    return look(root, question, now)


def report(name: str, view: View, *, pipeline: str | None = None, asked: Asked | None = None) -> tuple[Table, ...]:
    """Return the tables of a report, as `pipe report NAME` prints them, from what `audit` returned.

    `asked` are the options of the report; since when it tells changes is a matter of the view's question. Raises
    `PipeError` for an unknown report, option or pipeline, and for a view without the earlier moment that it needs.
    """
    takes = registry.REPORTS[name].takes if name in registry.REPORTS else ()
    if "since" in takes and view.before is None:
        raise PipeError(f"the view has nothing to compare with, which {name} needs", hint="Question(since='7d')")
    before = view.before.now.isoformat() if "since" in takes and view.before else None
    asked = replace(asked or Asked(), since=before)
    return registry.report(name, asked).tables(scope_of(view, pipeline=pipeline, asked=asked))


def scope_of(view: View, *, pipeline: str | None, asked: Asked) -> Scope:
    """Return what a report is computed from: a view, and what is asked of it.

    Raises `PipeError` where it is to be compared with a moment of which nothing can be known.
    """
    found = _scope(view, pipeline, replace(asked, compare=None))
    return replace(found, beside=former(replace(found, asked=asked))) if asked.compare else found


def _scope(view: View, pipeline: str | None, asked: Asked) -> Scope:
    return Scope(
        workspace=view.workspace,
        visits=view.visits,
        now=view.now,
        clock=view.clock,
        commit=view.commit,
        pipeline=pipeline,
        asked=asked,
        remarks=view.notes,
        current=view.current,
        entered=view.entered,
        updated=view.updated,
        timelines=view.timelines,
        before=_scope(view.before, pipeline, asked) if view.before else None,
        promises=view.promises,
        then=_past(view.then, pipeline, asked),
        at=_past(view.at, pipeline, asked),
    )


def _past(look: Callable[[T], View] | None, pipeline: str | None, asked: Asked) -> Callable[[T], Scope] | None:
    return None if look is None else lambda then: _scope(look(then), pipeline, asked)


def _root(folder: str | PathLike[str]) -> Path:
    start = Path(folder).resolve()
    root = start if bare.is_workspace(start) else disk.find_root(start)
    if root is None:
        raise PipeError(f"no pipe.yaml in {start} or above it", hint="name another folder", code=ExitCode.USAGE)
    return root
