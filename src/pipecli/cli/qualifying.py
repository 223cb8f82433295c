"""`pipe init --qualify`: the questions of a method, with a new workspace or in one that is there."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pipecli.cli.session import Session
    from pipecli.core.edit import Edit


def qualified(planned: "list[Edit]", name: str | None) -> "list[Edit]":
    """Return the files of a template, whose pipelines ask the questions of a method, where one is named."""
    from pipecli.core.workspace import build
    from pipecli.edits.qualification import asking, find

    if name is None:
        return planned
    workspace = build((edit.path, edit.content) for edit in planned)
    asked = {edit.path: edit.after for edit in asking(workspace, find(name))}
    return [replace(edit, after=asked.get(edit.path, edit.after)) for edit in planned]


def add(session: "Session", root: "Path", name: str, *, commit: bool) -> None:
    """Let the pipelines of a workspace that is there ask the questions of a method, as one commit."""
    from pipecli.cli.start import committed
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.edits.message import qualifies
    from pipecli.edits.qualification import asking, find
    from pipecli.shell import transaction
    from pipecli.shell.git import discover
    from pipecli.store.worktree import load

    method = find(name)
    workspace = load(root, deals=False)
    if workspace.errors():
        raise PipeError(
            "the workspace has files that cannot be read",
            hint="mend them first",
            code=ExitCode.PROBLEMS,
            problems=workspace.errors(),
        )
    edits, repository = asking(workspace, method), discover(root)
    done = "not committed"
    if commit and repository is None:
        hint = "git init && git add . && git commit, or --no-commit"
        raise PipeError(f"{root} is in no git repository", hint=hint, code=ExitCode.STATE)
    if commit and repository:
        told = partial(qualifies, method.name, [edit.path for edit in edits])
        done = f"committed {committed(repository, edits, told)}"
    else:
        transaction.write(root, edits)
    session.put_done("".join(f"{edit.path}: {edit.summary}\n" for edit in edits))
    session.say(f"  {done}\n  next: pipe show DEAL, to see what it still lacks")
