"""`pipe import`: deals from other systems' files, with their past where the file tells it."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipecli.cli.landing import commit, count, some, summary, write
from pipecli.cli.session import Session, now_in
from pipecli.cli.writing import Writing

if TYPE_CHECKING:
    from pipecli.core.workspace import Workspace
    from pipecli.interchange.events import Log
    from pipecli.interchange.plan import Asked, Plan
    from pipecli.interchange.sheet import Sheet

_MOST_ROWS = 50
"""How many rows that cannot be used are printed; the others are counted."""
_MOST_CASES = 5
"""How many cases that are known from elsewhere are named."""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Import deals from other systems' files. A file can be imported again: what is known stays as it is.",
)


@app.callback()
def importers() -> None:
    """Import deals from other systems' files. A file can be imported again: what is known stays as it is."""


@app.command()
def events(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A CSV file (UTF-8; comma, semicolon or tab); - for standard input.")
    ],
    pipeline: Annotated[str, typer.Option(metavar="NAME", help="The id of the pipeline to import into.")],
    create: Annotated[bool, typer.Option("--create", help="Make the pipeline from the events.")] = False,
    history: Annotated[
        bool, typer.Option("--history", help="One commit a change, dated as it happened; else one of them all.")
    ] = False,
    case: Annotated[str | None, typer.Option(metavar="COLUMN", help="Else: case_id, case, deal_id, deal.")] = None,
    stage: Annotated[str | None, typer.Option(metavar="COLUMN", help="Else: stage, status, activity.")] = None,
    time: Annotated[str | None, typer.Option(metavar="COLUMN", help="Else: epoch, time, timestamp, date.")] = None,
    person: Annotated[str | None, typer.Option(metavar="COLUMN", help="Else: person, user, owner, resource.")] = None,
    value: Annotated[str | None, typer.Option(metavar="COLUMN", help="Else: value, amount.")] = None,
    won: Annotated[
        list[str] | None, typer.Option(metavar="STAGE", help="With --create: this stage means won; repeatable.")
    ] = None,
    lost: Annotated[
        list[str] | None, typer.Option(metavar="STAGE", help="With --create: this stage means lost; repeatable.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of the values; else the pipeline's, else the workspace's.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="What the other system is called; else the file's name.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")] = False,
    no_commit: Annotated[
        bool, typer.Option("--no-commit", help="Write the files, and leave the commit to me.")
    ] = False,
    wait: Annotated[float, typer.Option(metavar="SECONDS", help="How long to wait for another writer.")] = 10,
) -> None:
    """Import an event log, with its history if you wish.

    A row says which case came into which stage, and when; who and how much, if it knows. Times are seconds since
    1970, or ISO 8601; without an offset they are read in the workspace's time zone. One row that cannot be used,
    and nothing is imported: all of them are listed (exit 1).

    \b
    Examples:
      pipe import events log.csv --pipeline loans --create --won A_ACTIVATED --lost A_DECLINED --dry-run
      pipe import events log.csv --pipeline loans --create --won A_ACTIVATED --lost A_DECLINED --history
      pipe import events crm.csv --pipeline sales --case "Deal ID" --time "Changed at" --source oldcrm
    """  # noqa: D301 -- \b keeps the lines of the examples apart
    from pipecli.interchange import sheet
    from pipecli.interchange.plan import plan
    from pipecli.interchange.registry import IMPORTERS

    session: Session = context.obj
    given = {"case": case, "stage": stage, "time": time, "person": person, "value": value}
    name, data = _contents(session, file, source)
    if history and no_commit:
        raise typer.BadParameter("history is commits: leave out one of the two", param_hint="--no-commit")
    with Writing(session, commit=not no_commit, wait=wait, dry_run=dry_run) as writing:
        table = sheet.read(data, name)
        workspace = _readable(session)
        log = IMPORTERS["events"].read(table, given, now_in(workspace))
        asked = _asked(workspace, name, pipeline, create, won, lost, currency, source)
        planned = plan(workspace, log, asked)
        _remark(session, workspace, table, log, planned)
        _refuse(session, planned)
        if not planned.steps:
            session.say(_nothing(name, planned))
        elif dry_run:
            _show(session, planned)
        elif no_commit:
            write(session, writing, planned)
        else:
            commit(session, workspace, planned, asked, writing.operation, history=history)


def _contents(session: Session, file: str, source: str | None) -> tuple[str, bytes]:
    """Return the name and the content of a file, which is looked for where the command acts, then here.

    `-` is standard input, which has no name that could be the source's.
    """
    import sys
    from pathlib import Path

    from pipecli.core.problem import ExitCode, PipeError

    if file == "-" and not source:
        raise PipeError("standard input has no name", hint="--source NAME", code=ExitCode.USAGE)
    if file == "-":
        return "standard input", sys.stdin.buffer.read()
    there = Path(session.folder) / file
    path = there if there.exists() else Path(file)
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        raise PipeError(f"cannot read {file}: {error.strerror}", code=ExitCode.USAGE) from None


def _readable(session: Session) -> "Workspace":
    """Return the workspace. Raises `PipeError` for a broken file, which may be of a case that is known already."""
    from pipecli.core.problem import ExitCode, PipeError

    workspace = session.workspace()
    broken = workspace.errors()
    if broken:
        message = "nothing was imported: the workspace has files that cannot be read"
        raise PipeError(message, hint="mend them first", code=ExitCode.PROBLEMS, problems=broken)
    return workspace


def _asked(
    workspace: "Workspace",
    file: str,
    pipeline: str,
    create: bool,
    won: list[str] | None,
    lost: list[str] | None,
    currency: str | None,
    source: str | None,
) -> "Asked":
    from pipecli.core.problem import ExitCode, PipeError
    from pipecli.core.value import parse_currency
    from pipecli.interchange.plan import Asked

    try:
        code = parse_currency(currency) if currency else None
    except ValueError as error:
        raise PipeError(f"--currency {currency}: {error}", code=ExitCode.USAGE) from None
    name = " ".join((source or file.rpartition(".")[0] or file).split())
    return Asked(
        pipeline=pipeline, file=file, source=name, now=now_in(workspace), create=create,
        won=won or (), lost=lost or (), currency=code, sourced=bool(source),
    )  # fmt: skip


def _remark(session: Session, workspace: "Workspace", table: "Sheet", log: "Log", planned: "Plan") -> None:
    """Tell what was read, what was passed over and what was assumed."""
    from pipecli.interchange.stages import alike

    used = ", ".join(what if title == what else f"{what} from {title!r}" for what, title in log.columns.items())
    session.say(f"  columns: {used}" + (f"; not used: {', '.join(log.unused)}" if log.unused else ""))
    if table.blank or table.repeated:
        session.say(f"  passed over: {some((table.blank, 'blank row'), (table.repeated, 'repeated header'))}")
    if log.local:
        zone = workspace.settings.timezone
        session.say(f"  {count(log.local, 'time')} without an offset: read in the workspace's zone, {zone}")
    if planned.known and planned.steps:
        session.say(f"  {count(planned.known, 'case')} known already{_newer(planned)}: left as they are")
    for case, source in list(planned.elsewhere.items())[:_MOST_CASES]:
        session.say(f"  {case} is also known from {source!r} (--source {source})")
    if len(planned.elsewhere) > _MOST_CASES:
        session.say(f"  … and {len(planned.elsewhere) - _MOST_CASES} more cases are known from another source")
    for names in alike(planned.pipeline) if planned.definition and planned.pipeline else ():
        session.say(f"  stages that differ only in case: {', '.join(names)}")
    if planned.added_won:
        session.say("  no stage was said to mean success: a stage 'won' is added; to name one: --won STAGE")


def _newer(planned: "Plan") -> str:
    return f", {planned.newer} of them with newer events in the file" if planned.newer else ""


def _nothing(name: str, planned: "Plan") -> str:
    if not planned.known:
        return f"nothing to import: {name} has no rows"
    cases = f"{count(planned.known, 'case')} of {name}, all of them known already{_newer(planned)}"
    return f"nothing to import: {cases}" + (": left as they are" if planned.newer else "")


def _refuse(session: Session, planned: "Plan") -> None:
    from pipecli.core.problem import ExitCode

    if planned.problems:
        session.tell(planned.problems[:_MOST_ROWS])
        if len(planned.problems) > _MOST_ROWS:
            session.say(f"… and {len(planned.problems) - _MOST_ROWS} more")
        session.error(f"nothing was imported: {count(len(planned.problems), 'row')} cannot be used", ())
        raise typer.Exit(ExitCode.PROBLEMS)


def _show(session: Session, planned: "Plan") -> None:
    from pipecli.interchange.preview import stages_table

    session.show([stages_table(planned)], "table")
    session.say(f"  {summary(planned)}; nothing was written")
