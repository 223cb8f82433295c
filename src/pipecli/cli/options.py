"""The options that several commands share, each with one text."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from pipecli.history.visits import ClockName
    from pipecli.store.view import Question

Format = Annotated[str, typer.Option("--format", metavar="table|markdown|csv|json", help="How to print.")]
Output = Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file instead.")]
At = Annotated[str | None, typer.Option("--at", metavar="REV", help="As committed at this revision.")]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="WHEN", help="As recorded by the end of this day, or this moment; 7d, monday, yesterday."
    ),
]
ClockOption = Annotated[
    str, typer.Option("--clock", metavar="effective|recorded", help="When it happened, or when it was written down.")
]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="CONDITION", help="Only deals that meet it, like 'value > 5000'; repeatable."),
]
BusinessDays = Annotated[
    bool, typer.Option("--business-days", help="Count durations in the working time of the calendar in pipe.yaml.")
]
FirstParent = Annotated[bool, typer.Option("--first-parent", help="A move counts from when it reached the main line.")]
Committed = Annotated[bool, typer.Option("--committed", help="Leave uncommitted work out.")]
AllowShallow = Annotated[bool, typer.Option("--allow-shallow", help="Read a shallow clone, and mark what is cut off.")]

Deals = Annotated[
    list[str],
    typer.Argument(metavar="DEAL...", help="Ids, unambiguous beginnings of ids, or words of titles."),
]
OneDeal = Annotated[str, typer.Argument(metavar="DEAL", help="An id, its unambiguous beginning, or words of a title.")]
Stage = Annotated[str | None, typer.Option("--stage", metavar="STAGE", help="Into this stage.")]
On = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="It happened on this day (or at this moment), not now.")
]
IfStage = Annotated[
    str | None,
    typer.Option("--if-stage", metavar="STAGE", help="Only if the deal is still in this stage (else exit 4)."),
]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept in the commit.")]
Force = Annotated[str | None, typer.Option("--force", metavar="WHY", help="Pass the gates; the commit says why.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")]
NoCommit = Annotated[bool, typer.Option("--no-commit", help="Write the files, and leave the commit to me.")]
AllowDetached = Annotated[bool, typer.Option("--allow-detached", help="Commit although HEAD is on no branch.")]
Wait = Annotated[float, typer.Option("--wait", metavar="SECONDS", help="How long to wait for another writer.")]


def question(
    now: "datetime",
    zone: "tzinfo",
    *,
    at: str | None,
    as_of: str | None,
    clock: str,
    first_parent: bool,
    committed: bool,
    allow_shallow: bool,
) -> "Question":
    """Return the question that the options ask.

    Raises `PipeError` for an unknown clock, and for a day that cannot be read or is still to come.
    """
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.store.view import Question

    names: dict[str, ClockName] = {"effective": "effective", "recorded": "recorded"}
    if clock not in names:
        hint = "--clock effective, or --clock recorded"
        raise PipeError(f"there is no clock {clock!r}", hint=hint, code=ExitCode.USAGE)
    return Question(
        at=at,
        as_of=_moment(as_of, now, zone),
        clock=names[clock],
        first_parent=first_parent,
        committed=committed,
        allow_shallow=allow_shallow,
    )


def _moment(text: str | None, now: "datetime", zone: "tzinfo") -> "datetime | None":
    """Return the moment that --as-of names: the moment itself, or the last second of a day; of today, this one."""
    from datetime import datetime, time

    from pipecli.core.days import past
    from pipecli.core.problem import ExitCode, PipeError

    if text is None:
        return None
    try:
        when = past(text, now.astimezone(zone))
    except ValueError as error:
        raise PipeError(f"--as-of {text}: {error}", hint="--as-of 2026-11-03", code=ExitCode.USAGE) from None
    moment = when if isinstance(when, datetime) else datetime.combine(when, time(23, 59, 59), zone)
    if moment <= now:
        return moment
    if not isinstance(when, datetime) and when == now.astimezone(zone).date():
        return now
    hint = "name a day that has come, or leave --as-of out to see how it stands now"
    raise PipeError(f"--as-of {text} is in the future: nothing is recorded of it", hint=hint, code=ExitCode.USAGE)
