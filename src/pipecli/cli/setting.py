"""`pipe set`: values of deals, as one commit."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.changing import How, Scene, change
from pipecli.cli.options import AllowDetached, DryRun, Force, NoCommit, Reason, Wait
from pipecli.cli.session import now_in
from pipecli.cli.writing import find_deals

if TYPE_CHECKING:
    from pipecli.cli.session import Session
    from pipecli.core.workspace import Workspace
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
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="CONDITION", help="Instead of deals: those that 'pipe list' shows with it; repeatable."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", "-a", help="With --where: won and lost deals, too.")] = False,
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
    said: today, tomorrow, +14d, +2w. Several deals are one commit, all or nothing.

    \b
    Examples:
      pipe set acme-renewal-k7m2 value=52000
      pipe set acme-renewal owner=noor tags+=renewal source=
      pipe set birch-seats next_step.do="Send the quote" next_step.due=+3d
      pipe set cobalt-driver checklist.budget=today fields.seats=120
      pipe set --where 'owner = sam' owner=noor --reason "Sam has left" --dry-run
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import PipeError
    from pipecli.edits.assignment import read

    session: Session = context.obj
    deals, given = [word for word in words if "=" not in word], [word for word in words if "=" in word]
    if not given:
        raise PipeError("KEY=VALUE is missing", hint=f"pipe set {' '.join(deals)} value=52000")
    if bool(deals) == bool(where):
        hint = "name the deals, or say which with --where CONDITION"
        raise PipeError("which deals, those named or those of --where?" if deals else "which deals?", hint=hint)
    if everything and not where:
        raise PipeError("--all goes with --where", hint="leave it out: deals that are named are meant, open or not")
    how = How(reason, force, dry_run, no_commit, allow_detached, wait)
    today = now_in(session.settings()).date()
    sets = [read(word, today) for word in given]
    keys = [wanted.key for wanted in sets if wanted.sign == "="]
    if twice := [key for key in dict.fromkeys(keys) if keys.count(key) > 1]:
        raise PipeError(f"{twice[0]} is given {keys.count(twice[0])} times", hint=f"give it once: {twice[0]}=…")

    def found() -> "tuple[Workspace, list[str]]":
        return _meeting(session, where, everything=everything) if where else find_deals(session, deals)

    raise typer.Exit(change(session, how, found, lambda at: _plan(at, sets, how)))


def _plan(at: Scene, sets: "list[Assignment]", how: How) -> "Plan":
    from pipecli.edits.change import Intent, plan

    wanted = Intent(deals=dict.fromkeys(at.deals), sets=sets, reason=how.reason, force=how.force, now=at.now, me=at.me)
    return plan(at.workspace, at.facts, wanted)


def _meeting(session: "Session", where: list[str], *, everything: bool) -> "tuple[Workspace, list[str]]":
    """Return the workspace, and the deals that 'pipe list' shows with these conditions.

    Raises `PipeError` where a file cannot be read: it may be one of those that are meant.
    """
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.facts.derived import kind
    from pipecli.facts.where import asks_for_me, conditions, meeting

    workspace = session.workspace()
    if workspace.errors():
        message = "which deals are meant is not known: files cannot be read"
        raise PipeError(message, hint="mend them first", code=ExitCode.PROBLEMS, problems=workspace.errors())
    facts = session.facts(workspace, now_in(workspace))
    wanted, me = conditions(where, facts), session.me(workspace)
    if not me and asks_for_me(wanted):
        hint = "git config user.email, and that address in team.yaml"
        raise PipeError("--where: 'me' is nobody here", hint=hint)
    met = list(meeting(workspace.deals.values(), wanted, facts, me))
    chosen = [deal.id for deal in met if everything or kind(deal, facts) not in ("won", "lost")]
    if not chosen:
        session.say("no deal meets it")
    if len(met) > len(chosen):
        session.say(f"  {len(met) - len(chosen)} of those that meet it are won or lost, and left as they are: --all")
    return workspace, chosen
