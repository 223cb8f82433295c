"""`pipe list` and `pipe show`: the deals as they are now."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.session import Session, context_of, now_in
from pipecli.cli.writing import find_deals

if TYPE_CHECKING:
    from pipecli.core.record import Deal
    from pipecli.core.table import Table
    from pipecli.facts.derived import Context

Format = Annotated[str, typer.Option("--format", metavar="table|markdown|csv|json", help="How to print.")]

_ON_A_TERMINAL = 50


def list_deals(
    context: typer.Context,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="CONDITION", help="Only deals that meet it, like 'value > 5000'; repeatable."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", "-a", help="Won and lost deals, too.")] = False,
    form: Format = "table",
) -> None:
    """List the deals: those that are open or on hold, by pipeline and stage.

    \b
    Examples:
      pipe list
      pipe list --where 'owner = sam' --where 'stage_age > 14d'
      pipe list --all --format csv
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.facts.where import asks_for_me, conditions, meeting
    from pipecli.reports.deals import deals_table

    session: Session = context.obj
    workspace = session.workspace()
    facts = context_of(workspace, now_in(workspace))
    wanted = conditions(where or [], facts)
    me = session.me(workspace) if wanted else ""
    if not me and asks_for_me(wanted):
        session.say("  'me' is nobody here: no member in team.yaml has the e-mail address of git config user.email")
    met = list(meeting(workspace.deals.values(), wanted, facts, me))
    chosen = [deal for deal in met if everything or _is_current(deal, facts)]
    limit = _ON_A_TERMINAL if form == "table" and session.medium().width else None
    session.show([deals_table(chosen, facts, limit=limit, closed=len(met) - len(chosen))], form)
    raise typer.Exit(session.verdict(workspace.problems))


def _is_current(deal: "Deal", facts: "Context") -> bool:
    from pipecli.core.pipeline import Kind

    stage = facts.workspace.stage_of(deal)
    return stage is None or stage.kind in (Kind.OPEN, Kind.ON_HOLD)


def show(
    context: typer.Context,
    deal: Annotated[str, typer.Argument(metavar="DEAL", help="An id, its unambiguous beginning, or words of a title.")],
    form: Format = "table",
) -> None:
    """Show one deal: its facts, and what is missing before the next stage.

    \b
    Examples:
      pipe show acme-renewal-k7m2
      pipe show acme-renewal --format json
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.cli.next_stage import next_lines
    from pipecli.core.problem import ExitCode
    from pipecli.edits.move import readable_deal

    session: Session = context.obj
    workspace, (name,) = find_deals(session, [deal])
    facts = context_of(workspace, now_in(workspace))
    found = readable_deal(workspace, name)
    session.show([_facts_table(found, facts)], form)
    if form == "table":
        for line in next_lines(found, facts):
            session.say(line)
    session.tell(workspace.errors())
    raise typer.Exit(ExitCode.PROBLEMS if workspace.errors() else ExitCode.OK)


def _facts_table(deal: "Deal", facts: "Context") -> "Table":
    from pipecli.reports.deals import facts_table

    return facts_table(deal, facts)
