"""`pipe report`: the numbers."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.options import AllowShallow, AsOf, At, ClockOption, Committed, FirstParent, Format, Output, question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.cli.session import Session
    from pipecli.core.problem import ExitCode
    from pipecli.core.table import Table
    from pipecli.store.view import View


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
    from pipecli.reports import registry
    from pipecli.reports.scope import Scope
    from pipecli.store.view import look

    session: Session = context.obj
    if listing:
        session.show([_list()], form, output)
        return
    if name is None:
        raise PipeError("which report?", hint="pipe report --list", code=ExitCode.USAGE)
    found = registry.report(name)
    now, zone = session.clock(at)
    asked = question(
        now,
        zone,
        at=at,
        as_of=as_of,
        clock=clock,
        first_parent=first_parent,
        committed=committed,
        allow_shallow=allow_shallow,
    )
    view = look(session.root(bare=True), asked, now, needs_history=found.history)
    scope = Scope(
        workspace=view.workspace,
        visits=view.visits,
        now=view.now,
        clock=view.clock,
        commit=view.commit,
        pipeline=pipeline,
        remarks=view.notes,
    )
    notes = scope.notes(by_visits=found.by_visits)
    tables = [replace(table, notes=(*table.notes, *notes)) for table in found.compute(scope)]
    session.show(tables, form, output)
    verdict = _verdict(session, view, () if tables else notes)
    raise typer.Exit(ExitCode.PROBLEMS if any(table.incomplete for table in tables) else verdict)


def _verdict(session: "Session", view: "View", notes: "Sequence[str]") -> "ExitCode":
    """Say on standard error what stands in no table, and return the exit code."""
    from pipecli.cli.audit import tell_in_short
    from pipecli.core.problem import Severity

    for note in notes:
        session.say(f"  {note}")
    shown = [problem for problem in view.problems if problem.severity is Severity.ERROR]
    tell_in_short(session, view, shown)
    return session.verdict((*view.workspace.problems, *shown))


def _list() -> "Table":
    from pipecli.core.table import Column, Table
    from pipecli.reports.registry import REPORTS

    rows = tuple((name, " ".join(one.about.split())) for name, one in REPORTS.items())
    return Table("Reports", (Column("name", "Report"), Column("about", "What it is", wraps=True)), rows, name="reports")
