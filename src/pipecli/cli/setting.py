"""`pipe set`: values of deals, as one commit."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How, Scene, change
from pipecli.cli.choosing import Chosen, change_chosen, refuse_unclear
from pipecli.cli.options import AllowDetached, ChosenBy, Closed, DryRun, Force, NoCommit, Reason, Wait, Yes
from pipecli.cli.saying import almanac
from pipecli.cli.writing import find_deals

if TYPE_CHECKING:
    from pipecli.cli.session import Session
    from pipecli.edits.assignment import Assignment
    from pipecli.edits.plan import Plan


def set_deals(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="DEAL... KEY=VALUE...",
            help="Ids, unambiguous beginnings of ids, or words of titles; then what they get.",
        ),
    ],
    where: ChosenBy = None,
    everything: Closed = False,
    yes: Yes = False,
    reason: Reason = None,
    force: Force = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Set values of deals.

    The lines that change are edited, the result is checked, and exactly these files are committed. KEY= takes a value
    away; KEY+=ITEM and KEY-=ITEM are for tags and contacts; a dot leads into what holds several values. Days may be
    said: today, fri, +14d, in-2-weeks, eom. Several deals are one commit, all or nothing. What --where would change is
    shown first, and you are asked; in a script say --yes.

    \b
    Examples:
      pipe set acme-renewal-k7m2 value=52000
      pipe set acme-renewal owner=noor tags+=renewal source=
      pipe set birch-seats next_step.do="Send the quote" next_step.due=+3d
      pipe set cobalt-driver checklist.budget=today fields.seats=120
      pipe set --where 'owner = sam' owner=noor --reason "Sam has left" --yes
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import PipeError
    from pipecli.edits.assignment import read

    session: Session = context.obj
    deals, given = [word for word in words if "=" not in word], [word for word in words if "=" in word]
    if not given:
        raise PipeError("KEY=VALUE is missing", hint=f"pipe set {' '.join(deals)} value=52000")
    refuse_unclear(deals, where, everything=everything, yes=yes)
    how = How(reason, force, dry_run, no_commit, allow_detached, wait)
    seen = almanac(session)
    sets = [read(word, seen) for word in given]
    keys = [wanted.key for wanted in sets if wanted.sign == "="]
    if twice := [key for key in dict.fromkeys(keys) if keys.count(key) > 1]:
        raise PipeError(f"{twice[0]} is given {keys.count(twice[0])} times", hint=f"give it once: {twice[0]}=…")

    def plan(at: Scene) -> "Plan":
        return _plan(at, sets, how)

    if where:
        raise typer.Exit(change_chosen(session, how, Chosen(where, everything, yes), plan))
    raise typer.Exit(change(session, how, lambda: find_deals(session, deals), plan))


def _plan(at: Scene, sets: "list[Assignment]", how: How) -> "Plan":
    from pipecli.edits.change import Intent, plan

    wanted = Intent(deals=dict.fromkeys(at.deals), sets=sets, reason=how.reason, force=how.force, now=at.now, me=at.me)
    return plan(at.workspace, at.facts, wanted)
