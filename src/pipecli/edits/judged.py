"""What the rules find after a change of the workspace's own files that they did not find before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipecli.core.contents import overlaid
from pipecli.core.layout import FileKind, place
from pipecli.core.problem import ExitCode, PipeError, Severity
from pipecli.core.workspace import read_file
from pipecli.rules.registry import evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.edit import Edit
    from pipecli.core.problem import Problem
    from pipecli.core.workspace import Workspace
    from pipecli.facts.derived import Context

_HELD = {
    FileKind.PIPELINE: "pipelines",
    FileKind.DEAL: "deals",
    FileKind.COMPANY: "companies",
    FileKind.CONTACT: "contacts",
}
"""By kind, where a workspace holds the records."""


def refuse_unreadable(workspace: Workspace) -> None:
    """Raise `PipeError` where a file cannot be read: what a change of a pipeline means for it is not known."""
    if workspace.errors():
        message = "what this would mean is not known: files cannot be read"
        raise PipeError(message, hint="mend them first", code=ExitCode.PROBLEMS, problems=workspace.errors())


def after(workspace: Workspace, edits: Sequence[Edit]) -> tuple[Workspace, list[Problem]]:
    """Return the workspace with edits in it, and what is wrong with the form of the edited files."""
    held: dict[str, dict[str, Any]] = {name: dict(getattr(workspace, name)) for name in _HELD.values()}
    known = {kind: dict(ids) for kind, ids in workspace.known.items()}
    wrong: list[Problem] = []
    for edit in edits:
        what = place(edit.path)
        if what is None or what.kind not in _HELD:
            continue
        held[_HELD[what.kind]].pop(what.id, None)
        known[what.kind].pop(what.id, None)
        if edit.after is None:
            continue
        known[what.kind][what.id] = edit.path
        record, problems = read_file(edit.path, edit.after)
        wrong += problems
        if record is not None:
            held[_HELD[what.kind]][what.id] = record
    texts = overlaid({edit.path: edit.content for edit in edits}, workspace.texts)
    return (
        replace(
            workspace, texts=texts, known=known, pipelines=held["pipelines"], deals=held["deals"],
            companies=held["companies"], contacts=held["contacts"],
        ),
        wrong,
    )  # fmt: skip


def new_problems(context: Context, edits: Sequence[Edit]) -> tuple[list[Problem], list[Problem]]:
    """Return the errors that edits would bring, and the warnings."""
    changed, wrong = after(context.workspace, edits)
    errors = [problem for problem in wrong if problem.severity is Severity.ERROR]
    if errors:
        return errors, []
    before = {(one.path, one.code, one.message) for one in evaluate(context)}
    found = [
        problem
        for problem in evaluate(replace(context, workspace=changed))
        if (problem.path, problem.code, problem.message) not in before
    ]
    return (
        [problem for problem in found if problem.severity is Severity.ERROR],
        [problem for problem in found if problem.severity is Severity.WARNING],
    )
