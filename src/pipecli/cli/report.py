"""`pipe report`: the numbers."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.options import Asking, BusinessDays, Format, Output, Where, unfolded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipecli.cli.session import Session
    from pipecli.core.problem import ExitCode
    from pipecli.core.table import Document, Section, Table
    from pipecli.reports.registry import Report
    from pipecli.reports.scope import Scope
    from pipecli.store.view import View


@unfolded
def report(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="See --list.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Say what each report is.")] = False,
    pipeline: Annotated[str | None, typer.Option(help="Only this pipeline.")] = None,
    period: Annotated[
        str | None,
        typer.Option(
            metavar="PERIOD",
            help="Like 2026-Q4, 2026-11, 2026, 2026-W47, 2026-07..2026-09, last-quarter, this-month, ytd.",
        ),
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="FACT", help="What divides the rows: owner, source, value, month …")
    ] = None,
    mode: Annotated[
        str | None, typer.Option(metavar="reached|direct|strict", help="What going on to a stage means.")
    ] = None,
    business_days: BusinessDays = False,
    where: Where = None,
    form: Format = "table",
    output: Output = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN", help="For changes, review, digest: since this day, moment, 7d, monday, or revision."
        ),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="List the deals behind each figure.")] = False,
    compare: Annotated[
        str | None,
        typer.Option(
            metavar="previous|year|REV",
            help="Beside the period or month before, the year before, or what was at a day or revision.",
        ),
    ] = None,
    matrix: Annotated[bool, typer.Option("--matrix", help="For conversion: between all stages.")] = False,
    simulate: Annotated[
        int | None, typer.Option(metavar="RUNS", min=1, help="For forecast: draw the future so often.")
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="NUMBER", help="For --simulate: the seed of the draws.")] = None,
    backtest: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="For forecast: hold N past ones against what came.")
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option("--fail-under", metavar="KPI", help="For kpis: exit 1 if its band is missed; repeatable."),
    ] = None,
    person: Annotated[
        str | None, typer.Option("--for", metavar="PERSON", help="For digest: whose; me, or a member.")
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Add it to the summary of the step, in GitHub Actions, too.")
    ] = False,
    *,
    asked: Asking,
) -> None:
    """Print a report.

    Each states its population, its clock, its sample size and the commit that it was made from.

    \b
    Examples:
      pipe report --list
      pipe report pipeline
      pipe report stage-time --by month --business-days
      pipe report pipeline --as-of 2026-10-01
      pipe report survival --format csv
      pipe report funnel --period 2026-Q3 --where 'source = referral'
      pipe report won-lost --by owner --explain
      pipe report won-lost --period last-quarter --compare previous
      pipe report changes --since monday
      pipe report review --since 14d
      pipe report digest --for alex
      pipe report all --format markdown --output report.md
      pipe report all --format html --output report.html
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.library import scope_of
    from pipecli.reports import registry
    from pipecli.reports.scope import Asked
    from pipecli.store.view import look

    session: Session = context.obj
    if listing:
        session.show([_list()], form, output)
        return
    if name is None:
        raise PipeError("which report?", hint="pipe report --list", code=ExitCode.USAGE)
    into = _summary_file() if summary else None
    asked_of = Asked(
        period=period, by=by, mode=mode, since=since, business_days=business_days or None, explain=explain or None,
        compare=compare, matrix=matrix or None, simulate=simulate, seed=seed, backtest=backtest,
        fail_under=tuple(fail_under) if fail_under else None, person=person,
    )  # fmt: skip
    reports, wanted = registry.chosen(name, asked_of)
    question, now = asked.question(session)
    if wanted.period:
        fiscal = session.settings(asked.at).settings.fiscal_year_starts
        wanted.within(fiscal, (question.as_of or now).date())  # told before anything is read
    needs_history = bool(compare) or any(one.history for one in reports.values())
    question = replace(question, since=wanted.since)
    view = look(session.root(bare=True), question, now, needs_history=needs_history, watch=session.watch())
    if wanted.person == "me":
        wanted = replace(wanted, person=_me(session, view))
    scope = scope_of(view, pipeline=pipeline, asked=wanted)
    scope = _only(session, scope, where) if where else scope
    sections = _sections(reports, scope)
    tables = [table for section in sections for table in section.tables]
    whole = _document(view, sections, scope if name == registry.ALL else None)
    if name == registry.ALL or form == "html":
        session.show_document(whole, form, output)
    else:
        session.show(tables, form, output)
    if into:
        _summarize(session, into, whole if name == registry.ALL else tables)
    failed, verdict = _failed(session, tables), _verdict(session, view)
    raise typer.Exit(ExitCode.PROBLEMS if failed or any(table.incomplete for table in tables) else verdict)


def _failed(session: "Session", tables: "Sequence[Table]") -> bool:
    """Say on standard error which figures miss the bands that they must not, and return whether there are any."""
    failures = [failure for table in tables for failure in table.failed]
    for failure in failures:
        session.say(f"failed: {failure}")
    return bool(failures)


def _me(session: "Session", view: "View") -> str:
    """Return the id of the member at the keyboard. Raises `PipeError` where git does not tell who that is."""
    from pipecli.core.problem import ExitCode, PipeError

    me = session.me(view.workspace)
    if not me:
        message = "'me' is nobody here: no member in team.yaml has the e-mail address of git config user.email"
        raise PipeError(message, hint="--for sam, by the id in team.yaml", code=ExitCode.USAGE)
    return me


def _sections(reports: "Mapping[str, Report]", scope: "Scope") -> "tuple[Section, ...]":
    """Return the tables of each report, with the notes that stand beside all of them."""
    from pipecli.core.table import Section

    return tuple(
        Section(name, " ".join(one.about.partition("\n\n")[0].split()), one.tables(scope), one.about)
        for name, one in reports.items()
    )


def _document(view: "View", sections: "tuple[Section, ...]", on_board: "Scope | None") -> "Document":
    """Return the sections with what they have in common, and the boards of the scope, where there is one."""
    from pipecli.core.table import Document
    from pipecli.reports.board import boards

    facts = (("as of", view.now.isoformat(timespec="seconds")), ("clock", view.clock), ("commit", view.commit))
    return Document(view.workspace.settings.name or "Reports", facts, sections, boards(on_board) if on_board else ())


def _summary_file() -> "Path":
    from pipecli.shell.summary import file

    return file()


def _summarize(session: "Session", into: "Path", told: "Document | Sequence[Table]") -> None:
    """Add a report to the summary of a step, as much of it as GitHub takes, and say so where that is not all."""
    from pipecli.core.table import Document
    from pipecli.render.markdown import cut
    from pipecli.render.registry import render, render_document
    from pipecli.shell.summary import append, room

    whole = render_document(told, "markdown") if isinstance(told, Document) else render(told, "markdown")
    kept = cut(whole, room(into), "Cut here: GitHub takes 1 MiB of the summary of a step.")
    append(into, kept)
    if kept != whole:
        session.say(
            "  the summary is cut: GitHub takes 1 MiB of a step; pipe report --format markdown prints all of it"
        )


def _only(session: "Session", scope: "Scope", where: "Sequence[str]") -> "Scope":
    """Return the scope with the deals alone that meet the conditions, and those that met them before beside it.

    Raises `PipeError` for what is no condition.
    """
    from dataclasses import replace

    from pipecli.cli.session import me_in
    from pipecli.facts.where import conditions, meeting

    facts = scope.context()
    wanted = conditions(where, facts)
    me = me_in(session, wanted, scope.workspace)

    def met(one: "Scope") -> "Scope":
        return one.only(meeting(one.workspace.deals.values(), wanted, one.context(), me), where)

    found = met(scope)
    return replace(found, beside=met(scope.beside)) if scope.beside else found


def _verdict(session: "Session", view: "View") -> "ExitCode":
    """Say on standard error what is wrong in the files and in the history, and return the exit code."""
    from pipecli.cli.audit import tell_in_short
    from pipecli.core.problem import Severity

    shown = [problem for problem in view.problems if problem.severity is Severity.ERROR]
    tell_in_short(session, view, shown)
    return session.verdict((*view.workspace.problems, *shown))


def _list() -> "Table":
    from pipecli.core.table import Column, Table
    from pipecli.reports.registry import ALL, REPORTS

    alone = [name for name, one in REPORTS.items() if one.alone]
    but = f"{', '.join(alone[:-1])} and {alone[-1]}"
    every = (
        ALL,
        f"All of these but {but}, one after the other; changes since 7 days before, unless --since says otherwise.",
    )
    rows = (*((name, " ".join(one.about.split())) for name, one in REPORTS.items()), every)
    return Table("Reports", (Column("name", "Report"), Column("about", "What it is", wraps=True)), rows, name="reports")
