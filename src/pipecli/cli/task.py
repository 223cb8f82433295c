"""`pipe task`: the tasks of deals; each change is one commit."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How, Scene
from pipecli.cli.options import AllowDetached, DryRun, Force, Format, NoCommit, OneDeal, Output, Reason, Wait
from pipecli.cli.session import Session, now_in
from pipecli.cli.working import amend, member
from pipecli.cli.writing import find_deals, refuse_blank

if TYPE_CHECKING:
    from pipecli.core.record import Deal
    from pipecli.core.workspace import Workspace
    from pipecli.edits.amend import Amendment

app = typer.Typer(help="Add, finish, put off and list the tasks of deals.", no_args_is_help=True, rich_markup_mode=None)

Task = Annotated[str, typer.Argument(metavar="TASK", help="Its id, the beginning of that, or words of it.")]


@app.command()
def add(
    context: typer.Context,
    deal: OneDeal,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is to be done.")],
    due: Annotated[str | None, typer.Option(metavar="DATE", help="Until when: fri, +3d, in-2-weeks, eom.")] = None,
    owner: Annotated[
        str | None, typer.Option("--for", metavar="PERSON", help="The member who does it; else who owns the deal.")
    ] = None,
    reason: Reason = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Add a task to a deal.

    It gets an id of its words, its day and its person: the same task added on two branches is the same one.

    \b
    Examples:
      pipe task add acme-renewal-k7m2 "Book the security review" --due fri
      pipe task add birch-seats "Send the price list" --due tomorrow --for sam
      pipe task add acme-renewal "Ask who signs"
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.cli.saying import almanac, said_day
    from pipecli.core.problem import PipeError
    from pipecli.edits.task import NewTask
    from pipecli.edits.task import add as added

    refuse_blank(**{"due": due, "for": owner})
    words = " ".join(text.split())
    if not words:
        raise PipeError("what is to be done?", hint=f'pipe task add {deal} "…" --due fri')
    day = said_day("--due", due, almanac(context.obj)) if due else None

    def wanted(at: Scene, found: "Deal") -> "Amendment":
        return added(found, NewTask(do=words, due=day, owner=member(at, owner, "--for")))

    raise typer.Exit(amend(context.obj, How(reason, force, dry_run, no_commit, allow_detached, wait), [deal], wanted))


@app.command()
def done(
    context: typer.Context,
    deal: OneDeal,
    tasks: Annotated[
        list[str], typer.Argument(metavar="TASK...", help="Ids, beginnings of ids, or words of what is to be done.")
    ],
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="It was done on this day, not today.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="It is not done.")] = False,
    reason: Reason = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Finish tasks of a deal: each gets the day on which it was done.

    \b
    Examples:
      pipe task done acme-renewal-k7m2 t2
      pipe task done acme-renewal discount --on yesterday
      pipe task done acme-renewal t1 --undo
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.cli.saying import almanac, said_day
    from pipecli.core.problem import PipeError
    from pipecli.core.spoken import Facing
    from pipecli.edits.task import finish, take_back

    refuse_blank(on=on)
    if on and undo:
        raise PipeError("--undo takes no --on", hint="pipe task done DEAL TASK --undo")
    seen = almanac(context.obj)
    day = said_day("--on", on, seen, Facing.PAST) if on else seen.today
    if day > seen.today:
        raise PipeError(f"--on {on} is in the future", hint=f"pipe task snooze {deal} TASK {on}")

    def wanted(_: Scene, found: "Deal") -> "Amendment":
        return take_back(found, tasks) if undo else finish(found, tasks, day)

    raise typer.Exit(amend(context.obj, How(reason, force, dry_run, no_commit, allow_detached, wait), [deal], wanted))


@app.command()
def snooze(
    context: typer.Context,
    deal: OneDeal,
    task: Task,
    until: Annotated[str, typer.Argument(metavar="DATE", help="The day on which it is due now: +3d, mon, next-week.")],
    reason: Reason = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Put a task off to another day.

    \b
    Examples:
      pipe task snooze acme-renewal-k7m2 t2 mon
      pipe task snooze acme-renewal t2 +1w --reason "She is ill"
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.cli.saying import almanac, said_day
    from pipecli.core.problem import PipeError
    from pipecli.edits.task import put_off

    seen = almanac(context.obj)
    day = said_day("", until, seen)
    if day < seen.today:
        raise PipeError(f"{until} is over", hint="+3d, mon or next-week")

    def wanted(_: Scene, found: "Deal") -> "Amendment":
        return put_off(found, task, day)

    raise typer.Exit(amend(context.obj, How(reason, force, dry_run, no_commit, allow_detached, wait), [deal], wanted))


@app.command("list")
def list_tasks(
    context: typer.Context,
    deals: Annotated[list[str] | None, typer.Argument(metavar="[DEAL...]", help="Of these deals only.")] = None,
    owner: Annotated[
        str | None, typer.Option("--for", metavar="PERSON", help="Those of this member; 'me' is you.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", "-a", help="Those that are done or of lost deals, too.")] = False,
    form: Format = "table",
    output: Output = None,
) -> None:
    """List tasks by the day on which they are due.

    \b
    Examples:
      pipe task list
      pipe task list --for me
      pipe task list acme-renewal --all
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.cli.changing import scene
    from pipecli.cli.session import context_of
    from pipecli.reports.work import tasks

    session: Session = context.obj
    refuse_blank(**{"for": owner})
    workspace, names = find_deals(session, deals) if deals else _all(session)
    person = member(scene(session, (workspace, names)), owner, "--for") if owner else None
    chosen = [workspace.deals[name] for name in names if name in workspace.deals]
    facts = context_of(workspace, now_in(workspace))
    session.show([tasks(chosen, facts, person=person, everything=everything)], form, output)
    raise typer.Exit(session.verdict(workspace.problems))


def _all(session: Session) -> "tuple[Workspace, list[str]]":
    workspace = session.workspace()
    return workspace, list(workspace.deals)
