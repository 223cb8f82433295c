"""`pipe audit`: how long every stage took, read from git."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.options import Asking, BusinessDays, Format, Output, unfolded
from pipecli.cli.session import Session
from pipecli.cli.verifying import VERIFY, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.problem import Problem
    from pipecli.store.view import Question, View


@unfolded
def audit(
    context: typer.Context,
    deal: Annotated[str | None, typer.Argument(metavar="[DEAL|verify]", help="One deal; else all of them.")] = None,
    business_days: BusinessDays = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="WHEN|REV", help="verify: only what came since this day, moment or revision."),
    ] = None,
    files: Annotated[
        list[str] | None,
        typer.Option("--files", metavar="GLOB", help="Read these files instead, in any repository; repeatable."),
    ] = None,
    field: Annotated[
        str | None, typer.Option("--field", metavar="KEY", help="The field of --files, like status or meta.stage.")
    ] = None,
    known_by: Annotated[
        str | None,
        typer.Option(
            "--id", metavar="path|stem|parent|KEY", help="What --files are known by: their path, unless told."
        ),
    ] = None,
    form: Format = "table",
    output: Output = None,
    *,
    asked: Asking,
) -> None:
    """Show how long deals stayed in each stage, from git.

    One deal is shown as a timeline; CSV and JSON give one row a visit, with exact seconds.
    'pipe audit verify' shows what does not add up in the history, in the formats of
    'pipe validate', too; it exits 1 where there is an error. With --files it is a field of any
    YAML file, or of the YAML that a text begins with, and no workspace is needed.

    \b
    Examples:
      pipe audit acme-renewal-k7m2
      pipe audit --format csv
      pipe audit --as-of 2026-11-01 --clock recorded
      pipe audit verify --since 7d
      pipe audit --files 'deals/**' --field owner --id stem
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.cli.files import audit_files, files_asked
    from pipecli.reports.audit import timeline, visits_table
    from pipecli.reports.daycount import CALENDAR, business
    from pipecli.store.view import concerning, look, only

    session: Session = context.obj
    wanted = files_asked(files, field, known_by)
    if wanted:
        raise typer.Exit(audit_files(session, wanted, deal, asked, form, output))
    question, now = asked.question(session)
    if _verifies(deal, since, question):
        raise typer.Exit(verify(session, replace(question, since=since), now, form, output))
    view = look(session.root(bare=True), question, now, watch=session.watch())
    shown = view.problems
    if deal is not None:
        name = _find(view, deal)
        view = only(view, name)
        shown = concerning(view, name)
    count = business(view.workspace, view.visits, view.now) if business_days else CALENDAR
    if deal is not None and form in ("table", "markdown"):
        table = timeline(view.visits, view.workspace, view.now, count, title=f"{name}: {_title(view, name)}")
    else:
        table = visits_table(view.visits, view.workspace, view.now.tzinfo or view.workspace.zone, _facts(view), count)
    session.show([replace(table, notes=(*table.notes, *view.notes))], form, output)
    _tell(session, view)
    tell_in_short(session, view, shown)
    raise typer.Exit(session.verdict((*shown, *view.workspace.problems)))


def _verifies(deal: str | None, since: str | None, question: "Question") -> bool:
    """Return whether the history is to be verified. Raises `PipeError` for options that do not fit."""
    from pipecli.core.problem import PipeError

    if deal != VERIFY and since is not None:
        raise PipeError("--since is an option of pipe audit verify", hint="pipe report changes --since 7d")
    if deal == VERIFY and (question.first_parent or question.clock != "effective"):
        raise PipeError("every commit is verified, by both clocks", hint="pipe audit verify [--since WHEN|REV]")
    return deal == VERIFY


def tell_in_short(session: Session, view: "View", shown: "Sequence[Problem]") -> None:
    """Count on standard error those problems of the history that are not shown."""
    from pipecli.history.notices import in_short

    told = set(shown)
    for line in in_short(problem for problem in view.problems if problem not in told):
        session.say(f"  {line}")


def _find(view: "View", word: str) -> str:
    """Return the deal that is meant: a present one, or one of the history by its id."""
    from pipecli.core.finding import find_deal
    from pipecli.core.problem import PipeError, nearest

    if word in view.timelines:
        return word
    try:
        return find_deal(view.workspace, word)
    except PipeError:
        if nearest(word, [VERIFY]):
            raise PipeError(f"there is no deal {word!r}", hint=f"did you mean 'pipe audit {VERIFY}'?") from None
        raise


def _title(view: "View", name: str) -> str:
    from pipecli.core.layout import FileKind

    deal = view.workspace.deals.get(name)
    if deal:
        return deal.title
    return "its file cannot be read" if name in view.workspace.known[FileKind.DEAL] else "removed"


def _facts(view: "View") -> tuple[tuple[str, str], ...]:
    return (
        ("population", "every visit of every deal"),
        ("clock", view.clock + (", first parent" if view.first_parent else "")),
        ("n", str(len(view.visits))),
        ("as of", view.now.isoformat(timespec="seconds")),
        ("commit", view.commit or "none"),
    )


def _tell(session: Session, view: "View") -> None:
    """Say on standard error what marks the numbers as incomplete."""
    from pipecli.reports.audit import not_committed

    if view.pending:
        told = not_committed(view.pending, recorded=view.clock == "recorded")
        session.say(f"  {told} (--committed leaves {'it' if len(view.pending) == 1 else 'them'} out)")
    if view.shallow:
        session.say("  the clone is shallow: visits that begin at its boundary are marked as truncated")
