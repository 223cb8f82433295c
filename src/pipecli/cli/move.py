"""`pipe move`: deals into another stage, as one commit."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.session import Session, context_of, now_in
from pipecli.cli.writing import Writing, find_deals, refuse_blank, refuse_unreadable_rules

if TYPE_CHECKING:
    from datetime import date

    from pipecli.core.workspace import Workspace
    from pipecli.edits.move import Plan
    from pipecli.facts.derived import Context


def move(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="DEAL... STAGE",
            help="Ids, unambiguous beginnings of ids, or words of titles; then the stage's id or name.",
        ),
    ],
    pipeline: Annotated[str | None, typer.Option(metavar="NAME", help="Move into another pipeline.")] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="It happened on this day (or moment), not now.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why; kept in the commit, and in the outcome of a lost deal.")
    ] = None,
    force: Annotated[
        str | None, typer.Option(metavar="WHY", help="Pass the gates; the reason is recorded in the commit.")
    ] = None,
    if_stage: Annotated[
        str | None,
        typer.Option(metavar="STAGE", help="Move only if the deal is still in this stage (else exit 4)."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")] = False,
    no_commit: Annotated[bool, typer.Option("--no-commit", help="Edit the files, and leave the commit to me.")] = False,
    allow_detached: Annotated[
        bool, typer.Option("--allow-detached", help="Commit although HEAD is on no branch.")
    ] = False,
    wait: Annotated[float, typer.Option(metavar="SECONDS", help="How long to wait for another writer.")] = 10,
) -> None:
    """Move deals into a stage: checks the rules, edits the files, commits exactly them.

    Several deals are one commit, all or nothing. A move that breaks a rule is refused with every reason (exit 1).

    \b
    Examples:
      pipe move birch-seats-h8vd negotiation
      pipe move birch-seats cobalt-tracking negotiation --on 2026-11-20
      pipe move ember-rollout closed-lost --reason price
      pipe move acme-renewal closed-won --dry-run
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    import shlex

    from pipecli.core.problem import PipeError
    from pipecli.edits.message import message
    from pipecli.edits.move import Intent, plan

    session: Session = context.obj
    *deals, stage = words
    if not deals:
        raise PipeError("STAGE is missing", hint=f"pipe move {shlex.quote(stage)} STAGE")
    refuse_blank(force=force, reason=reason, if_stage=if_stage, pipeline=pipeline)
    with Writing(session, commit=not no_commit, wait=wait, allow_detached=allow_detached, dry_run=dry_run) as writing:
        workspace, ids = find_deals(session, deals)
        refuse_unreadable_rules(workspace)
        now = now_in(workspace)
        facts = context_of(workspace, now)
        if if_stage is not None:
            _expect(workspace, ids, if_stage)
        wanted = Intent(
            deals=ids,
            stage=stage,
            pipeline=pipeline,
            on=_day(on, now.date()),
            reason=reason,
            force=force,
            now=now,
            me=session.me(workspace),
        )
        planned = plan(workspace, facts, wanted)
        _refuse(session, planned)
        _tell_those_there(session, workspace, planned)
        if dry_run:
            session.put("".join(edit.diff() for edit in planned.edits))
            if not no_commit:
                writing.rehearse(planned.edits)
            return
        if not planned.edits:
            return
        text = message(planned.moved, writing.operation, reason=reason, force=force)
        done = writing.apply(planned.edits, text)
    _report(session, planned, done)
    code = writing.verdict(facts)
    if len(planned.edits) == 1 and not code:
        _next(session, writing, planned, facts)
    raise typer.Exit(code)


def _tell_those_there(session: Session, workspace: "Workspace", planned: "Plan") -> None:
    for name in planned.there:
        stage = workspace.stage_of(workspace.deals[name])
        session.say(f"{name} is in {stage.id if stage else ''} already")


def _expect(workspace: "Workspace", ids: list[str], stage: str) -> None:
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.edits.move import find_stage, readable_deal, readable_pipeline

    for name in ids:
        deal = readable_deal(workspace, name)
        wanted = find_stage(readable_pipeline(workspace, deal.pipeline), stage)
        if workspace.stage_of(deal) is not wanted:
            raise PipeError(
                f"{name} is in {deal.stage}, not in {wanted.id}: somebody else moved it first",
                hint=f"pipe show {name}",
                code=ExitCode.TAKEN,
            )


def _day(text: str | None, today: "date") -> "date | None":
    """Read --on; today is the same as no --on at all, which keeps the time of day."""
    from datetime import datetime, timedelta

    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.core.value import parse_when

    if text is None or text == "today":
        return None
    try:
        day = today - timedelta(days=1) if text == "yesterday" else parse_when(text)
    except ValueError as error:
        hint = "--on 2026-11-20, --on 2026-11-20T14:05+01:00, or --on yesterday"
        raise PipeError(f"--on {text}: {error}", hint=hint, code=ExitCode.USAGE) from None
    if (day.date() if isinstance(day, datetime) else day) > today:
        hint = "a move is recorded when it has happened; plan it with a next step"
        raise PipeError(f"--on {text} is in the future", hint=hint, code=ExitCode.USAGE)
    return None if day == today else day


def _refuse(session: Session, planned: "Plan") -> None:
    from dataclasses import replace

    from pipecli.core.problem import ExitCode

    if not planned.refusals:
        return
    refused = {reason.path for reason in planned.refusals}
    names = {edit.path: moved.deal for edit, moved in zip(planned.edits, planned.moved, strict=True)}
    several = len(names) > 1
    target = planned.moved[0].target.partition("/")[2]
    who = ", ".join(name for path, name in names.items() if path in refused)
    reasons = [
        replace(reason, message=f"{names[reason.path]}: {reason.message}") if several else reason
        for reason in planned.refusals
    ]
    session.error(f"{who} cannot move to {target}{', so nothing was moved' if several else ''}:", reasons)
    session.gated(planned.refusals, f"edit {', '.join(sorted(refused))}")
    raise typer.Exit(ExitCode.PROBLEMS)


def _report(session: Session, planned: "Plan", done: str) -> None:
    for moved in planned.moved:
        source, target = (state.partition("/")[2] for state in (moved.source, moved.target))
        same = moved.source.partition("/")[0] == moved.target.partition("/")[0]
        session.put_done(f"{moved.deal}: {source if same else moved.source} -> {target if same else moved.target}\n")
    session.say(done)


def _next(session: Session, writing: Writing, planned: "Plan", facts: "Context") -> None:
    """Tell what the new stage asks for, and what is missing for the one after it."""
    from pipecli.cli.next_stage import next_lines
    from pipecli.core.workspace import read_file

    edit = planned.edits[0]
    committed = dict(writing.done.changed) if writing.done else {}
    deal, _ = read_file(edit.path, committed.get(edit.path, edit.after))
    for line in next_lines(deal, facts):
        session.say(line)
