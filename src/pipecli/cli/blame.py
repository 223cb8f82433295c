"""`pipe blame`: who set each field of a deal, when and why."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.options import AllowShallow, Committed, Format, Moment, OneDeal, Output, unfolded

if TYPE_CHECKING:
    from pipecli.cli.session import Session


@unfolded
def blame(
    context: typer.Context,
    deal: OneDeal,
    field: Annotated[
        str | None,
        typer.Argument(metavar="[FIELD]", help="Every value of this field, like value, fields.seats or checklist."),
    ] = None,
    form: Format = "table",
    output: Output = None,
    committed: Committed = False,
    allow_shallow: AllowShallow = False,
    *,
    asked: Moment,
) -> None:
    """Show who set each field of a deal, when, in which commit, and why.

    With a field, every value that it ever had is shown, the last first.

    \b
    Examples:
      pipe blame acme-renewal-k7m2
      pipe blame acme-renewal-k7m2 value
      pipe blame acme-renewal-k7m2 checklist --format csv
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.history.blame import blame
    from pipecli.reports.blame import Scene, fields_table, history_table
    from pipecli.store.blamed import find

    session: Session = context.obj
    question, now = asked.question(session)
    question = replace(question, committed=committed, allow_shallow=allow_shallow)
    told = find(session.root(bare=True), question, deal, now)
    found = blame(told.touches)
    scene = Scene(told.deal, told.names, told.workspace, told.workspace.zone)
    table = history_table(found, field, scene) if field else fields_table(found, scene)
    session.show([table], form, output)
    raise typer.Exit(session.verdict((*told.problems, *found.problems)))
