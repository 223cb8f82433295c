"""`pipe check`: ticks in the checklist of a deal, as one commit; without items, the checklist."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How, Scene
from pipecli.cli.options import AllowDetached, DryRun, Force, Format, NoCommit, OneDeal, Reason, Wait
from pipecli.cli.working import amend
from pipecli.cli.writing import find_deals, refuse_blank

if TYPE_CHECKING:
    from pipecli.cli.session import Session
    from pipecli.core.problem import ExitCode
    from pipecli.core.record import Deal
    from pipecli.edits.amend import Amendment


def check(
    context: typer.Context,
    deal: OneDeal,
    items: Annotated[
        list[str] | None, typer.Argument(metavar="[ITEM...]", help="Ids, their beginnings, or words of the items.")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="It was done on this day, not today.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take ticks away.")] = False,
    form: Format = "table",
    reason: Reason = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Tick items of a deal's checklist, or show the checklist.

    The file keeps the day, and the commit who ticked: pipe blame DEAL tells both. The items stand in the stages of the
    pipeline; those that are required hold a deal back.

    \b
    Examples:
      pipe check birch-seats-h8vd
      pipe check birch-seats budget
      pipe check birch-seats budget --on yesterday
      pipe check birch-seats budget --undo
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.cli.saying import almanac, said_day
    from pipecli.core.problem import PipeError
    from pipecli.core.spoken import Facing

    session: Session = context.obj
    refuse_blank(on=on)
    if on and undo:
        raise PipeError("--undo takes no --on", hint="pipe check DEAL ITEM --undo")
    if not items:
        if on or undo:
            raise PipeError("which items?", hint=f"pipe check {deal} tells them")
        raise typer.Exit(_show(session, deal, form))
    seen = almanac(session)
    day = said_day("--on", on, seen, Facing.PAST) if on else seen.today
    if day > seen.today:
        raise PipeError(f"--on {on} is in the future", hint="tick it when it is done")
    words = items

    def wanted(at: Scene, found: "Deal") -> "Amendment":
        from pipecli.edits.checklist import find_items, tick, untick
        from pipecli.edits.move import readable_pipeline

        meant = find_items(readable_pipeline(at.workspace, found.pipeline), words, found)
        return untick(found, meant) if undo else tick(found, meant, day)

    how = How(reason, force, dry_run, no_commit, allow_detached, wait)
    raise typer.Exit(amend(session, how, [deal], wanted, onward=False))


def _show(session: "Session", word: str, form: str) -> "ExitCode":
    from pipecli.core.finding import readable_deal
    from pipecli.edits.move import readable_pipeline
    from pipecli.reports.work import checklist

    workspace, (name,) = find_deals(session, [word])
    deal = readable_deal(workspace, name)
    session.show([checklist(deal, readable_pipeline(workspace, deal.pipeline))], form)
    return session.verdict(workspace.errors())
