"""`pipe report`: the numbers."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.options import AllowShallow, AsOf, At, ClockOption, Committed, FirstParent, Format, Output, question

if TYPE_CHECKING:
    from pipecli.cli.session import Session
    from pipecli.core.table import Table


def report(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="See --list.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Say what each report is.")] = False,
    pipeline: Annotated[str | None, typer.Option(help="Only this pipeline.")] = None,
    form: Format = "table",
    output: Output = None,
    at: At = None,
    as_of: AsOf = None,
    clock: ClockOption = "effective",
    first_parent: FirstParent = False,
    committed: Committed = False,
    allow_shallow: AllowShallow = False,
) -> None:
    """Print a report; each states its population, clock, sample size and the commit it was made from.

    \b
    Examples:
      pipe report --list
      pipe report pipeline
      pipe report stage-time --format markdown
      pipe report pipeline --as-of 2026-10-01
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.reports.registry import report as find
    from pipecli.reports.scope import Scope
    from pipecli.store.view import look

    session: Session = context.obj
    if listing:
        session.show([_list()], form, output)
        return
    if name is None:
        raise PipeError("which report?", hint="pipe report --list", code=ExitCode.USAGE)
    compute = find(name)
    now, zone = session.clock()
    asked = question(
        zone,
        at=at,
        as_of=as_of,
        clock=clock,
        first_parent=first_parent,
        committed=committed,
        allow_shallow=allow_shallow,
    )
    view = look(session.root(), asked, now)
    scope = Scope(
        workspace=view.workspace,
        visits=view.visits,
        now=view.now,
        clock=view.clock,
        commit=view.commit,
        pipeline=pipeline,
    )
    session.show(compute(scope), form, output)
    raise typer.Exit(session.verdict((*view.workspace.problems, *view.problems)))


def _list() -> "Table":
    from pipecli.core.table import Column, Table
    from pipecli.reports.registry import REPORTS, about

    rows = tuple((name, " ".join(about(name).split())) for name in REPORTS)
    return Table("Reports", (Column("name", "Report"), Column("about", "What it is")), rows, name="reports")
