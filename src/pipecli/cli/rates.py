"""`pipe rates`: exchange rates from a file."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.landing import count
from pipecli.cli.options import AllowDetached, DryRun, NoCommit, Wait
from pipecli.cli.session import now_in
from pipecli.cli.sources import contents
from pipecli.cli.writing import Writing, refuse_unreadable_rules

if TYPE_CHECKING:
    from datetime import date

    from pipecli.cli.session import Session
    from pipecli.core.workspace import Workspace
    from pipecli.interchange.exchange import Exchange, Wanted

_IMPORT = "import"


def rates(
    context: typer.Context,
    action: Annotated[str, typer.Argument(metavar="import", help="What to do: import.")],
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="eurofxref.csv or eurofxref-hist.csv; - is standard input.")
    ],
    currency: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="This currency; else those that deals and pipelines use; repeatable."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", "-a", help="Every currency of the file.")] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="The rates from this day on; else from the creation of the first deal."),
    ] = None,
    dry_run: DryRun = False,
    no_commit: NoCommit = False,
    allow_detached: AllowDetached = False,
    wait: Wait = 10,
) -> None:
    """Import exchange rates.

    The file is the European Central Bank's table of reference rates, which tells what one euro is worth; rates.yaml
    gets what one unit is worth in the workspace's currency. Entries that are there stay as they are, and so does every
    comment. A day on which a rate is as before gets none.

    \b
    Examples:
      pipe rates import eurofxref-hist.csv --dry-run
      pipe rates import eurofxref.csv
      pipe rates import eurofxref-hist.csv --currency USD --currency GBP --since 2026-01-01
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.core.problem import ExitCode, PipeError, did_you_mean
    from pipecli.edits.message import rates as message
    from pipecli.interchange.ecb import read
    from pipecli.interchange.exchange import plan

    session: Session = context.obj
    if action != _IMPORT:
        message_ = f"there is no 'pipe rates {action}'"
        raise PipeError(message_, hint=did_you_mean(action, [_IMPORT]), code=ExitCode.USAGE)
    wanted = _wanted(currency or [], since, everything=everything)
    quotes = read(contents(session, [file], "standard input")[0])
    how = {"wait": wait, "allow_detached": allow_detached, "dry_run": dry_run}
    with Writing(session, commit=not no_commit, **how) as writing:  # type: ignore[arg-type]
        workspace = session.workspace()
        refuse_unreadable_rules(workspace)
        today = now_in(workspace).date()
        planned = plan(workspace, quotes, wanted, today)
        if planned.edit is None or planned.days is None:
            done = "nothing to import: rates.yaml has all of these rates"
        elif dry_run:
            session.put(planned.edit.diff())
            done = f"  {_summary(planned)}; nothing was written"
            if not no_commit:
                writing.rehearse([planned.edit])
        else:
            told = writing.apply([planned.edit], message(quotes.name, planned.days, writing.operation))
            session.put_done(f"{_summary(planned)}\n")
            done = told
    session.say(done)
    _tell(session, workspace, planned, today)


def _wanted(currencies: "list[str]", since: str | None, *, everything: bool) -> "Wanted":
    """Return what is wanted. Raises `PipeError` for what is no code, and no day."""
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.core.value import parse_currency, parse_day
    from pipecli.interchange.exchange import Wanted

    if currencies and everything:
        raise PipeError("--currency and --all: which of the two?", hint="leave one out", code=ExitCode.USAGE)
    try:
        day = parse_day(since) if since else None
    except ValueError as error:
        raise PipeError(f"--since {since}: {error}", hint="--since 2026-01-01", code=ExitCode.USAGE) from None
    try:
        codes = tuple(parse_currency(code) for code in currencies)
    except ValueError as error:
        raise PipeError(f"--currency: {error}", hint="--currency USD", code=ExitCode.USAGE) from None
    return Wanted(currencies=codes, everything=everything, since=day)


def _summary(planned: "Exchange") -> str:
    assert planned.days is not None  # noqa: S101 -- it is asked for where something is added
    told = ", ".join(f"{currency} {len(dated)}" for currency, dated in planned.added.items())
    first, last = planned.days
    span = f"{first}" if first == last else f"{first} to {last}"
    return f"{count(sum(map(len, planned.added.values())), 'rate')} of {span}: {told}"


def _tell(session: "Session", workspace: "Workspace", planned: "Exchange", today: "date") -> None:
    """Tell what was left as it is, what the file does not have, and how many deals still have no rate."""
    from pipecli.interchange.exchange import unpriced

    if planned.kept:
        told = ", ".join(f"{currency} {number}" for currency, number in planned.kept.items())
        session.say(f"  left as they are, though the file has other rates of those days: {told}")
    if planned.missing:
        session.say(f"  the file has no {', '.join(planned.missing)}: write these rates into rates.yaml by hand")
    left = unpriced(workspace, planned.added, today)
    if left:
        session.say(f"  {count(left, 'deal')} still without a usable rate: see pipe validate")
