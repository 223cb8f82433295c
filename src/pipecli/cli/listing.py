"""`pipe list` and `pipe show`: the deals as they are now, or were at a moment."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from pipecli.cli.options import Format, Moment, Output, Where, unfolded
from pipecli.cli.session import Session, context_of, me_in
from pipecli.cli.standing import dated, find
from pipecli.cli.views import current, listing, saved, views_table
from pipecli.cli.writing import refuse_blank

if TYPE_CHECKING:
    from pipecli.core.record import Deal
    from pipecli.facts.derived import Context
    from pipecli.reports.deals import Listing
    from pipecli.store.standing import Standing

_ON_A_TERMINAL = 50
_TIDY = ("csv", "json")
"""The formats in which groups are rows of one table, and no sums stand beside them."""


class Layout(NamedTuple):
    """How a list in groups is shown: `as_board` unless columns were asked for, `everything` with the closed stages."""

    listing: "Listing"
    form: str
    output: str | None
    as_board: bool
    everything: bool


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
    rotting: Annotated[
        bool, typer.Option("--rotting", help="Those that are rotting by the clock of their stage.")
    ] = False,
    dead: Annotated[
        bool, typer.Option("--dead", help="Those that were not heard for the workspace's dead_after.")
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
    views: Annotated[bool, typer.Option("--views", help="Show the saved lists of pipe.yaml instead.")] = False,
    form: Format = "table",
    output: Output = None,
    *,
    asked: Moment,
) -> None:
    """List the deals that are open or on hold.

    With --group they stand together: on a wide terminal side by side, as a board.

    \b
    Examples:
      pipe list
      pipe list --where 'owner = me' --where 'stage_age > 14d'
      pipe list --sort=-weighted --columns id,title,owner,weighted
      pipe list --group stage
      pipe list --views
      pipe list --dead --columns id,owner,last_reply,value
      pipe list --all --format csv --output deals.csv
      pipe list --as-of 2026-Q3
      pipe list mine
    The last one is a view of pipe.yaml:
      views: {mine: {where: [owner = me], sort: -value}}
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.facts.where import asks_for, conditions, meeting
    from pipecli.reports.columns import known_facts
    from pipecli.reports.deals import deals_table

    session: Session = context.obj
    standing = session.standing(asked)
    workspace, facts = standing.workspace, session.facts(standing.workspace, standing.now, asked)
    if columns == "help" or views:
        session.show([views_table(facts, session.me(workspace)) if views else known_facts(facts)], form, output)
        return
    refuse_blank(view=view, group=group, columns=columns and columns.replace(",", " "))
    for key in sort or []:
        refuse_blank(sort=key.replace(",", " "))
    kept = saved(workspace, view, facts)
    quiet = "|".join([*(["rotting"] if rotting else []), *(["dead"] if dead else [])])
    wanted = [*kept.where, *conditions([*(where or []), *([f"rot in {quiet}"] if quiet else [])], facts)]
    if limit is None and form == "table" and not output and session.medium().width:
        limit = _ON_A_TERMINAL
    shown = listing(kept, facts, sort=sort or [], columns=columns, group=group, limit=limit)
    met = list(meeting(workspace.deals.values(), wanted, facts, me_in(session, wanted, facts.workspace)))
    chosen = met if everything else current(met, wanted, facts)
    if shown.group and chosen and form not in _TIDY:
        as_board = not (columns or kept.columns)
        whole = Layout(shown, form, output, as_board, everything or asks_for("kind", wanted))
        _show_groups(session, standing, chosen, facts, whole)
    else:
        table = deals_table(chosen, facts, shown, closed=len(met) - len(chosen))
        session.show(dated(standing, [table]), form, output)
    raise typer.Exit(session.verdict(workspace.problems))


def _show_groups(
    session: Session, standing: "Standing", deals: "list[Deal]", facts: "Context", asked: "Layout"
) -> None:
    """Show deals in groups: lanes beside each other where the terminal is wide enough, else tables."""
    from pipecli.core.pipeline import Kind
    from pipecli.render import board
    from pipecli.reports.deals import sections
    from pipecli.reports.lanes import grouped, lanes
    from pipecli.shell import terminal

    shown, width = asked.listing, session.medium().width
    groups = grouped(deals, shown.group, shown.sort, facts)
    if asked.form == "table" and not asked.output and asked.as_board and width and width >= board.LEAST:
        kinds = tuple(Kind) if asked.everything else (Kind.OPEN, Kind.ON_HOLD)
        cards = lanes(groups, shown.group, kinds, shown.limit, facts)
        terminal.page(board.text(cards, width, [standing.note] if standing.note else []))
    else:
        session.show(dated(standing, sections(groups, facts, shown)), asked.form, asked.output)


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
