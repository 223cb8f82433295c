"""`pipe recycle`: deals that are dead or lost begin again, with their history."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How
from pipecli.cli.moving import Course, move_deals
from pipecli.cli.options import AllowDetached, Deals, DryRun, Force, IfStage, NoCommit, On, Reason, Wait
from pipecli.cli.saying import almanac, said_day
from pipecli.cli.writing import refuse_blank

if TYPE_CHECKING:
    from pipecli.cli.session import Session
    from pipecli.core.spoken import Almanac
    from pipecli.core.workspace import Workspace
    from pipecli.edits.assignment import Assignment


def recycle(
    context: typer.Context,
    deals: Deals,
    stage: Annotated[str | None, typer.Option(metavar="STAGE", help="Else the one in which deals come in.")] = None,
    pipeline: Annotated[
        str | None, typer.Option(metavar="NAME", help="Into another pipeline, like one to nurture.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="On hold until this day; needs --reason.")] = None,
    reason: Reason = None,
    on: On = None,
    if_stage: IfStage = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Begin again with deals that are dead or lost.

    They go back into an early stage, or into another pipeline. What belongs to the run that is over leaves the file
    and stays in the history: closed_on, outcome, hold, a probability and forecast of their own, a close that passed.

    \b
    Examples:
      pipe recycle dune-extension-j2wr
      pipe recycle dune-extension --stage qualified --reason "Their contract ends in spring"
      pipe recycle dune-extension --until +90d --reason "New budget in spring"
      pipe recycle dune-extension fjord-archive --dry-run
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.edits.revival import recycling

    session: Session = context.obj
    refuse_blank(stage=stage, until=until)
    how = How(reason, force, dry_run, no_commit, allow_detached, wait)
    sets = _sets(until, reason, almanac(session))

    def target(workspace: "Workspace", name: str) -> str:
        return recycling(workspace, name, pipeline, stage)

    raise typer.Exit(move_deals(session, how, deals, Course(on, if_stage, pipeline), target, sets, anew=True))


def _sets(until: str | None, reason: str | None, seen: "Almanac") -> "list[Assignment]":
    """Return what the deals get besides a stage. Raises `PipeError` for a hold without a reason or a day to come."""
    from pipecli.core.problem import PipeError
    from pipecli.core.spoken import Facing
    from pipecli.edits.assignment import Assignment, read
    from pipecli.edits.revival import fresh

    if until is None:
        return [*fresh(seen.today), Assignment(("hold",), None)]
    if not reason:
        raise PipeError("--reason TEXT is missing", hint=f'--until {until} --reason "…"')
    day = said_day("--until", until, seen, Facing.FROM)
    if day <= seen.today:
        raise PipeError(f"--until {until} is no day to come", hint="--until +90d, or leave it out")
    return [*fresh(seen.today), Assignment(("hold", "until"), day), read(f"hold.reason={reason}", seen)]
