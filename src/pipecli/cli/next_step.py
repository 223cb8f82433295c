"""`pipe next`: what happens next in a deal, as one commit."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How, Scene
from pipecli.cli.options import AllowDetached, DryRun, Force, NoCommit, OneDeal, Reason, Wait
from pipecli.cli.working import amend
from pipecli.cli.writing import refuse_blank

if TYPE_CHECKING:
    from pipecli.core.record import Deal
    from pipecli.edits.amend import Amendment


def next_step(
    context: typer.Context,
    deal: OneDeal,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="What happens next.")] = None,
    due: Annotated[str | None, typer.Option(metavar="DATE", help="Until when: fri, +3d, in-2-weeks, eom.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="There is no next step any more.")] = False,
    reason: Reason = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Set what happens next in a deal, and until when.

    A deal has one next step; another one takes its place, and its day. Without TEXT the step that is there gets
    another day. Whatever else is to be done is a task (pipe task).

    \b
    Examples:
      pipe next acme-renewal-k7m2 "Send the revised quote" --due fri
      pipe next acme-renewal --due next-week
      pipe next acme-renewal --clear
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.cli.saying import almanac, said_day
    from pipecli.core.problem import PipeError
    from pipecli.edits.next_step import clear as cleared
    from pipecli.edits.next_step import step

    refuse_blank(due=due, text=text)
    if clear and (text or due):
        raise PipeError("--clear takes no TEXT and no --due", hint="pipe next DEAL --clear")
    if not (clear or text or due):
        hint = 'pipe next DEAL "…" --due fri, or --clear; pipe show DEAL tells the one that is there'
        raise PipeError("what happens next?", hint=hint)
    day = said_day("--due", due, almanac(context.obj)) if due else None
    words = " ".join(text.split()) if text else None

    def wanted(_: Scene, found: "Deal") -> "Amendment":
        return cleared(found) if clear else step(found, words, day)

    how = How(reason, force, dry_run, no_commit, allow_detached, wait)
    raise typer.Exit(amend(context.obj, how, [deal], wanted, onward=clear))
