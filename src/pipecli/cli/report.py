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

_OF_THE_PRESENT = ("pipeline",)
"""The reports that can do without a history."""
_BY_VISITS = ("stage-time",)
"""The reports that count visits, and so a deal whose file cannot be read now."""


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
    view = look(session.root(bare=True), asked, now, needs_history=name not in _OF_THE_PRESENT)
    scope = Scope(
        workspace=view.workspace,
        visits=view.visits,
        now=view.now,
        clock=view.clock,
        commit=view.commit,
        pipeline=pipeline,
        remarks=view.notes,
    )
    notes = scope.notes(by_visits=name in _BY_VISITS)
    tables = [replace(table, notes=(*table.notes, *notes)) for table in compute(scope)]
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
    from pipecli.reports.registry import REPORTS, about

    rows = tuple((name, " ".join(about(name).split())) for name in REPORTS)
    return Table("Reports", (Column("name", "Report"), Column("about", "What it is", wraps=True)), rows, name="reports")
