"""`pipe edit`: a deal's file in the person's editor, checked before it is committed."""

from typing import TYPE_CHECKING

import typer

from pipecli.cli.changing import How, Scene, apply, report, scene
from pipecli.cli.options import AllowDetached, Force, NoCommit, OneDeal, Reason, Wait
from pipecli.cli.writing import find_deals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.cli.session import Session
    from pipecli.core.edit import Edit
    from pipecli.core.problem import ExitCode, Problem
    from pipecli.edits.plan import Plan
    from pipecli.shell.draft import Draft


def edit(
    context: typer.Context,
    deal: OneDeal,
    reason: Reason = None,
    force: Force = None,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Edit a deal in your editor, and commit what you wrote.

    The editor is VISUAL, EDITOR, or the one that git takes. A text with mistakes is given back to you with all of them
    above it. Another stage in it is a move, and passes the gates of one. What you wrote is kept in a file of its own
    until it is committed.

    \b
    Examples:
      pipe edit acme-renewal-k7m2
      VISUAL="code --wait" pipe edit acme --reason "After the call"
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.shell import program
    from pipecli.shell.draft import Draft

    session: Session = context.obj
    how = How(reason, force, False, no_commit, allow_detached, wait)
    name, opened = _opened(session, how, deal)
    editor = program.editor(session.root())
    draft = Draft(f"{name}.yaml", opened.content)
    try:
        code = _edited(session, how, draft, editor, name, opened)
    except BaseException:
        if draft.text == opened.content:
            draft.forget()
        else:
            session.error(f"what you wrote is kept in {draft.file}", [])
        raise
    draft.forget()
    raise typer.Exit(code)


def _opened(session: "Session", how: How, deal: str) -> "tuple[str, Edit]":
    """Return the id of the deal, and an edit that leaves its file as it is; the lock is held for that moment only.

    Raises `PipeError` where the file cannot be written, before the person has begun.
    """
    from pipecli.core.edit import Edit
    from pipecli.core.finding import only_file

    with how.writing(session) as writing:
        workspace, (name,) = find_deals(session, [deal])
        path = only_file(workspace, name)
        opened = Edit(path, workspace.texts[path], workspace.texts[path], "")
        writing.refuse_dirty([opened])
    return name, opened


def _edited(
    session: "Session", how: How, draft: "Draft", editor: "Sequence[str]", name: str, opened: "Edit"
) -> "ExitCode":
    """Let the person write until the text can be committed, is as it was, or is given up; return the exit code."""
    from pipecli.core.problem import ExitCode
    from pipecli.shell import terminal

    notes: list[str] = []
    refused = opened.content
    while True:
        text = draft.open(editor, notes)
        if text == opened.content:
            session.say("nothing changed")
            return ExitCode.OK
        with how.writing(session) as writing:
            at = _scene(session, name, opened)
            planned = _plan(at, text, how)
            if not planned.refusals:
                done = apply(writing, how, planned)
                break
        if text == refused or not terminal.is_interactive():
            _give_up(session, draft, planned, opened.path)
        notes, refused = _notes(planned.refusals), text
    return report(writing, planned, at.facts, done)


def _scene(session: "Session", name: str, opened: "Edit") -> Scene:
    """Return the scene inside the lock. Raises `PipeError` where the file is no longer as it was opened."""
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.store.worktree import load_deals

    workspace = load_deals(session.root(), [opened.path])
    if workspace.texts.get(opened.path) != opened.content:
        message = f"{opened.path} was changed by something else while the editor was open"
        raise PipeError(message, hint=f"pipe edit {name}, and take over what you wrote", code=ExitCode.TAKEN)
    return scene(session, (workspace, [name]))


def _plan(at: Scene, text: bytes, how: How) -> "Plan":
    from pipecli.edits.edit import Edited, plan

    wanted = Edited(deal=at.deals[0], text=text, reason=how.reason, force=how.force, now=at.now, me=at.me)
    return plan(at.workspace, at.facts, wanted)


def _notes(refusals: "Sequence[Problem]") -> list[str]:
    """Return what is wrong, a line each, for the top of the text; lines are counted with these above it."""
    from pipecli.render.safe import terminal

    above = len(refusals) + 2
    found = [
        terminal(
            (f"line {problem.line + above}: " if problem.line else "")
            + problem.message
            + (f" ({problem.hint})" if problem.hint else "")
        )
        for problem in refusals
    ]
    return ["This cannot be committed yet:", *found, "Mend it and save; or leave it as it is, to give up."]


def _give_up(session: "Session", draft: "Draft", planned: "Plan", path: str) -> None:
    """End the command with every problem, at its place in the text that is kept."""
    from dataclasses import replace

    from pipecli.core.problem import ExitCode

    session.error(f"{path} was not changed:", [])
    session.tell([replace(problem, path=str(draft.file)) for problem in planned.refusals])
    session.gated(planned.refusals, f"mend that text, and copy it to {path}", always=True)
    raise typer.Exit(ExitCode.PROBLEMS)
