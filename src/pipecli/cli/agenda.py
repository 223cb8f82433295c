"""`pipe agenda`: what is to be done, what is most at stake first."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.options import Moment, Output
from pipecli.cli.session import Session, context_of
from pipecli.cli.writing import refuse_blank

if TYPE_CHECKING:
    from datetime import date

    from pipecli.core.table import Table
    from pipecli.core.workspace import Workspace
    from pipecli.facts.agenda import Todo
    from pipecli.facts.derived import Context

_ON_A_TERMINAL = 20


def agenda(
    context: typer.Context,
    person: Annotated[
        str | None,
        typer.Option("--for", metavar="PERSON", help="Of this member; else yours, by your e-mail in team.yaml."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", "-a", help="Everybody's, and what is nobody's.")] = False,
    week: Annotated[bool, typer.Option("--week", help="The next seven days, too.")] = False,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="All that is due up to this day: eom, +30d.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="So many at most; 0 for all. On a terminal 20 unless told.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="table|markdown|csv|json|ics", help="How to print; ics is for calendars.")
    ] = "table",
    output: Output = None,
) -> None:
    """Show what is to be done today, what is most at stake first.

    Tasks and next steps that are due, first responses, quiet deals by their clock, deals without a next step, holds
    that end, closes that passed; each with the command that settles it. The order is value × probability × urgency:
    1 on the day, and 1 more for each week since, up to 5 (docs/work.md).

    \b
    Examples:
      pipe agenda
      pipe agenda --week
      pipe agenda --for alex
      pipe agenda --all --format json
      pipe agenda --until eom --format ics --output agenda.ics
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.facts.agenda import agenda as found_in
    from pipecli.reports.agenda import ranked, table

    session: Session = context.obj
    refuse_blank(**{"for": person, "until": until})
    _refuse_unknown(form)
    standing = session.standing(Moment())
    workspace, facts = standing.workspace, context_of(standing.workspace, standing.now)
    who = "" if everything else _who(session, workspace, person)
    horizon = _horizon(week, until, facts, workspace)
    todos = list(found_in(workspace.deals.values(), facts, horizon))
    found = ranked([one for one in todos if not who or one.person == who], facts)
    title = _title(workspace, who, facts.today, horizon)
    if form == "ics":
        from pipecli.interchange.icalendar import as_icalendar

        session.put(as_icalendar(found, title, workspace.settings.name, standing.now), output)
    else:
        if limit is None and form == "table" and not output and session.medium().width:
            limit = _ON_A_TERMINAL
        empty = "nothing is to be done" + ("; --week looks ahead" if horizon == facts.today else "")
        _show(session, table(found, facts, title, limit=limit or None, empty=empty), form, output)
    _tell_nobodys(session, todos, who)
    raise typer.Exit(session.verdict(workspace.problems))


def _refuse_unknown(form: str) -> None:
    from pipecli.core.problem import PipeError, did_you_mean
    from pipecli.render.registry import FORMATS

    if form not in (*FORMATS, "ics"):
        raise PipeError(f"there is no format {form!r}", hint=did_you_mean(form, [*FORMATS, "ics"]))


def _who(session: Session, workspace: "Workspace", person: str | None) -> str:
    """Return the member whose agenda it is; the empty string for everybody's. Raises `PipeError` for no member."""
    from pipecli.core.problem import PipeError, did_you_mean

    members = workspace.team.members
    if person not in (None, "me"):
        owners = {deal.owner for deal in workspace.deals.values()} - {None} if not members else set(members)
        if person not in owners:
            raise PipeError(
                f"--for: there is no member {person!r}", hint=did_you_mean(str(person), filter(None, owners))
            )
        return str(person)
    me = session.me(workspace)
    if me:
        return me
    hint = "git config user.email, and that address in team.yaml"
    if person:
        raise PipeError("--for me: 'me' is nobody here", hint=hint)
    if members:
        session.say(f"  everybody's: no member of team.yaml has your e-mail address ({hint})")
    return ""


def _horizon(week: bool, until: str | None, facts: "Context", workspace: "Workspace") -> "date":
    from pipecli.cli.saying import said_day
    from pipecli.core.problem import PipeError
    from pipecli.core.spoken import Almanac
    from pipecli.reports.agenda import THIS_WEEK

    if until is None:
        return facts.today + THIS_WEEK if week else facts.today
    if week:
        raise PipeError("--week and --until are two ends", hint="give one of them")
    settings = workspace.settings
    day = said_day("--until", until, Almanac(facts.today, settings.fiscal_year_starts, settings.calendar.week))
    if day < facts.today:
        raise PipeError(f"--until {until} is over", hint="--until eom")
    return day


def _title(workspace: "Workspace", who: str, today: "date", horizon: "date") -> str:
    from pipecli.core.spoken import shown

    member = workspace.team.members.get(who)
    whose = f" of {member.name if member else who}" if who else ""
    return f"Agenda{whose}, {shown(today)}{f' to {shown(horizon)}' if horizon > today else ''}"


def _show(session: Session, found: "Table", form: str, output: str | None) -> None:
    from pipecli.render.agenda import text
    from pipecli.render.medium import Medium
    from pipecli.shell import terminal

    if form != "table":
        session.show([found], form, output)
    elif output:
        session.put(text(found, Medium()), output)
    else:
        terminal.page(text(found, session.medium()))


def _tell_nobodys(session: Session, todos: "list[Todo]", who: str) -> None:
    """Say how much is to be done that is in nobody's agenda."""
    number = sum(one.person is None for one in todos) if who else 0
    if number:
        session.say(f"  {number:,} more of deals that nobody owns: pipe agenda --all")
