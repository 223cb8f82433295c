"""`pipe move`: deals into another stage, as one commit."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How
from pipecli.cli.choosing import Chosen, refuse_unclear
from pipecli.cli.moving import Course, move_deals
from pipecli.cli.options import (
    AllowDetached,
    ChosenBy,
    Closed,
    DryRun,
    Force,
    IfStage,
    NoCommit,
    On,
    Reason,
    Wait,
    Yes,
)

if TYPE_CHECKING:
    from pipecli.cli.session import Session


def move(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="DEAL... STAGE",
            help="Ids, unambiguous beginnings of ids, or words of titles; then the stage's id or name.",
        ),
    ],
    where: ChosenBy = None,
    everything: Closed = False,
    yes: Yes = False,
    pipeline: Annotated[str | None, typer.Option(metavar="NAME", help="Move into another pipeline.")] = None,
    on: On = None,
    if_stage: IfStage = None,
    reason: Reason = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Move deals into a stage, as its rules allow.

    The rules are checked, the files edited, and exactly they are committed. Several deals are one commit, all or
    nothing. A move that breaks a rule is refused with every reason (exit 1). What --where would move is shown
    first, and you are asked; in a script say --yes.

    \b
    Examples:
      pipe move birch-seats-h8vd negotiation
      pipe move birch-seats cobalt-tracking negotiation --on 2026-11-20
      pipe move ember-rollout closed-lost --reason price
      pipe move acme-renewal closed-won --dry-run
      pipe move --where 'stage = new-lead' --where 'source is set' qualified --dry-run
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    import shlex

    from pipecli.core.problem import PipeError

    session: Session = context.obj
    *deals, stage = words
    if not (deals or where):
        raise PipeError("STAGE is missing", hint=f"pipe move {shlex.quote(stage)} STAGE")
    refuse_unclear(deals, where, everything=everything, yes=yes)
    how = How(reason, force, dry_run, no_commit, allow_detached, wait)
    meant = Chosen(where, everything, yes) if where else deals
    raise typer.Exit(move_deals(session, how, meant, Course(on, if_stage, pipeline), lambda *_: stage))
