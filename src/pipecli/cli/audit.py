"""`pipe audit`: how long every stage took, read from git."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.options import Asking, BusinessDays, Format, Output, unfolded
from pipecli.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipecli.core.problem import Problem
    from pipecli.store.view import View


@unfolded
def audit(
    context: typer.Context,
    deal: Annotated[str | None, typer.Argument(metavar="[DEAL]", help="One deal; else all of them.")] = None,
    business_days: BusinessDays = False,
    form: Format = "table",
    output: Output = None,
    *,
    asked: Asking,
) -> None:
    """Show how long deals stayed in each stage, from git.

    One deal is shown as a timeline; CSV and JSON give one row a visit, with exact seconds.

    \b
    Examples:
      pipe audit acme-renewal-k7m2
      pipe audit --format csv
      pipe audit --as-of 2026-11-01 --clock recorded
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.reports.audit import timeline, visits_table
    from pipecli.reports.daycount import CALENDAR, business
    from pipecli.store.view import concerning, look, only

    session: Session = context.obj
    question, now = asked.question(session)
    view = look(session.root(bare=True), question, now)
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


def tell_in_short(session: Session, view: "View", shown: "Sequence[Problem]") -> None:
    """Count on standard error those problems of the history that are not shown."""
    from pipecli.history.notices import in_short

    told = set(shown)
    for line in in_short(problem for problem in view.problems if problem not in told):
        session.say(f"  {line}")


def _find(view: "View", word: str) -> str:
    """Return the deal that is meant: a present one, or one of the history by its id."""
    from pipecli.core.finding import find_deal

    return word if word in view.timelines else find_deal(view.workspace, word)


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
