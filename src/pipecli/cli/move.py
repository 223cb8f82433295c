"""`pipe move`: deals into another stage, as one commit."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How
from pipecli.cli.moving import Course, move_deals
from pipecli.cli.options import AllowDetached, DryRun, Force, IfStage, NoCommit, On, Reason, Wait

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
    nothing. A move that breaks a rule is refused with every reason (exit 1).

    \b
    Examples:
      pipe move birch-seats-h8vd negotiation
      pipe move birch-seats cobalt-tracking negotiation --on 2026-11-20
      pipe move ember-rollout closed-lost --reason price
      pipe move acme-renewal closed-won --dry-run
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    import shlex

    from pipecli.core.problem import PipeError

    session: Session = context.obj
    *deals, stage = words
    if not deals:
        raise PipeError("STAGE is missing", hint=f"pipe move {shlex.quote(stage)} STAGE")
    how = How(reason, force, dry_run, no_commit, allow_detached, wait)
    raise typer.Exit(move_deals(session, how, deals, Course(on, if_stage, pipeline), lambda *_: stage))
