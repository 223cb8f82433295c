"""`pipe list` and `pipe show`: the deals as they are now, or were at a moment."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.options import Format, Moment, Output, Where, unfolded
from pipecli.cli.session import Session, context_of, me_in
from pipecli.cli.standing import dated, find
from pipecli.cli.views import listing, saved
from pipecli.cli.writing import refuse_blank

if TYPE_CHECKING:
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context

_ON_A_TERMINAL = 50
_TIDY = ("csv", "json")
"""The formats in which groups are rows of one table, and no sums stand beside them."""


@unfolded
def list_deals(
    context: typer.Context,
    view: Annotated[
        str | None, typer.Argument(metavar="[VIEW]", help="A saved list of pipe.yaml; options add to it.")
    ] = None,
    where: Where = None,
    everything: Annotated[
        bool, typer.Option("--all", "-a", help="Won and lost deals, too; so does a condition on 'kind'.")
    ] = False,
    sort: Annotated[
        list[str] | None, typer.Option(metavar="FACT", help="Order by it, falling with - before it; repeatable.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="FACT,…", help="What to show; 'help' lists all that there is.")
    ] = None,
    group: Annotated[str | None, typer.Option(metavar="FACT", help="Those of one stage, owner … together.")] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="So many at most; 0 for all. On a terminal 50 unless told.")
    ] = None,
    form: Format = "table",
    output: Output = None,
    *,
    asked: Moment,
) -> None:
    """List the deals that are open or on hold.

    \b
    Examples:
      pipe list
      pipe list --where 'owner = me' --where 'stage_age > 14d'
      pipe list --sort=-weighted --columns id,title,owner,weighted
      pipe list --group owner
      pipe list --all --format csv --output deals.csv
      pipe list --as-of 2026-Q3
      pipe list mine
    The last one is a view of pipe.yaml:
      views: {mine: {where: [owner = me], sort: -value}}
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.facts.where import asks_for, conditions, meeting
    from pipecli.reports.columns import known_facts
    from pipecli.reports.deals import deals_table, sections

    session: Session = context.obj
    standing = session.standing(asked)
    workspace, facts = standing.workspace, session.facts(standing.workspace, standing.now, asked)
    if columns == "help":
        session.show([known_facts(facts)], form, output)
        return
    refuse_blank(view=view, group=group, columns=columns and columns.replace(",", " "))
    for key in sort or []:
        refuse_blank(sort=key.replace(",", " "))
    kept = saved(workspace, view, facts)
    wanted = [*kept.where, *conditions(where or [], facts)]
    if limit is None and form == "table" and not output and session.medium().width:
        limit = _ON_A_TERMINAL
    shown = listing(kept, facts, sort=sort or [], columns=columns, group=group, limit=limit)
    met = list(meeting(workspace.deals.values(), wanted, facts, me_in(session, wanted, facts.workspace)))
    current = everything or asks_for("kind", wanted)
    chosen = met if current else _current(met, facts)
    if group and chosen and form not in _TIDY:
        session.show(dated(standing, sections(chosen, facts, shown)), form, output)
    else:
        table = deals_table(chosen, facts, shown, closed=len(met) - len(chosen))
        session.show(dated(standing, [table]), form, output)
    raise typer.Exit(session.verdict(workspace.problems))


def _current(deals: "list[Deal]", facts: "Context") -> "list[Deal]":
    """Return the deals that are open or on hold, or in a stage that is not known."""
    from pipecli.core.pipeline import Kind

    words = {(deal.pipeline, deal.stage): deal for deal in deals}
    stages = {word: facts.workspace.stage_of(deal) for word, deal in words.items()}
    current = {word for word, stage in stages.items() if stage is None or stage.kind in (Kind.OPEN, Kind.ON_HOLD)}
    return [deal for deal in deals if (deal.pipeline, deal.stage) in current]


@unfolded
def show(
    context: typer.Context,
    deal: Annotated[str, typer.Argument(metavar="DEAL", help="An id, its unambiguous beginning, or words of a title.")],
    form: Format = "table",
    *,
    asked: Moment,
) -> None:
    """Show one deal, and what is missing before the next stage.

    \b
    Examples:
      pipe show acme-renewal-k7m2
      pipe show acme-renewal --format json
      pipe show acme-renewal --as-of 2026-09
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.cli.next_stage import next_lines
    from pipecli.core.finding import readable_deal
    from pipecli.core.problem import ExitCode
    from pipecli.reports.deals import facts_table

    session: Session = context.obj
    standing, name = find(session, asked, deal)
    workspace, facts = standing.workspace, session.facts(standing.workspace, standing.now, asked)
    found = readable_deal(workspace, name)
    session.show(dated(standing, [facts_table(found, context_of(workspace, standing.now))]), form)
    if form == "table" and not standing.commit:
        for line in next_lines(found, facts, session.me(workspace)):
            session.say(line)
    session.tell(workspace.errors())
    raise typer.Exit(ExitCode.PROBLEMS if workspace.errors() else ExitCode.OK)
