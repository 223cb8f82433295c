"""What the commands that change deals share: the plan is made inside the lock, and refused, shown or carried out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import typer

from pipecli.cli.session import Session, now_in
from pipecli.cli.writing import Writing, refuse_blank, refuse_unreadable_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pipecli.core.edit import Edit
    from pipecli.core.problem import ExitCode
    from pipecli.core.workspace import Workspace
    from pipecli.edits.plan import Plan
    from pipecli.facts.derived import Context

_MOST = 50
"""How many reasons against a plan are printed; the others are counted."""


@dataclass(frozen=True, slots=True)
class How:
    """How a person wants a write: the options of all commands that change deals."""

    reason: str | None = None
    force: str | None = None
    dry_run: bool = False
    no_commit: bool = False
    allow_detached: bool = False
    wait: float = 10

    def writing(self, session: Session) -> Writing:
        """Return the write. Raises `PipeError` for an option that says nothing."""
        refuse_blank(reason=self.reason, force=self.force)
        return Writing(
            session,
            commit=not self.no_commit,
            wait=self.wait,
            allow_detached=self.allow_detached,
            dry_run=self.dry_run,
        )


class Scene(NamedTuple):
    """What a plan is made from: the workspace inside the lock, the deals that are meant, the moment, and who acts."""

    workspace: "Workspace"
    deals: list[str]
    facts: "Context"
    now: "datetime"
    me: str


def scene(session: Session, found: "tuple[Workspace, list[str]]") -> Scene:
    """Return the scene for deals that were found. Raises `PipeError` where what they must obey cannot be read."""
    workspace, deals = found
    refuse_unreadable_rules(workspace)
    now = now_in(workspace)
    return Scene(workspace, deals, session.facts(workspace, now), now, session.me(workspace))


def change(
    session: Session, how: How, find: "Callable[[], tuple[Workspace, list[str]]]", plan: "Callable[[Scene], Plan]"
) -> "ExitCode":
    """Plan a change of deals, carry it out as one commit, tell of it, and return the exit code.

    Raises `PipeError` where it cannot be, and ends the command where it is refused.
    """
    from pipecli.core.problem import ExitCode

    with how.writing(session) as writing:
        at = scene(session, find())
        planned = plan(at)
        refuse(session, planned)
        for line in (*planned.already, *planned.notes):
            session.say(line)
        if how.dry_run:
            session.put("".join(edit.diff() for edit in planned.edits))
            if not how.no_commit:
                writing.rehearse(planned.edits)
            return ExitCode.OK
        if not planned.edits:
            return ExitCode.OK
        done = apply(writing, how, planned)
    return report(writing, planned, at.facts, done)


def apply(writing: Writing, how: How, planned: "Plan") -> str:
    """Write the edits of a plan and commit them, if that is wanted, and return what to tell."""
    from pipecli.edits.message import message

    text = message(planned.subject, writing.operation, moved=planned.moved, reason=how.reason, force=how.force)
    return writing.apply(planned.edits, text)


def report(writing: Writing, planned: "Plan", facts: "Context", done: str) -> "ExitCode":
    """Tell what was done and, of a single move, what comes next; return the exit code."""
    session = writing.session
    session.put_done("".join(f"{_name(edit)}: {edit.summary}\n" for edit in planned.edits if edit.summary))
    session.say(done)
    code = writing.verdict(facts)
    if len(planned.edits) == 1 and planned.moved and not code:
        _next(writing, planned.edits[0], facts)
    return code


def refuse(session: Session, planned: "Plan") -> None:
    """End the command with every reason, where there is one against the plan."""
    from dataclasses import replace

    from pipecli.core.problem import ExitCode

    if not planned.refusals:
        return
    refused = {reason.path for reason in planned.refusals}
    names = {edit.path: _name(edit) for edit in planned.edits if edit.before is not None or edit.path in refused}
    several = len(names) > 1
    stages = dict.fromkeys(moved.target.partition("/")[2] for moved in planned.moved)
    made = all(edit.before is None for edit in planned.edits if edit.path in refused)
    what = f"move to {' or '.join(stages)}" if stages else f"be {'added' if made else 'changed'}"
    rest = f", so nothing was {'moved' if stages else 'changed'}" if several else ""
    reasons = [
        replace(reason, message=f"{names.get(reason.path, reason.path)}: {reason.message}") if several else reason
        for reason in planned.refusals
    ]
    who = _listed([name for path, name in names.items() if path in refused])
    session.error(f"{who} cannot {what}{rest}:", reasons[:_MOST])
    if len(reasons) > _MOST:
        session.say(f"  … and {len(reasons) - _MOST} more reasons")
    mend = f"pipe edit {_listed([*names.values()])}" if len(names) == 1 else f"edit {_listed(sorted(refused))}"
    otherwise = mend if stages else "give other values, or say why with --reason TEXT"
    session.gated(planned.refusals, planned.remedy or otherwise)
    raise typer.Exit(ExitCode.PROBLEMS)


def _listed(names: "Sequence[str]") -> str:
    shown = ", ".join(names[:10])
    return f"{shown} and {len(names) - 10} more" if len(names) > 10 else shown  # noqa: PLR2004 -- what one looks through


def _name(edit: "Edit") -> str:
    from pathlib import PurePosixPath

    return PurePosixPath(edit.path).stem


def _next(writing: Writing, edit: "Edit", facts: "Context") -> None:
    """Tell what the new stage asks for, and what is missing for the one after it."""
    from pipecli.cli.next_stage import next_lines
    from pipecli.core.workspace import read_file

    committed = dict(writing.done.changed) if writing.done else {}
    deal, _ = read_file(edit.path, committed.get(edit.path, edit.content))
    for line in next_lines(deal, facts, writing.session.me(facts.workspace)):
        writing.session.say(line)
